"""Questions put to the tracker, and what of its answers several pages show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from wsgi_salestrack import Report, ReportRow, Tracker

from . import figures
from .figures import Change
from .questions import Question
from .series import Series, asked_of, bounded, make_series

_NOTHING: Final = Decimal(0)
#: Rows of each list of the best.
BEST: Final = 5


class Figure(NamedTuple):
    """One figure with what became of it since the period before."""

    title: str
    text: str
    change: Change | None


class Best(NamedTuple):
    """The best-selling newsletters, links, ... in one currency.

    :param titles: what some of them are called.
    :param shares: of the best one's net revenue, in percent; for each row.
    :param more: whether there are others.
    """

    dimension: str
    rows: Sequence[ReportRow]
    titles: Mapping[str, str]
    shares: Sequence[int]
    more: bool


def ask(
    tracker: Tracker,
    question: Question,
    by: str | tuple[str, ...],
    *,
    figures: Collection[str] = (),
    before: bool = False,
) -> Report:
    """The report that a question is about.

    :param figures: what is read beside what sold; pages that show none of it need not wait for it.
    :param before: whether the period before is told as well, where there is one.
    :raises BadValue: naming what is wrong with the question.
    :raises StoreError: if the store can't be read.
    """
    return tracker.report(
        by,
        since=question.period.since,
        until=question.period.until,
        currency=question.currency,
        model=question.model,
        journey=question.journey,
        where=question.where,
        figures=figures,
        before=before and question.period.before is not None,
    )


def currencies_of(report: Report, usual: str) -> list[str]:
    """Those in which something was sold, the shop's own first."""
    found = {row.currency for row in report.totals if row.currency is not None}
    return sorted(found, key=lambda currency: (currency != usual, currency))


def currencies_sold(tracker: Tracker, question: Question) -> list[str]:
    """Those in which something was sold, whichever is chosen: each can be chosen instead."""
    every = msgspec.structs.replace(question.in_all_currencies(), model="last", journey=None)
    # By newsletters, of which totals are kept.
    return currencies_of(ask(tracker, every, "newsletter"), tracker.config.currency)


def total_in(report: Report, currency: str | None) -> ReportRow | None:
    """What was sold in one currency."""
    return next((row for row in report.totals if row.currency == currency), None)


def figures_in(report: Report, currency: str | None) -> list[Figure]:
    """What was sold in a period, and how that differs from the one before, if that was read."""
    now = None if currency is None else total_in(report, currency)
    if now is None:
        return []
    average = figures.money(now.average, currency)
    return [
        Figure("Turnover", figures.money(now.net, currency), _moved(now, lambda row: row.net)),
        Figure("Sales", figures.number(now.count), _moved(now, lambda row: row.count)),
        Figure("Average sale, gross", average, _moved(now, lambda row: row.average)),
        Figure("Items", figures.number(now.quantity), _moved(now, lambda row: row.quantity)),
        Figure("Taken back", figures.money(now.refunded, currency), None),
    ]


def clicks_in(report: Report) -> list[Figure]:
    """How often it was clicked, and by how many, as far as the report was asked for that."""
    # Clicks have no currency: each total has all of them. If nothing was sold, there is no total.
    told = report.totals[:1] or report.clicked
    if any(row.clicks is None for row in told):
        return []
    before = [row.before for row in told if row.before is not None]
    clicks, clicks_before = (sum(row.clicks or 0 for row in rows) for rows in (told, before))
    moved = figures.change(clicks, clicks_before) if before else None
    found = [Figure("Clicks", figures.number(clicks), moved)] if told else []
    # Who clicked on two of them is one visitor.
    if len(told) == 1 and told[0].visitors is not None:
        moved = _moved(told[0], lambda row: row.visitors)
        found.append(Figure("Visitors", figures.number(told[0].visitors), moved))
    return found


def rate_in(report: Report, currency: str | None) -> list[Figure]:
    """Sales by clicks, where anything was sold and clicked."""
    now = None if currency is None else total_in(report, currency)
    if now is None or now.conversion_rate is None:
        return []
    text = figures.percent(now.conversion_rate)
    return [Figure("Conversion", text, _moved(now, lambda row: row.conversion_rate))]


def _moved(now: ReportRow, number: Callable[[ReportRow], figures.Number | None]) -> Change | None:
    """What became of a figure since the period before, if that was read."""
    then = now.before
    return None if then is None else figures.change(number(now), number(then) or 0)


def best_of(
    tracker: Tracker, question: Question, dimension: str, currency: str, most: int = BEST
) -> Best:
    """The best-selling newsletters, links, ...; what is credited to none is left out."""
    report = ask(tracker, question, dimension)
    rows = [r for r in report.rows if r.currency == currency and r.dimension is not None]
    shown = rows[:most]
    titles = tracker.titles(dimension, [row.dimension or "" for row in shown])
    return Best(dimension, shown, titles, shares_of(shown), len(rows) > most)


def shares_of(rows: Sequence[ReportRow]) -> list[int]:
    """The net revenue of each row, in percent of the largest in its currency."""
    largest: dict[str | None, Decimal] = {}
    for row in rows:
        largest[row.currency] = max(largest.get(row.currency, _NOTHING), row.net or _NOTHING)
    return [_percent(row.net or _NOTHING, largest[row.currency]) for row in rows]


def _percent(part: Decimal, whole: Decimal) -> int:
    """Of nothing, and of less than nothing, none: more may be taken back than the rest is worth."""
    return int(100 * part / whole) if part > 0 and whole else 0


def series_of(tracker: Tracker, question: Question, currency: str, today: date, id: str) -> Series:
    """Turnover over the period of a question, by hours, days, weeks or months."""
    period = question.period
    grain = asked_of(period)
    report = ask(tracker, question, grain)
    if grain == "day":
        period = bounded(period, report, today)
        if asked_of(period) == "hour":  # all there is was sold today
            report = ask(tracker, question.in_period(period), "hour")
    return make_series(report, period, currency, zone=tracker.config.timezone, id=id)
