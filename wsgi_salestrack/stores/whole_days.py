"""Which whole days a period is made of, and what of it is left before and after them.

A day is known by the first and the last moment at which anything occurred on it, and not by where
it began: a shop that has changed its time zone has days of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Day(NamedTuple):
    """A day on which something occurred, ``YYYY-MM-DD``; microseconds since 1970."""

    name: str
    first: int
    last: int


class Span(NamedTuple):
    """A time from one moment to before another, in microseconds; None: without an end."""

    since: int | None
    until: int | None


class WholeDays(NamedTuple):
    """What a period comes to.

    :param first: the first of the days that are wholly in it, and ``last`` likewise.
    :param rest: times of it on other days, and of no day between those.
    """

    first: str
    last: str
    rest: tuple[Span, ...]


def whole_days(days: Sequence[Day], period: Span) -> WholeDays | None:
    """A period's whole days, and its rest; None where it has none, or the rest is not apart.

    :param days: all on which anything may be in the period, in their order.
    """
    first, since = _begin(days, period.since)
    last, until = _end(days, period.until)
    if first >= last or since is None or until is None:
        return None
    return WholeDays(days[first].name, days[last - 1].name, (*since, *until))


def _begin(days: Sequence[Day], since: int | None) -> tuple[int, tuple[Span, ...] | None]:
    """From which day on all days are in a period, and what of it comes before them."""
    if since is None:
        return 0, ()
    begin = len(days)
    while begin and days[begin - 1].first >= since:
        begin -= 1
    end = max((day.last for day in days[:begin]), default=since - 1) + 1
    if end <= since:
        return begin, ()
    is_apart = all(day.first >= end for day in days[begin:])
    return begin, (Span(since, end),) if is_apart else None


def _end(days: Sequence[Day], until: int | None) -> tuple[int, tuple[Span, ...] | None]:
    """Before which day all days are in a period, and what of it comes after them."""
    if until is None:
        return len(days), ()
    end = 0
    while end < len(days) and days[end].last < until:
        end += 1
    begin = min((day.first for day in days[end:]), default=until)
    if begin >= until:
        return end, ()
    is_apart = all(day.last < begin for day in days[:end])
    return end, (Span(begin, until),) if is_apart else None
