"""The period before another one, and what stands beside what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reports.journeys import SITE, come
from tests.reports.test_query import report
from tests.stores.values import NOON, arrival
from wsgi_salestrack import BadValue, Money, ReportRow, Touch
from wsgi_salestrack.days import day_of
from wsgi_salestrack.reports.before import periods_of, renaming_of
from wsgi_salestrack.stores.base import Dimension, Selection, Store

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
# After the period that is asked for.
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def selection(since: datetime, until: datetime | None) -> Selection:
    return Selection(by=("day",), since=since, until=until, timezone=BERLIN)


@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        ("2026-11-01", "2026-11-30", "2026-10-02"),
        ("2026-11-21", "2026-11-21", "2026-11-20"),
        ("2026-10-26", "2026-10-31", "2026-10-20"),
        ("2026-03-29", "2026-03-29", "2026-03-28"),
    ],
    ids=["month", "day", "after-clocks-change", "short-day"],
)
def test_before_a_period_of_days_are_as_many_days(since: str, until: str, before: str) -> None:
    """Whole ones, also where clocks change and hours are more or fewer."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    asked = selection(local(since), local(until) + DAY)

    found = periods_of(first, last, asked, LATER)

    assert found == (local(since), local(until) + DAY, local(before), local(since))


def test_before_a_period_of_moments_is_as_much_time() -> None:
    since, until = NOON, NOON + timedelta(hours=5)

    found = periods_of(since, until, selection(since, until), LATER)

    assert found.since_before == NOON - timedelta(hours=5)
    assert found.until_before == NOON


@pytest.mark.parametrize("early", [timedelta(0), timedelta(microseconds=1), timedelta(days=9)])
def test_before_the_calendar_there_is_no_period(early: timedelta) -> None:
    """Nor where the zone's own calendar begins later than that of UTC."""
    since = datetime(1000, 1, 1, tzinfo=UTC)
    until = since + (since - datetime.min.replace(tzinfo=UTC)) + early
    asked = Selection(by=("day",), since=since, until=until, timezone=ZoneInfo("America/New_York"))

    with pytest.raises(BadValue, match="since has no period before it"):
        periods_of(since, until, asked, LATER)


def test_a_period_without_an_end_ends_now() -> None:
    """As much of the time before it as is over of the period."""
    found = periods_of(date(2026, 11, 21), None, selection(local("2026-11-21"), None), NOON)

    assert found.until == NOON
    assert found.since - found.since_before == NOON - local("2026-11-21")


@pytest.mark.parametrize(
    ("since", "until", "dimension", "value", "renamed"),
    [
        ("2026-11-01", "2026-11-30", "day", "2026-10-02", "2026-11-01"),
        ("2026-11-01", "2026-11-30", "day", "2026-10-31", "2026-11-30"),
        ("2026-11-01", "2026-11-30", "month", "2026-10", "2026-11"),
        ("2027-01-01", "2027-01-31", "month", "2026-12", "2027-01"),
        ("2026-03-01", "2026-03-31", "month", "2026-02", "2026-03"),
        ("2026-03-01", "2026-03-31", "month", "2026-01", "2026-02"),
        ("2026-11-16", "2026-11-22", "week", "2026-W46", "2026-W47"),
        ("2027-01-04", "2027-01-10", "week", "2026-W53", "2027-W01"),
        ("2026-11-21", "2026-11-21", "hour", "2026-11-20 14:00+01:00", "2026-11-21 14:00+01:00"),
        ("2026-11-21", "2026-11-21", "newsletter", "2026-10-02", "2026-10-02"),
        ("2026-11-21", "2026-11-21", "product", "2026-W47", "2026-W47"),
    ],
)
def test_times_are_called_as_those_at_their_place(
    since: str, until: str, dimension: Dimension, value: str, renamed: str
) -> None:
    """The last of the period before as the last of the period; names stay what they are."""
    asked = selection(local(since), local(until) + DAY)
    periods = periods_of(date.fromisoformat(since), date.fromisoformat(until), asked, LATER)

    assert renaming_of(periods, BERLIN)(dimension, value) == renamed


def beside(row: ReportRow | None) -> tuple[Any, ...]:
    assert row is not None
    return (row.dimension, row.currency, row.count, str(row.revenue), row.clicks)


def sell(store: Store, at: datetime, newsletter: str, amount: str, currency: str = "USD") -> None:
    store.record(
        SITE,
        arrival(
            None,
            at=at,
            day=day_of(at, UTC),
            touch=Touch(newsletter=newsletter),
            revenue=Money(amount, currency),
        ),
    )


def test_each_row_has_that_of_the_period_before(store: Store) -> None:
    """With nothing where there was nothing: sold now or before, or only clicked."""
    sell(store, NOON, "both", "5")
    sell(store, NOON - DAY, "both", "4")
    sell(store, NOON, "new", "3")
    sell(store, NOON - DAY, "old", "2")
    sell(store, NOON - DAY, "both", "7", "EUR")
    come(store, 1, "clicked before")
    come(store, 0, "clicked")

    asked: dict[str, Any] = {"since": date(2026, 11, 21), "until": date(2026, 11, 21)}
    made = report(store, **asked, now=LATER, figures=["clicks"])

    assert [(beside(row), beside(row.before)) for row in (*made.rows, *made.clicked)] == [
        (("both", "EUR", 0, "0.00", 0), ("both", "EUR", 1, "7.00", 0)),
        (("both", "USD", 1, "5.00", 0), ("both", "USD", 1, "4.00", 0)),
        (("new", "USD", 1, "3.00", 0), ("new", "USD", 0, "0.00", 0)),
        (("old", "USD", 0, "0.00", 0), ("old", "USD", 1, "2.00", 0)),
        (("clicked", None, 0, "None", 1), ("clicked", None, 0, "None", 0)),
        (("clicked before", None, 0, "None", 0), ("clicked before", None, 0, "None", 1)),
    ]
    assert [(beside(row), beside(row.before)) for row in made.totals] == [
        ((None, "EUR", 0, "0.00", 1), (None, "EUR", 1, "7.00", 1)),
        ((None, "USD", 2, "8.00", 1), (None, "USD", 2, "6.00", 1)),
    ]
    assert made.notes == ("Before: 2026-11-20 to 2026-11-20.",)


def test_days_stand_beside_days(store: Store) -> None:
    sell(store, NOON, "a", "5")
    sell(store, NOON - 2 * DAY, "a", "4")

    asked: dict[str, Any] = {"since": date(2026, 11, 20), "until": date(2026, 11, 21)}
    made = report(store, by="day", **asked, now=LATER)

    assert [(beside(row)[0], row.count, beside(row.before)[2:4]) for row in made.rows] == [
        ("2026-11-21", 1, (1, "4.00")),
    ]


def test_of_nothing_in_both_periods_there_is_nothing(store: Store) -> None:
    made = report(store, since=date(2026, 11, 21), now=LATER, figures=["clicks", "visitors"])

    assert (made.rows, made.totals) == ((), ())
