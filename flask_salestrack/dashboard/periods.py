"""The period that a page is about: one of a few that people ask for, or two dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import msgspec

from wsgi_salestrack import BadValue
from wsgi_salestrack.checks import check_choice

from . import figures

#: What is shown where nobody asked for another.
USUAL: Final = "30d"
#: What ``Period.name`` is of two dates.
DATES: Final = "dates"

#: What the fields of two dates are called on the page.
LABELS: Final[Mapping[str, str]] = MappingProxyType({"since": "From", "until": "To"})

_DAY: Final = timedelta(days=1)
_WRITTEN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# Calendars, time zones and the period before stay within what a date knows.
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2999, 12, 31)
# To be compared with a time of no shops tells nothing.
_NOBODY_SOLD_BEFORE: Final = date(1970, 1, 1)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Whole days in the shop's time zone.

    :param name: of :data:`TITLES`, or ``dates``.
    :param since: the first day; None: from the first sale on.
    :param until: the last day, which is part of it; None: without an end.
    """

    name: str
    since: date | None
    until: date | None

    @property
    def title(self) -> str:
        """For people."""
        if self.name != DATES:
            return TITLES[self.name]
        if self.since is None:
            return f"until {figures.day(self.until)}" if self.until else TITLES["all"]
        if self.until is None:
            return f"from {figures.day(self.since)}"
        if self.since == self.until:
            return figures.day(self.since)
        return f"{figures.day(self.since)} to {figures.day(self.until)}"

    @property
    def days(self) -> int | None:
        """How many; None where it has no beginning or no end."""
        if self.since is None or self.until is None:
            return None
        return (self.until - self.since).days + 1

    @property
    def before(self) -> Period | None:
        """As many days that end where this begins; None where that is nowhere, or long ago."""
        if self.since is None or self.days is None:
            return None
        start = self.since - self.days * _DAY
        if start < _NOBODY_SOLD_BEFORE:
            return None
        return Period(name=DATES, since=start, until=self.since - _DAY)


def _last_days(count: int) -> Callable[[date], tuple[date | None, date | None]]:
    return lambda today: (today - (count - 1) * _DAY, today)


def _last_month(today: date) -> tuple[date | None, date | None]:
    last = today.replace(day=1) - _DAY
    return last.replace(day=1), last


_BOUNDS: Final[Mapping[str, Callable[[date], tuple[date | None, date | None]]]] = MappingProxyType(
    {
        "today": _last_days(1),
        "7d": _last_days(7),
        "30d": _last_days(30),
        "90d": _last_days(90),
        "month": lambda today: (today.replace(day=1), today),
        "last-month": _last_month,
        "year": lambda today: (today.replace(month=1, day=1), today),
        "all": lambda _today: (None, None),
    }
)

#: The periods by the names that addresses have, each with its title.
TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "today": "Today",
        "7d": "7 days",
        "30d": "30 days",
        "90d": "90 days",
        "month": "This month",
        "last-month": "Last month",
        "year": "This year",
        "all": "All time",
    }
)


def read_period(asked: Mapping[str, str], today: date, *, usual: str = USUAL) -> Period:
    """The period that a query string asks for: ``since`` and ``until``, or else ``period``.

    :param today: in the shop's time zone.
    :param usual: what is shown where nobody asked for another.
    :raises BadValue: naming the parameter.
    """
    since, until = (_day(name, asked.get(name, "")) for name in ("since", "until"))
    if since is not None or until is not None:
        if since is not None and until is not None and until < since:
            raise BadValue("until", f"is before {LABELS['since']}")
        return Period(name=DATES, since=since, until=until)
    name = asked.get("period") or usual
    check_choice("period", name, _BOUNDS)
    first, last = _BOUNDS[name](today)
    return Period(name=name, since=first, until=last)


def problem_with_dates(error: BadValue) -> str | None:
    """What is wrong with one of two dates, by what the form calls it; None: it is another error."""
    label = LABELS.get(error.field)
    return None if label is None else f"{label} {error.problem}."


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _WRITTEN.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise BadValue(name, "is not a day such as 2026-11-21")
    if not _EARLIEST <= day <= _LATEST:
        raise BadValue(name, f"is not from {_EARLIEST} to {_LATEST}")
    return day
