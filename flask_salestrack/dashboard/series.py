"""Turnover over time: as many points as one can tell apart, with those at which nothing sold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final, Literal

import msgspec
from markupsafe import Markup

from wsgi_salestrack import Report
from wsgi_salestrack.days import first_moment, hour_of, moment_after, week_of

from . import charts, figures
from .figures import Number
from .periods import Period

Grain = Literal["hour", "day", "week", "month"]

_NOTHING: Final = Decimal(0)
# The host may have set the thread's own context to anything.
_EXACT: Final = Context(prec=60)
_DAY: Final = timedelta(days=1)
_HALF_HOUR: Final = timedelta(minutes=30)
# Up to so many days a chart has a column for each day, or for each week.
_MOST_DAYS: Final = 92
_MOST_WEEKS: Final = 732
# Nobody looks at a column for each of more months than these, the last ones.
_MOST_POINTS: Final = 600
_WORDS: Final = {"hour": "Hour", "day": "Day", "week": "Week", "month": "Month"}


class SeriesRow(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a chart, as a row of the table behind it."""

    title: str
    count: Number
    value: Decimal


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A chart in one currency, and its numbers.

    :param id: of the chart; unique within the page.
    :param image: None where there is nothing to draw, or nothing to draw it with.
    """

    id: str
    title: str
    unit_of_time: str
    currency: str
    image: Markup | None
    rows: Sequence[SeriesRow]


def asked_of(period: Period) -> Literal["hour", "day"]:
    """By what the report is that a chart of a period is made of; longer times are of its days."""
    return "hour" if period.days == 1 else "day"


def bounded(period: Period, by_day: Report, today: date) -> Period:
    """The period with both bounds: from its first day with sales, to today.

    And to a later day with sales, or from an earlier one: if the shop's time zone was changed, a
    sale may be of a period and of a day outside it, and together they are all that was sold.

    :param by_day: the report of that period.
    """
    days = [date.fromisoformat(row.dimension) for row in by_day.rows if row.dimension is not None]
    since = min([period.since, *days] if period.since else days, default=today)
    until = max([since, period.until or today, *days])
    return Period(name=period.name, since=since, until=until)


def make_series(report: Report, period: Period, currency: str, *, zone: tzinfo, id: str) -> Series:
    """The chart of a report by hour or by day.

    :param period: with both bounds.
    """
    grain = _grain_of(period)
    nothing = _NOTHING
    sums: dict[str, tuple[Number, Decimal]] = {}
    for row in report.rows:
        if row.currency == currency and row.dimension is not None and row.net is not None:
            key = row.dimension
            if grain != "hour":
                key, _, _ = _name_of(grain, date.fromisoformat(key))
            count, value = sums.get(key, (0, _NOTHING))
            sums[key] = (Fraction(count) + Fraction(row.count), _EXACT.add(value, row.net))
            nothing = _EXACT.subtract(row.net, row.net)  # with as many decimals as the others
    points, rows = [], []
    for key, label, title in _names(grain, period, zone):
        count, value = sums.get(key, (0, nothing))
        points.append(charts.Point(label, title, value))
        rows.append(SeriesRow(title=title, count=_whole(count), value=value))
    title = f"Turnover by {grain}, {currency}"
    return Series(
        id=id,
        title=title,
        unit_of_time=_WORDS[grain],
        currency=currency,
        image=charts.columns(points, title=f"{title}, {period.title}", unit=currency, id=id),
        rows=rows,
    )


def _whole(count: Number) -> Number:
    """A number of sales, which a model may have shared."""
    return int(count) if count == int(count) else count


def _grain_of(period: Period) -> Grain:
    """Of how long a time a column is."""
    days = period.days or _MOST_WEEKS + 1
    if days == 1:
        return "hour"
    if days <= _MOST_DAYS:
        return "day"
    return "week" if days <= _MOST_WEEKS else "month"


def _names(grain: Grain, period: Period, zone: tzinfo) -> Iterator[tuple[str, str, str]]:
    """As the report names each point, as the chart does, and in full; the oldest first."""
    if period.since is None or period.until is None:
        return
    if grain == "hour":
        yield from _hours(period.since, zone)
        return
    seen: set[str] = set()
    day = max(period.since, _first_point(period.until)) if grain == "month" else period.since
    while day <= period.until:
        key, label, title = _name_of(grain, day)
        if key not in seen:
            seen.add(key)
            yield key, label, title
        day += _DAY


def _first_point(until: date) -> date:
    """The first day of the first month that a chart has room for."""
    year, month = divmod(until.year * 12 + until.month - _MOST_POINTS, 12)
    return date(year, month + 1, 1) if year > 0 else date.min


def _name_of(grain: Grain, day: date) -> tuple[str, str, str]:
    if grain == "month":
        return f"{day:%Y-%m}", figures.month(day), figures.month(day)
    if grain == "week":
        monday = day - day.weekday() * _DAY
        sunday = monday + 6 * _DAY
        full = f"{figures.short_day(monday)} to {figures.day(sunday)}"
        return week_of(str(day)), figures.short_day(monday), full
    return str(day), figures.short_day(day), figures.day(day)


def _hours(day: date, zone: tzinfo) -> Iterator[tuple[str, str, str]]:
    """The hours of a day: 24, or one more or less where clocks are changed."""
    at = first_moment(day, zone).astimezone(UTC)
    end = moment_after(day, zone).astimezone(UTC)
    seen: set[str] = set()
    while at < end:
        key = hour_of(at, zone)
        if key not in seen:
            seen.add(key)
            local: datetime = at.astimezone(zone)
            yield key, f"{local:%H}", f"{local:%H}:00"
        at += _HALF_HOUR
