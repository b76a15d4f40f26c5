"""Hours, days and weeks in the shop's time zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from .errors import BadValue

_HOURS_SINCE: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOURS_UNTIL: Final = datetime(2100, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WEEK: Final = re.compile("[0-9]{4}-W[0-9]{2}", re.ASCII)
_WEEK_ALONE: Final = re.compile("[0-9]{4}-?W[0-9]{2}", re.ASCII)
_HOUR: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:00[+-][0-9]{2}:[0-9]{2}", re.ASCII)


# Of each zone the day that was asked for last: its first moment, the next one's, and its name.
_latest: Final[dict[tzinfo, tuple[datetime, datetime, str]]] = {}


def day_of(moment: datetime, timezone: tzinfo) -> str:
    """The day on which something occurred, ``YYYY-MM-DD``.

    Where the calendar of the zone has no such day, before its first or after its last, the
    moment's own.
    """
    latest = _latest.get(timezone)
    if latest is not None and latest[0] <= moment < latest[1]:
        return latest[2]
    try:
        local = moment.astimezone(timezone)
    except OverflowError:
        return moment.date().isoformat()
    day = local.date().isoformat()
    with suppress(OverflowError):
        begin = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        end = begin + timedelta(days=1)
        # On others clocks change, and may show the day before once more.
        if begin.utcoffset() == end.utcoffset():
            _latest[timezone] = begin.astimezone(UTC), end.astimezone(UTC), day
    return day


def last_day_before(end: datetime, timezone: tzinfo) -> str:
    """The last day of a period, ``YYYY-MM-DD``.

    :param end: the moment after its last.
    """
    try:
        return day_of(end - _MICROSECOND, timezone)
    except OverflowError:  # the calendar's first moment
        return day_of(end, timezone)


def week_of(day: str) -> str:
    """The week of a day by ISO 8601, such as ``2026-W47``.

    :param day: ``YYYY-MM-DD``.
    """
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year:04}-W{week:02}"


def days_of_week(week: str) -> tuple[str, str]:
    """Its Monday and its Sunday.

    :raises BadValue: naming ``week``.
    """
    try:
        if _WEEK.fullmatch(week):
            monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
            return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
    except (ValueError, OverflowError):
        pass
    raise BadValue("week", "is not like 2026-W47")


def hour_of(moment: datetime, timezone: tzinfo) -> str:
    """The hour in which something occurred, such as ``2026-11-21 14:00+01:00``.

    The same hour twice, where clocks are put back, has two offsets.
    """
    local = moment.astimezone(timezone).isoformat(sep=" ", timespec="minutes")
    # Not its first moment's offset: where clocks change by half an hour, it had another one.
    return f"{local[:13]}:00{local[16:]}"


@lru_cache(maxsize=8)
def hours_begin(timezone: tzinfo) -> tuple[tuple[datetime, timedelta], ...]:
    """How long before a full hour of UTC the shop's hours begin, each from a moment on.

    Of 1970 to 2100. There is one entry in most zones, for their offsets are whole hours.
    """
    found = [(_HOURS_SINCE, _before_hour(_HOURS_SINCE, timezone))]
    moment = _HOURS_SINCE
    while moment < _HOURS_UNTIL:
        after = moment + timedelta(days=7)
        if _before_hour(after, timezone) != found[-1][1]:
            changed = moment
            while after - changed > timedelta(seconds=1):
                middle = changed + (after - changed) / 2
                if _before_hour(middle, timezone) == found[-1][1]:
                    changed = middle
                else:
                    after = middle
            after = after.replace(microsecond=0)
            found.append((after, _before_hour(after, timezone)))
        moment = after
    return tuple(found)


def _before_hour(moment: datetime, timezone: tzinfo) -> timedelta:
    offset = moment.astimezone(timezone).utcoffset()
    return (offset or timedelta()) % timedelta(hours=1)


def first_of_hour(hour: str) -> datetime:
    """Its first moment, aware.

    :raises BadValue: naming ``hour``.
    """
    try:
        if _HOUR.fullmatch(hour):
            return datetime.fromisoformat(hour)
    except ValueError:
        pass
    raise BadValue("hour", "is not like 2026-11-21 14:00+01:00")


def check_period(argument: str, dimension: str, value: str) -> None:
    """Refuse the name of an hour, a day, a week or a month that is none.

    :param argument: which it was given as.
    :param dimension: names of anything else are free.
    :raises BadValue: naming the argument.
    """
    checks: dict[str, Callable[[str], object]] = {
        "hour": first_of_hour,
        "day": _check_day,
        "week": days_of_week,
        "month": _check_month,
    }
    if dimension in checks:
        try:
            checks[dimension](value)
        except BadValue as error:
            raise BadValue(argument, f"has the {dimension} {value!r}: it {error.problem}") from None


def _check_day(day: str) -> None:
    if not _is_day(day):
        raise BadValue("day", "is not like 2026-11-21")


def _check_month(month: str) -> None:
    if not _is_day(f"{month}-01"):
        raise BadValue("month", "is not like 2026-11")


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def words_of(duration: timedelta) -> str:
    """How long, for people: ``30 days``, or ``1:00:00``."""
    return str(duration).removesuffix(", 0:00:00")


def period_between(
    since: date | datetime | None, until: date | datetime | None, timezone: tzinfo
) -> tuple[datetime | None, datetime | None]:
    """Where a period begins and ends; None: it does not.

    :param since: the first day, or the first moment.
    :param until: the last day, or the moment after the last.
    :param timezone: in which a day begins and a naive datetime is meant.
    :raises BadValue: if one of them is no date, or it ends before it begins.
    """
    check_day_or_moment("since", since)
    check_day_or_moment("until", until)
    first = None if since is None else first_moment(since, timezone)
    end = None if until is None else moment_after(until, timezone)
    if first is not None and end is not None and (end < first or _is_day_before(until, since)):
        raise BadValue("until", "is before since")
    return first, end


def day_or_moment(text: str) -> date:
    """A day or a moment as ISO 8601 writes it; a moment is a datetime.

    :raises ValueError: if it is neither. A week without its day is none, though Python takes it for
        its Monday.
    """
    if _WEEK_ALONE.fullmatch(text):
        raise ValueError(f"{text} is a week")
    if len(text) <= len("2026-11-21"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text)


def check_day_or_moment(argument: str, value: object) -> None:
    """Refuse what is neither a day nor a moment; None may be.

    :raises BadValue: naming the argument.
    """
    if value is not None and not isinstance(value, date):
        problem = f"is {type(value).__name__}, not a date or datetime, such as date(2026, 11, 21)"
        raise BadValue(argument, problem)


def _is_day_before(until: date | datetime | None, since: date | datetime | None) -> bool:
    """Of days; by their moments alone, a last day that is the day before would end in time."""
    if until is None or since is None or isinstance(until, datetime) or isinstance(since, datetime):
        return False
    return until < since


def first_moment(since: date | datetime, timezone: tzinfo) -> datetime:
    """Where a period begins: a day's first moment, or the moment itself.

    :param timezone: in which a day begins and a naive datetime is meant.
    """
    if not isinstance(since, datetime):
        since = datetime.combine(since, time())
    return since.replace(tzinfo=timezone) if since.tzinfo is None else since


def moment_after(until: date | datetime, timezone: tzinfo) -> datetime:
    """Where a period ends: the first moment of the day after its last day, or the moment itself."""
    if not isinstance(until, datetime):
        if until == date.max:
            return datetime.max.replace(tzinfo=UTC)
        until += timedelta(days=1)
    return first_moment(until, timezone)
