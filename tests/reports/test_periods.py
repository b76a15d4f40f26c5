from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import WITH_A_STORE, arrival
from wsgi_salestrack import BadValue
from wsgi_salestrack.days import day_of
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.reports import make_reports
from wsgi_salestrack.stores.base import Store

SITE = "default"
BERLIN = ZoneInfo("Europe/Berlin")

# Sales around midnight on the days when Berlin's clocks change, and on an ordinary one.
MOMENTS = [
    "2026-03-28T22:59:59.999999",
    "2026-03-28T23:00:00",
    "2026-03-29T00:59:59",
    "2026-03-29T01:00:00",
    "2026-03-29T21:59:59.999999",
    "2026-03-29T22:00:00",
    "2026-10-24T21:59:59.999999",
    "2026-10-24T22:00:00",
    "2026-10-25T00:30:00",
    "2026-10-25T01:30:00",
    "2026-10-25T22:59:59.999999",
    "2026-10-25T23:00:00",
]


@pytest.fixture
def shop(store: Store) -> Store:
    """One in Berlin that sold something at each of those moments."""
    for moment in MOMENTS:
        sell(store, SITE, datetime.fromisoformat(moment).replace(tzinfo=UTC), BERLIN)
    return store


def sell(store: Store, site: str, at: datetime, zone: ZoneInfo) -> None:
    store.record(site, arrival(None, at=at, day=day_of(at, zone)))


def days(
    store: Store, zone: ZoneInfo, since: date | None, until: date | None, site: str = SITE
) -> dict[str | None, int]:
    """How many sales on each day."""
    made = make_reports(
        *(store, site),
        timezone=zone,
        window=timedelta(days=30),
        models=["last"],
        by="day",
        since=since,
        until=until,
    )
    return {row.dimension: int(row.count) for row in made["last"].rows}


def test_a_sale_belongs_to_the_day_on_the_shops_clock(shop: Store) -> None:
    """Also on the days of 23 and of 25 hours."""
    assert days(shop, BERLIN, None, None) == {
        "2026-03-28": 1,
        "2026-03-29": 4,
        "2026-03-30": 1,
        "2026-10-24": 1,
        "2026-10-25": 4,
        "2026-10-26": 1,
    }


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_since_and_until_include_their_days(shop: Store, day: str) -> None:
    """From the first microsecond to the last, as long as the day is."""
    of_day = date.fromisoformat(day)

    assert days(shop, BERLIN, of_day, of_day) == {day: 4}
    assert sum(days(shop, BERLIN, None, of_day - timedelta(days=1)).values()) % 6 == 1
    assert sum(days(shop, BERLIN, of_day + timedelta(days=1), None).values()) % 6 == 1


def test_a_period_that_ends_before_it_begins_is_refused(shop: Store) -> None:
    """Somebody has mixed up the two."""
    with pytest.raises(BadValue) as refused:
        days(shop, BERLIN, date(2026, 10, 26), date(2026, 10, 24))

    assert refused.value.field == "until"


def test_a_day_that_never_was_is_an_empty_period(store: Store) -> None:
    """Samoa went from 29 to 31 December 2011; who asks for the 30th has mixed up nothing."""
    never, apia = date(2011, 12, 30), ZoneInfo("Pacific/Apia")
    sell(store, SITE, datetime(2011, 12, 30, 9, 59, tzinfo=UTC), apia)
    sell(store, SITE, datetime(2011, 12, 30, 10, tzinfo=UTC), apia)

    assert days(store, apia, None, None) == {"2011-12-29": 1, "2011-12-31": 1}
    assert days(store, apia, never, never) == {}


def test_a_moment_bounds_a_period_by_itself(shop: Store) -> None:
    """Since includes it, until does not; without a zone it is the shop's."""
    first = datetime(2026, 10, 24, 22, tzinfo=UTC)
    naive = datetime(2026, 10, 25)  # noqa: DTZ001  that is what is tested

    for since in (first, naive, first.astimezone(ZoneInfo("Asia/Tokyo"))):
        assert days(shop, BERLIN, since, date(2026, 10, 25)) == {"2026-10-25": 4}
        assert "2026-10-25" not in days(shop, BERLIN, None, since)


def test_for_ever_is_a_period_too(shop: Store) -> None:
    """Somebody always asks until 9999-12-31."""
    everything = days(shop, BERLIN, None, None)

    assert days(shop, BERLIN, date.min, date.max) == everything


zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"]
).map(ZoneInfo)
# Around the day that Apia left out.
moments = st.datetimes(
    datetime(2011, 12, 29),  # noqa: DTZ001  hypothesis adds the zone
    datetime(2012, 1, 2),  # noqa: DTZ001  hypothesis adds the zone
    timezones=st.just(UTC),
)
bounds = st.dates(date(2011, 12, 28), date(2012, 1, 3))


@given(st.lists(moments, max_size=6), zones, st.none() | bounds, st.none() | bounds)
@WITH_A_STORE
def test_a_period_selects_the_days_that_it_names(
    store: Store, sold: list[datetime], zone: ZoneInfo, since: date | None, until: date | None
) -> None:
    """No more and no less than grouping by day and then choosing days would.

    Which of two days is the first is another test's.
    """
    if since is not None and until is not None and since > until:
        since, until = until, since
    site = f"shop-{new_visitor_id()}"
    for at in sold:
        sell(store, site, at, zone)

    by_day = days(store, zone, None, None, site)

    chosen = {
        day: count
        for day, count in by_day.items()
        if day is not None
        and (since is None or since.isoformat() <= day)
        and (until is None or day <= until.isoformat())
    }
    assert days(store, zone, since, until, site) == chosen
