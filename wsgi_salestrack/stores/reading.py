"""Reading what is stored, inside a transaction that the store has begun."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec

from ..model import Conflict, Conversion, Outcome, Recorded
from ..touches import Touch
from . import rows
from .base import Clicks, Selection, Total
from .line_totals import LineTotals
from .line_values import is_by_line
from .report_rows import clicks_of, commissions_of, selection_parameters, totals_of
from .statements import CONVERSION_COLUMNS
from .totals import Totals
from .transaction import Transaction
from .unsent import outcomes_of

# Conversions that are read at a time.
_PAGE: Final = 500

_CONVERSION: Final = msgspec.json.Decoder(Conversion)
_RECORDED_AT: Final = CONVERSION_COLUMNS.index("recorded_at")
_UNSENT: Final = CONVERSION_COLUMNS.index("unsent")


class Reading:
    """What a site has stored.

    :param transaction: in which it is read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._execute, self._statements, self._site = transaction

    def last_click(self, touch: Touch, until: datetime) -> datetime | None:
        """See :meth:`~.base.Store.last_click`."""
        if touch.contact is None:
            return None  # anybody's click, and nobody's
        names = {name: getattr(touch, name) for name in touch.__struct_fields__ if name != "at"}
        parameters = {"site": self._site, "until": rows.microseconds(until), **names}
        (at,) = self._execute(self._statements.select_last_click(touch), parameters).fetchone()
        return None if at is None else rows.moment(at)

    def totals(self, selection: Selection, *, commission: bool = False) -> list[Total]:
        """See :meth:`~.base_reports.ReportStore.totals`."""
        totals = Totals(self._transaction).sales(selection, self._sold)
        if is_by_line(selection):
            by_line = LineTotals(self._transaction)
            if totals is None:
                return by_line.sales(selection, commission=commission)
            return totals + by_line.commissions(selection) if commission else totals
        if totals is None:
            totals = self._sold(selection)
        return totals + self._earned(selection) if commission else totals

    def _earned(self, selection: Selection) -> list[Total]:
        """What publishers earn on a selection."""
        reports = self._statements.reports
        parameters = selection_parameters(self._site, selection)
        few_earn = selection.is_of_all_times
        if not few_earn:
            (found,) = self._execute(reports.select_few_earn(selection), parameters).fetchone()
            few_earn = bool(found)
        statement = reports.select_commissions(selection, few_earn=few_earn)
        return commissions_of(self._execute(statement, parameters).fetchall(), selection)

    def _sold(self, selection: Selection) -> list[Total]:
        """What the rows of a selection add up to, but for commissions."""
        if is_by_line(selection):
            return LineTotals(self._transaction).sales(selection)
        statement = self._statements.reports.select_totals(selection)
        found = self._execute(statement, selection_parameters(self._site, selection))
        return totals_of(found.fetchall(), selection)

    def clicks(self, selection: Selection, *, visitors: bool = True) -> list[Clicks]:
        """See :meth:`~.base_reports.ReportStore.clicks`."""
        if not visitors:
            read = partial(self._clicked, visitors=False)
            kept = Totals(self._transaction).clicks(selection, read)
            if kept is not None:
                return kept
        return self._clicked(selection, visitors=visitors)

    def _clicked(self, selection: Selection, *, visitors: bool) -> list[Clicks]:
        """The clicks of a selection, from the rows."""
        statement = self._statements.reports.select_clicks(selection, visitors=visitors)
        found = self._execute(statement, selection_parameters(self._site, selection))
        return clicks_of(found.fetchall(), selection)

    def ids_changed_since(self, since: datetime) -> list[int]:
        """Which conversions came or changed since, oldest first."""
        parameters = {"site": self._site, "since": rows.microseconds(since)}
        found = self._execute(self._statements.select_changed, parameters)
        return [id for (id,) in found.fetchall()]

    def changed_since(self, ids: Iterable[int], since: datetime) -> Iterator[Recorded]:
        """Those conversions, ``recorded`` or ``enriched`` since; what was forgotten is left out."""
        start = rows.microseconds(since)
        for id in ids:
            values = self._by_id(id)
            if values is not None:
                yield self.load(values, "recorded" if values[_RECORDED_AT] >= start else "enriched")

    def ids_unsent(self) -> list[int]:
        """Of which conversions signals are still to be sent, oldest first."""
        found = self._execute(self._statements.select_unsent, {"site": self._site})
        return [id for (id,) in found.fetchall()]

    def unsent(self, ids: Iterable[int]) -> Iterator[Recorded]:
        """Those conversions, with the outcome that is to be told; others are left out."""
        for id in ids:
            values = self._by_id(id)
            if values is not None:
                yield from (self.load(values, each) for each in outcomes_of(values[_UNSENT]))

    def stored(self, scope: str, references: Iterable[str]) -> dict[str, Recorded]:
        """See :meth:`~.base.Store.stored`."""
        found = {}
        for reference in references:
            key = {"site": self._site, "scope": scope, "dedupe_key": reference}
            values = self._execute(self._statements.select_conversion, key).fetchone()
            if values is not None:
                found[reference] = self.load(values, "recorded")
        return found

    def ids_occurred(self, scope: str, since: datetime, until: datetime) -> list[int]:
        """Which conversions of a scope occurred in a period, oldest first."""
        period = {"since": rows.microseconds(since), "until": rows.microseconds(until)}
        parameters = {"site": self._site, "scope": scope, **period}
        found = self._execute(self._statements.select_occurred, parameters)
        return [id for (id,) in found.fetchall()]

    def by_ids(self, ids: Iterable[int]) -> Iterator[Recorded]:
        """Those conversions; what was forgotten is left out."""
        return (found for id in ids if (found := self.by_id(id)) is not None)

    def is_unsent(self, id: int) -> bool | None:
        """See :meth:`~.base_news.NewsStore.is_unsent`."""
        values = self._by_id(id)
        return None if values is None else values[_UNSENT] is not None

    def conflicts(self, id: int) -> Iterator[Conflict]:
        """What was said of a conversion and does not count, the oldest first."""
        parameters = {"site": self._site, "conversion": id}
        for at, lost in self._execute(self._statements.select_conflicts, parameters).fetchall():
            yield Conflict(at=rows.moment(at), said=_CONVERSION.decode(lost))

    def load(self, values: Any, outcome: Outcome, *, is_locked: bool = False) -> Recorded:
        """A stored conversion with its lines, from a row of its columns.

        :param is_locked: whether the row was locked when it was read, which shows it as it is now;
            so are the lines to be, where a transaction's other queries show what was before.
        """
        orders = self._statements.orders
        statement = orders.select_latest_lines if is_locked else orders.select_lines
        parameters = {"site": self._site, "conversion": values[0]}
        lines = self._execute(statement, parameters).fetchall()
        return rows.recorded_of(values, lines, outcome)

    def by_id(self, id: int) -> Recorded | None:
        """A stored conversion; None if it was forgotten."""
        values = self._by_id(id)
        return None if values is None else self.load(values, "recorded")

    def _by_id(self, id: int) -> Any:
        parameters = {"site": self._site, "id": id}
        return self._execute(self._statements.select_conversion_by_id, parameters).fetchone()


def in_pages(
    begin: Callable[[], AbstractContextManager[Transaction]],
    ids_of: Callable[[Reading], Sequence[int]],
    read: Callable[[Reading, Sequence[int]], Iterator[Recorded]],
) -> Iterator[Recorded]:
    """Read many conversions, with no transaction open while somebody looks at one."""
    with begin() as transaction:
        ids = array("q", ids_of(Reading(transaction)))
    for first in range(0, len(ids), _PAGE):
        with begin() as transaction:
            page = list(read(Reading(transaction), ids[first : first + _PAGE]))
        yield from page
