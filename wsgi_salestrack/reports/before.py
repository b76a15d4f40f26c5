"""The period before another one, and what of it stands beside what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

import msgspec

from ..days import day_of, days_of_week, first_moment, first_of_hour, hour_of, week_of
from ..errors import BadValue
from ..stores.base import Clicks, Dimension, Selection
from ..stores.report_columns import TIMES
from .adding import Sums, Values

_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


class Periods(NamedTuple):
    """Two periods, one right before the other; aware moments, the second of each excluded."""

    since: datetime
    until: datetime
    since_before: datetime
    until_before: datetime


def periods_of(
    since: date | datetime | None,
    until: date | datetime | None,
    selection: Selection,
    now: datetime,
) -> Periods:
    """The period of a selection and the one before: as many days, or as long.

    :param since: as it was asked for, and so is ``until``; without it, until now.
    :raises BadValue: if there is none before.
    """
    if since is None or selection.since is None:
        raise BadValue("since", "is needed to compare with the period before")
    end = now if selection.until is None else selection.until
    if end <= selection.since:
        raise BadValue("since", "leaves no time to compare with the period before")
    try:
        before = selection.since.astimezone(UTC) - (end.astimezone(UTC) - selection.since)
        if (
            not isinstance(since, datetime)
            and until is not None
            and not isinstance(until, datetime)
        ):
            # Days on which clocks change are longer, or shorter.
            days = (until - since).days + 1
            before = first_moment(since - days * _DAY, selection.timezone)
        before.astimezone(selection.timezone)  # as it is told; the zone's calendar may begin later
    except OverflowError:
        raise BadValue("since", "has no period before it") from None
    return Periods(selection.since, end, before, selection.since)


def beside(
    now: Sums, before: Sums, by: Sequence[Dimension], renamed: Renaming
) -> tuple[Sums, Sums]:
    """Both with the same values and currencies, where one has nothing with none."""
    then = _renamed(before, by, renamed)
    return _filled(now, then), _filled(then, now)


#: From a value of a dimension in the period before to that at its place in the period.
Renaming = Callable[[Dimension, str], str]


def renaming_of(periods: Periods, timezone: tzinfo) -> Renaming:
    """How times of the period before are called in the period; all else keeps its name."""
    last, last_before = periods.until - _MICROSECOND, periods.until_before - _MICROSECOND
    end, end_before = (date.fromisoformat(day_of(at, timezone)) for at in (last, last_before))
    weeks = (_monday(end) - _monday(end_before)) // (7 * _DAY)
    months = _months(end) - _months(end_before)

    def rename(dimension: Dimension, value: str) -> str:
        if dimension == "day":
            return (date.fromisoformat(value) + (end - end_before)).isoformat()
        if dimension == "week":
            monday, _ = days_of_week(value)
            return week_of((date.fromisoformat(monday) + weeks * 7 * _DAY).isoformat())
        if dimension == "month":
            year, month = divmod(int(value[:4]) * 12 + int(value[5:]) - 1 + months, 12)
            return f"{year:04}-{month + 1:02}"
        if dimension == "hour":
            return hour_of(first_of_hour(value) + (last - last_before), timezone)
        return value

    return rename


def words_of(periods: Periods, timezone: tzinfo) -> str:
    """When the period before was, as a sentence: its days, or its moments."""
    first, end = (at.astimezone(timezone) for at in (periods.since_before, periods.until_before))
    if first.time() == end.time() == time():
        return f"Before: {first:%Y-%m-%d} to {end - _DAY:%Y-%m-%d}."
    return f"Before: {first:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}."


def _renamed(sums: Sums, by: Sequence[Dimension], rename: Renaming) -> Sums:
    if not any(name in TIMES for name in by):
        return sums

    def values_of(values: Values) -> Values:
        return tuple(
            value if value is None else rename(name, value)
            for name, value in zip(by, values, strict=True)
        )

    totals = [msgspec.structs.replace(each, values=values_of(each.values)) for each in sums.totals]
    if sums.clicks is None:
        return sums._replace(totals=totals)
    clicks = {
        values_of(values): msgspec.structs.replace(each, values=values_of(values))
        for values, each in sums.clicks.items()
    }
    return sums._replace(totals=totals, clicks=clicks)


def _filled(sums: Sums, other: Sums) -> Sums:
    known = {(each.values, each.currency) for each in sums.totals}
    added = [
        msgspec.structs.replace(each, count=0, quantity=0, revenue=0, refunded=0, commission=0)
        for each in other.totals
        if (each.values, each.currency) not in known
    ]
    clicks = sums.clicks
    if clicks is not None and other.clicks is not None:
        lacking = [values for values in other.clicks if values not in clicks]
        none = {values: Clicks(values=values, clicks=0, visitors=0) for values in lacking}
        clicks = {**clicks, **none}
    return sums._replace(totals=[*sums.totals, *added], clicks=clicks)


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _months(day: date) -> int:
    return day.year * 12 + day.month
