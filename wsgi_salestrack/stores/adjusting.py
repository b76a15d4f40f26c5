"""Adjusting conversions that are stored: the change is appended, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from ..adjusting import standing, weigh
from ..adjustments import Adjusted, Adjustment, Change
from ..errors import StoreError, UnknownReference
from ..model import Recorded
from . import change_rows, rows
from .ledger import Ledger
from .reading import Reading
from .totals_keeping import TotalsKeeping
from .transaction import Transaction

# What a time in the database is exact to.
_TICK: Final = timedelta(microseconds=1)


class Adjusting:
    """Adjustments of a site.

    :param transaction: in which they are read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._run = transaction.run
        self._statements = transaction.statements
        self._reading = Reading(transaction)

    def adjust(
        self,
        scope: str,
        reference: str,
        change: Change,
        *,
        id: int,
        at: datetime,
        announced: bool,
    ) -> Adjusted:
        """Append an adjustment, once, and let totals and commissions follow.

        It is later than those before it, for their order is what they come to, and another
        process's clock may be ahead.

        :raises UnknownReference: if there is no such conversion.
        :raises BadValue: naming what of the change can't be done.
        """
        key = {"scope": scope, "dedupe_key": reference}
        values = self._run(self._statements.select_conversion_alone, **key).fetchone()
        if values is None:
            raise UnknownReference(f"no conversion has this reference in the scope {scope}")
        recorded = self._reading.load(values, "recorded")
        earlier = self.of(recorded.id)
        if earlier:
            at = max(at, earlier[-1].at + _TICK)
        adjusted = weigh(recorded, earlier, change, id=id, at=at)
        if adjusted.outcome != "adjusted" or adjusted.adjustment in earlier:
            return adjusted
        row = change_rows.adjustment_row(adjusted.adjustment, recorded.id)
        row["unsent"] = "adjusted" if announced else None
        if self._run(self._statements.insert_adjustment, **row).rowcount != 1:
            raise StoreError("the adjustment's id is taken; try again")
        after = adjusted.recorded
        self._run(
            self._statements.adjust,
            id=recorded.id,
            cancelled=int(after.cancelled),
            refunded=after.refunded.minor if after.refunded else 0,
        )
        self._take_back(after, earlier, adjusted.adjustment)
        Ledger(self._transaction).settle(after, at)
        TotalsKeeping(self._transaction).sale_came(id)
        return adjusted

    def since(self, since: datetime) -> Iterator[Adjusted]:
        """Those made since, the oldest first."""
        statement = self._statements.select_adjustments_since
        return self._loaded(self._run(statement, since=rows.microseconds(since)).fetchall())

    def unsent(self) -> Iterator[Adjusted]:
        """Those whose signal is still to be sent, the oldest first."""
        return self._loaded(self._run(self._statements.select_unsent_adjustments).fetchall())

    def mark_sent(self, ids: Iterable[int]) -> None:
        """Write down of which the signal was sent."""
        for id in ids:
            self._run(self._statements.mark_adjustment_sent, id=id)

    def returned(self, conversion: int) -> Mapping[str, int]:
        """Product id -> how many of it came back, of a conversion that was locked."""
        statement = self._statements.select_latest_adjustments
        return standing(self._made(statement, conversion)).returned

    def of(self, conversion: int) -> list[Adjustment]:
        """Those of a conversion, the oldest first."""
        return self._made(self._statements.select_adjustments, conversion)

    def _made(self, statement: str, conversion: int) -> list[Adjustment]:
        found = self._run(statement, conversion=conversion).fetchall()
        return [change_rows.adjustment_of(values[1:]) for values in found]

    def _take_back(
        self, recorded: Recorded, earlier: Sequence[Adjustment], adjustment: Adjustment
    ) -> None:
        """Write down of each line how many came back, where that changed."""
        order = recorded.conversion.order
        if order is None:
            return
        before, after = (
            rows.line_rows(self._transaction.site, recorded.id, order, standing(made).returned)
            for made in (earlier, [*earlier, adjustment])
        )
        for was, line in zip(before, after, strict=True):
            if line != was:
                self._run(
                    self._statements.orders.update_line,
                    conversion=recorded.id,
                    position=line["position"],
                    returned=line["returned"],
                )

    def _loaded(self, found: Sequence[Sequence[Any]]) -> Iterator[Adjusted]:
        for conversion, *values in found:
            recorded = self._reading.by_id(conversion)
            if recorded is not None:
                adjustment = change_rows.adjustment_of(values)
                yield Adjusted(outcome="adjusted", adjustment=adjustment, recorded=recorded)
