"""Asking for a report: what may be asked for, and what it is made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Literal, get_args

import msgspec

from ..checks import check_choice, check_mapping
from ..crediting import JOURNEYS, MODELS, Journey, Model, Windows
from ..days import check_period, period_between
from ..errors import BadValue
from ..money import exponent_of
from ..stores.base import DIMENSIONS, Dimension, Selection
from ..stores.base_reports import ReportStore
from ..stores.report_columns import OF_LINE
from .adding import Key, by_values, clicked_of, rows_of
from .before import Periods, beside, periods_of, renaming_of, words_of
from .gathering import Found, Gathering
from .models import Question
from .rows import Report, ReportRow

#: What may be read beside what sold; each takes its time.
Figure = Literal["commission", "clicks", "visitors"]
FIGURES: Final[tuple[Figure, ...]] = get_args(Figure)

_OF_SALES: Final = "A sale of several products counts in each of their rows, and once in the total."
_OF_CATEGORIES: Final = (
    "A product in several categories counts in each of their rows, and once in the total."
)


def make_reports(
    store: ReportStore,
    site: str,
    *,
    timezone: tzinfo,
    window: timedelta,
    models: Sequence[str],
    by: str | Sequence[str] = "newsletter",
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    currency: str | None = None,
    where: Mapping[str, str | None] | None = None,
    journey: str | None = None,
    windows: Mapping[str, timedelta] | None = None,
    figures: Collection[str] = (),
    now: datetime | None = None,
) -> dict[Model, Report]:
    """Add up a site's conversions, by one or more models from one reading of its journeys.

    :param timezone: in which a day begins and a naive datetime is meant.
    :param window: look-back of the programmes that ``windows`` does not name.
    :param models: of :data:`MODELS`.
    :param by: a dimension, or two of them to be crossed.
    :param since: the first day, or the first moment, by when they occurred.
    :param until: the last day, or the moment after the last.
    :param where: only those with this newsletter, link, ...; None: those without one.
    :param journey: whose touches share a sale, of :data:`JOURNEYS`; by default the publishers'
        where the report is by publisher, and otherwise the newsletters'.
    :param windows: look-back by programme.
    :param figures: of :data:`FIGURES`, what is read beside what sold.
    :param now: aware; where it is given, each row has what was in the period before beside it, and
        without ``until`` the period ends now.
    :raises BadValue: naming the argument.
    :raises StoreError: if the store can't be read.
    """
    selection = selection_of(
        _dimensions(by),
        since=since,
        until=until,
        currency=currency,
        where=where,
        timezone=timezone,
    )
    question = Question(
        selection=selection,
        models=[check_choice("model", name, MODELS) for name in models],
        windows=Windows.of(windows, window),
        journey=_journey(journey, selection),
    )
    gathering = Gathering(store, site, _figures(figures), windows is None and journey is None)
    if now is None:
        found = gathering.read(question)
        return {model: _report(selection, found[model]) for model in question.models}
    periods = periods_of(since, until, selection, now)
    found = gathering.read(_within(question, periods.since, periods.until))
    before = gathering.read(_within(question, periods.since_before, periods.until_before))
    return {
        model: _compared(selection, found[model], before[model], periods)
        for model in question.models
    }


def selection_of(
    by: tuple[Dimension, ...],
    *,
    since: date | datetime | None,
    until: date | datetime | None,
    currency: str | None,
    where: Mapping[str, str | None] | None,
    timezone: tzinfo,
) -> Selection:
    """What people ask for, as the store is asked for it; see :func:`make_reports`.

    :raises BadValue: naming the argument.
    """
    if currency is not None:
        exponent_of(currency)
    first, end = period_between(since, until, timezone)
    where = {} if where is None else where
    check_mapping("where", where, '{"newsletter": "2026-11"}')
    conditions = {check_choice("where", name, DIMENSIONS): value for name, value in where.items()}
    for name, value in conditions.items():
        if value is not None:
            check_period("where", name, value)
    return Selection(
        by=by, since=first, until=end, currency=currency, where=conditions, timezone=timezone
    )


def _report(selection: Selection, found: Found) -> Report:
    return Report(
        by=selection.by,
        rows=rows_of(found.rows, selection.by),
        totals=rows_of(found.whole, ()),
        clicked=clicked_of(found.rows, selection.by, selection.currency),
        notes=_notes(selection),
    )


def _compared(selection: Selection, found: Found, before: Found, periods: Periods) -> Report:
    """The report, with the rows of the period before beside its own."""
    rename = renaming_of(periods, selection.timezone)
    rows = beside(found.rows, before.rows, selection.by, rename)
    whole = beside(found.whole, before.whole, (), rename)
    now = Found(rows=rows[0], whole=whole[0])
    report = _report(selection, now)
    then = by_values(rows[1], selection.currency)
    return Report(
        by=report.by,
        rows=_with_before(report.rows, then, len(report.by)),
        totals=_with_before(report.totals, by_values(whole[1], selection.currency), 0),
        clicked=_with_before(report.clicked, then, len(report.by)),
        notes=(*report.notes, words_of(periods, selection.timezone)),
        period_before=(periods.since_before, periods.until_before),
    )


def _with_before(
    rows: Sequence[ReportRow], before: Mapping[Key, ReportRow], count: int
) -> tuple[ReportRow, ...]:
    return tuple(
        msgspec.structs.replace(
            row, before=before[(row.dimension, row.across)[:count], row.currency]
        )
        for row in rows
    )


def _notes(selection: Selection) -> tuple[str, ...]:
    notes = {"product": _OF_SALES, "category": _OF_CATEGORIES}
    return tuple(notes[name] for name in OF_LINE if name in selection.by)


def _within(question: Question, since: datetime, until: datetime) -> Question:
    selection = msgspec.structs.replace(question.selection, since=since, until=until)
    return question._replace(selection=selection)


def _journey(name: str | None, selection: Selection) -> Journey:
    if name is None:
        return "publishers" if "publisher" in selection.by else "newsletters"
    return check_choice("journey", name, JOURNEYS)


def _figures(names: Collection[str]) -> list[Figure]:
    for name in names:
        if name not in FIGURES:
            raise BadValue("figures", f"are not of {', '.join(FIGURES)}")
    return [name for name in FIGURES if name in names]


def _dimensions(by: str | Sequence[str]) -> tuple[Dimension, ...]:
    names = (by,) if isinstance(by, str) else tuple(by)
    if len(names) not in (1, 2) or len(set(names)) < len(names):
        raise BadValue("by", "is not one dimension, or two different ones")
    return tuple(check_choice("by", name, DIMENSIONS) for name in names)
