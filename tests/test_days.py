from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack.days import day_of, first_moment, last_day_before, moment_after, period_between
from wsgi_salestrack.errors import BadValue

# With summer time and without, on both sides of Greenwich, with clocks that change at midnight, by
# half an hour, by a whole day (Apia, 2011), and a minute after midnight (St John's, until 2011).
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]
MICROSECOND = timedelta(microseconds=1)

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1900 < moment.year < 9999)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("0001-01-01T00:00", "America/New_York", "0001-01-01"),
        ("9999-12-31T23:59", "Asia/Tokyo", "9999-12-31"),
        ("2026-11-21T12:00", "UTC", "2026-11-21"),
        ("2026-11-21T23:59:59.999999", "UTC", "2026-11-21"),
        ("2026-11-21T23:00", "Europe/Berlin", "2026-11-22"),
        ("2026-06-21T22:00", "Europe/Berlin", "2026-06-22"),
        ("2026-06-21T21:59", "Europe/Berlin", "2026-06-21"),
        ("2026-11-22T04:59", "America/New_York", "2026-11-21"),
        ("2026-11-21T10:00", "Pacific/Kiritimati", "2026-11-22"),
        ("2011-12-30T09:59", "Pacific/Apia", "2011-12-29"),
        ("2011-12-30T10:00", "Pacific/Apia", "2011-12-31"),
    ],
)
def test_a_day_is_the_shops_day(moment: str, zone: str, day: str) -> None:
    """A sale at half past eleven in the evening belongs to that evening."""
    assert day_of(utc(moment), ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("change", "zone"),
    [
        ("2026-10-25T01:00", "Europe/Berlin"),
        ("2011-03-13T03:31", "America/St_Johns"),
        ("2010-11-07T02:31", "America/St_Johns"),
        ("2017-10-15T03:00", "America/Sao_Paulo"),
        ("2018-02-18T02:00", "America/Sao_Paulo"),
        ("2011-12-30T10:00", "Pacific/Apia"),
    ],
)
def test_a_day_depends_on_no_day_that_was_asked_for_before(change: str, zone: str) -> None:
    """After a change at a minute past midnight it was the day before for most of an hour."""
    moments = [
        utc(change) + number * timedelta(minutes=7, seconds=59) for number in range(-400, 400)
    ]
    shuffled = random.Random(change).sample(moments, len(moments))

    for moment in [*moments, *reversed(moments), *shuffled]:
        expected = moment.astimezone(ZoneInfo(zone)).date().isoformat()
        assert day_of(moment, ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
    ("end", "zone", "day"),
    [
        ("2026-11-22T00:00", "UTC", "2026-11-21"),
        ("2026-11-21T23:00", "Europe/Berlin", "2026-11-21"),
        ("2026-11-21T23:00:00.000001", "Europe/Berlin", "2026-11-22"),
        ("9999-12-31T23:59:59.999999", "Asia/Tokyo", "9999-12-31"),
        ("0001-01-01T00:00", "UTC", "0001-01-01"),
        ("0001-01-01T00:00", "America/New_York", "0001-01-01"),
    ],
)
def test_the_last_day_of_a_period_is_that_of_its_last_moment(end: str, zone: str, day: str) -> None:
    """Also at both ends of the calendar."""
    assert last_day_before(utc(end), ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("day", "zone", "first", "after"),
    [
        ("2026-11-21", "UTC", "2026-11-21T00:00", "2026-11-22T00:00"),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-25", "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-05T02:00"),
        ("2018-02-17", "America/Sao_Paulo", "2018-02-17T02:00", "2018-02-18T03:00"),
        ("2024-11-03", "America/Havana", "2024-11-03T04:00", "2024-11-04T05:00"),
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00", "2011-12-30T10:00"),
    ],
    ids=["utc", "23-hours", "25-hours", "no-midnight", "23-twice", "midnight-twice", "no-day"],
)
def test_a_period_of_one_day_is_as_long_as_the_day(
    day: str, zone: str, first: str, after: str
) -> None:
    """Days on which the clocks change have other hours than 24, or none at all."""
    timezone, of_day = ZoneInfo(zone), date.fromisoformat(day)

    assert first_moment(of_day, timezone).astimezone(UTC) == utc(first)
    assert moment_after(of_day, timezone).astimezone(UTC) == utc(after)


@given(moments, zones)
def test_a_moment_lies_within_its_own_day_and_no_other(moment: datetime, zone: ZoneInfo) -> None:
    """Grouping by day and asking for a day agree, in every zone and at every change of clocks."""
    day = date.fromisoformat(day_of(moment, zone))

    assert first_moment(day, zone).astimezone(UTC) <= moment
    assert moment < moment_after(day, zone).astimezone(UTC)


@given(moments, zones)
def test_one_day_ends_where_the_next_begins(moment: datetime, zone: ZoneInfo) -> None:
    """No sale is between two days, and none is in both."""
    day = moment.date()
    after = moment_after(day, zone).astimezone(UTC)

    assert after == first_moment(day + timedelta(days=1), zone).astimezone(UTC)
    assert day_of(after, zone) > day.isoformat()
    assert day_of(after - MICROSECOND, zone) <= day.isoformat()


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Apia"])
def test_a_period_does_not_end_before_it_begins(zone: str) -> None:
    """Nor on the day before; but a day that a zone left out is one, though it has no moment."""
    timezone, day = ZoneInfo(zone), date(2011, 12, 30)

    first, end = period_between(day, day, timezone)
    assert first is not None
    assert end is not None
    assert first <= end
    assert period_between(first, first, timezone) == (first, first)
    for since, until in ((day, day - timedelta(days=1)), (first, first - MICROSECOND)):
        with pytest.raises(BadValue, match="until is before since"):
            period_between(since, until, timezone)


@pytest.mark.parametrize("bound", [first_moment, moment_after])
def test_a_moment_is_its_own_bound(bound: type) -> None:
    """A naive one is meant in the shop's time zone; another zone's moment stays what it is."""
    berlin = ZoneInfo("Europe/Berlin")
    naive = datetime(2026, 11, 21, 13)  # noqa: DTZ001  that is what is tested

    assert bound(naive, berlin).astimezone(UTC) == utc("2026-11-21T12:00")
    assert bound(utc("2026-11-21T12:00"), berlin) == utc("2026-11-21T12:00")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
@pytest.mark.parametrize("day", [date.min, date.max], ids=str)
def test_the_first_and_the_last_day_of_the_calendar_are_days(zone: str, day: date) -> None:
    """Who asks for everything until 9999-12-31 gets everything."""
    first, after = first_moment(day, ZoneInfo(zone)), moment_after(day, ZoneInfo(zone))

    assert after > first
    assert abs(first - utc("2026-11-21T12:00")) > timedelta(days=700_000)
