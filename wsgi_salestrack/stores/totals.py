"""Reports from the totals that SQLite keeps, where these know what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from operator import add
from typing import Any, Final, NamedTuple

import msgspec

from .base import Clicks, Dimension, Selection, Total
from .report_columns import OF_CLICK, ReportColumns, click_conditions, sale_conditions
from .report_rows import clicks_of, selection_parameters, totals_of
from .rows import moment
from .spelling import SQLITE
from .totals_statements import KeptStatements
from .transaction import Transaction
from .whole_days import Day, Span, whole_days

_TIMES: Final[tuple[Dimension, ...]] = ("day", "week", "month")
_CLICKED: Final[tuple[Dimension, ...]] = ("newsletter", "link", "publisher")
_SOLD: Final[tuple[Dimension, ...]] = (*_CLICKED, "product")
_COLUMNS: Final = ReportColumns(SQLITE)
_DAY: Final = timedelta(days=1)
# Before and after the names of all days.
_FIRST, _LAST = "0", ":"


class _Plan(NamedTuple):
    """How a selection is read.

    :param dimension: of the totals.
    :param days: the first and the last day; None: the sums of all days.
    :param rest: times of less than a day, which are read from the rows.
    """

    dimension: str
    days: tuple[str, str] | None
    rest: Sequence[Selection]


class Totals:
    """The totals of a site.

    :param transaction: in which they are read; nothing is found where its database keeps none.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements.totals

    def sales(
        self, selection: Selection, read: Callable[[Selection], list[Total]]
    ) -> list[Total] | None:
        """What a selection adds up to, but for commissions; None where the totals do not know it.

        :param read: adds up the rows of a selection.
        """
        if self._statements is None:
            return None
        kept, asked = self._statements.sales, (*selection.by, *selection.where)
        plan = self._plan(kept, selection, asked, _SOLD)
        if plan is None:
            return None
        conditions = sale_conditions(_whenever(selection), "kept")
        found = self._found(kept, selection, plan, conditions)
        if found is None:
            return None
        return [*totals_of(found, selection), *(each for rest in plan.rest for each in read(rest))]

    def clicks(
        self, selection: Selection, read: Callable[[Selection], list[Clicks]]
    ) -> list[Clicks] | None:
        """The clicks of a selection, but not who made them; None where the totals do not know."""
        if self._statements is None:
            return None
        # Of other conditions a click knows nothing.
        where = [name for name in selection.where if name in OF_CLICK]
        kept, asked = self._statements.clicks, (*selection.by, *where)
        plan = self._plan(kept, selection, asked, _CLICKED)
        if plan is None:
            return None
        conditions = click_conditions(_whenever(selection))
        found = self._found(kept, selection, plan, conditions)
        if found is None:
            return None
        return [*clicks_of(found, selection), *(each for rest in plan.rest for each in read(rest))]

    def _plan(
        self,
        kept: KeptStatements,
        selection: Selection,
        asked: Collection[Dimension],
        known: Collection[Dimension],
    ) -> _Plan | None:
        names = {name for name in asked if name not in _TIMES}
        if len(names) > 1 or not names.issubset(known):
            return None
        dimension = names.pop() if names else "all"
        if selection.is_of_all_times:
            days = (_FIRST, _LAST) if any(name in _TIMES for name in asked) else None
            return _Plan(dimension, days, ())
        parameters = selection_parameters(self._transaction.site, selection)
        period = Span(parameters["since"], parameters["until"])
        first, last = _days_around(period)
        days = self._transaction.run(kept.select_days, first=first, last=last).fetchall()
        found = whole_days([Day(*day) for day in days], period)
        if found is None:
            return None
        rest = [_within(selection, span) for span in found.rest]
        return _Plan(dimension, (found.first, found.last), rest)

    def _found(
        self,
        kept: KeptStatements,
        selection: Selection,
        plan: _Plan,
        conditions: Sequence[str],
    ) -> Sequence[Any] | None:
        """Rows as the report's own statement gives them; None where a sum is too large."""
        values = [
            _COLUMNS.of_sale(name, selection.timezone) if name in _TIMES else "value"
            for name in selection.by
        ]
        conditions = [*conditions, *_conditions(selection, plan.dimension)]
        statement = kept.select(plan.dimension, values, conditions, days=plan.days is not None)
        parameters = selection_parameters(self._transaction.site, selection)
        parameters["first"], parameters["last"] = plan.days or (None, None)
        found = self._transaction.execute(statement, parameters).fetchall()
        size = -len(kept.kept.sums)
        is_unknown = any(None in sums for sums in list(zip(*found, strict=True))[size:])
        return None if is_unknown else _in_one(found, size)


def _in_one(found: Iterable[tuple[Any, ...]], size: int) -> Sequence[tuple[Any, ...]]:
    """Rows with the same key, added up.

    :param size: how many of their last values are sums, as a negative number.
    """
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in found:
        key = row[:size]
        known = rows.setdefault(key, row)
        if known is not row:
            rows[key] = *key, *map(add, known[size:], row[size:])
    return list(rows.values())


def _days_around(period: Span) -> tuple[str, str]:
    """Between which days everything in a period is: wherever a shop is, UTC has its day or next."""
    first, last = _FIRST, _LAST
    # Before the year 1 and after 9999 there are no days.
    with suppress(OverflowError):
        first = _FIRST if period.since is None else _name(moment(period.since) - _DAY)
    with suppress(OverflowError):
        last = _LAST if period.until is None else _name(moment(period.until) + _DAY)
    return first, last


def _name(at: datetime) -> str:
    return at.date().isoformat()


def _whenever(selection: Selection) -> Selection:
    """Only the conditions of a selection that hold of days and currencies, without its period."""
    where = {name: value for name, value in selection.where.items() if name in _TIMES}
    return msgspec.structs.replace(selection, where=where, since=None, until=None)


def _within(selection: Selection, span: Span) -> Selection:
    since, until = (None if at is None else moment(at) for at in span)
    return msgspec.structs.replace(selection, since=since, until=until)


def _conditions(selection: Selection, dimension: str) -> list[str]:
    """Those on the values of a dimension."""
    return [
        "value = ''" if value is None else f"value = :where_{name}"
        for name, value in selection.where.items()
        if name == dimension
    ]
