"""The periods that a page may be about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flask_salestrack.dashboard.periods import TITLES, Period, read_period
from wsgi_salestrack import BadValue

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("today", date(2026, 3, 31), TODAY),
        ("7d", date(2026, 3, 25), TODAY),
        ("30d", date(2026, 3, 2), TODAY),
        ("90d", date(2026, 1, 1), TODAY),
        ("month", date(2026, 3, 1), TODAY),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("year", date(2026, 1, 1), TODAY),
        ("all", None, None),
    ],
)
def test_each_period_by_its_name(name: str, since: date | None, until: date | None) -> None:
    """The last N days are N days, today among them."""
    period = read_period({"period": name}, TODAY)

    assert (period.since, period.until) == (since, until)
    assert period.title == TITLES[name]


def test_every_title_is_of_a_period() -> None:
    """And each can be asked for."""
    assert all(read_period({"period": name}, TODAY).name == name for name in TITLES)


@pytest.mark.parametrize("asked", [{}, {"period": ""}, {"since": "", "until": ""}])
def test_nobody_asked_for_another(asked: dict[str, str]) -> None:
    """Forms send what is empty, too."""
    assert read_period(asked, TODAY).name == "30d"


@pytest.mark.parametrize(
    ("since", "until", "title"),
    [
        ("2026-03-02", "2026-11-21", "2 Mar 2026 to 21 Nov 2026"),
        ("2026-03-02", "2026-03-02", "2 Mar 2026"),
        ("2026-03-02", "", "from 2 Mar 2026"),
        ("", "2026-03-02", "until 2 Mar 2026"),
    ],
)
def test_two_dates_go_before_a_name(since: str, until: str, title: str) -> None:
    """Both days are part of it."""
    period = read_period({"since": since, "until": until, "period": "7d"}, TODAY)

    assert period.name == "dates"
    assert [str(day or "") for day in (period.since, period.until)] == [since, until]
    assert period.title == title


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"period": "8d"}, "period is not one of today, 7d, 30d, "),
        ({"since": "2026-02-30"}, "since is not a day such as 2026-11-21"),
        ({"until": "21.11.2026"}, "until is not a day such as"),
        ({"until": "20261121"}, "until is not a day such as"),
        ({"until": "2026-W47-1"}, "until is not a day such as"),
        ({"since": "٢٠٢٦-١١-٢١"}, "since is not a day such as"),
        ({"since": "0001-01-01"}, "since is not from 1900-01-01 to 2999-12-31"),
        ({"until": "9999-12-31"}, "until is not from 1900-01-01 to 2999-12-31"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until is before From"),
    ],
)
def test_a_wrong_one_is_named(asked: dict[str, str], problem: str) -> None:
    with pytest.raises(BadValue) as caught:
        read_period(asked, TODAY)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize("name", TITLES)
def test_the_period_before_ends_where_it_begins(name: str) -> None:
    """And has as many days, so that the two can be compared."""
    period = read_period({"period": name}, TODAY)

    before = period.before
    if period.since is None:
        assert before is None
    else:
        assert before is not None
        assert before.until == period.since - timedelta(days=1)
        assert before.days == period.days


def test_a_period_without_an_end_has_none_before() -> None:
    assert Period(name="dates", since=TODAY, until=None).before is None


@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        ("1900-01-01", "2999-12-31", None),
        ("1900-01-01", "2026-03-31", None),
        ("1970-01-03", "1970-01-05", None),
        ("1970-01-04", "1970-01-06", date(1970, 1, 1)),
        ("2000-01-01", "2026-03-31", date(1973, 10, 2)),
    ],
)
def test_nothing_is_compared_with_a_time_in_which_nobody_sold_on_the_web(
    since: str, until: str, before: date | None
) -> None:
    """There is no period before one that is longer than all there is."""
    period = read_period({"since": since, "until": until}, TODAY)

    assert (period.before and period.before.since) == before
