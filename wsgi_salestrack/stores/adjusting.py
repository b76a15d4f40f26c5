"""Adjusting conversions that are stored: the change is appended, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ..adjustments import Adjusted, Adjustment
from ..errors import StoreError, UnknownReference
from .ledger import Ledger
from .reading import Reading
from .rows import microseconds, moment
from .transaction import Transaction


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
        self, scope: str, reference: str, adjustment: Adjustment, *, announced: bool
    ) -> Adjusted:
        """Append an adjustment, once, and let totals and commissions follow.

        :raises UnknownReference: if there is no such conversion.
        """
        key = {"scope": scope, "dedupe_key": reference}
        values = self._run(self._statements.select_conversion_alone, **key).fetchone()
        if values is None:
            raise UnknownReference(f"no conversion has this reference in the scope {scope}")
        recorded = self._reading.load(values, "recorded")
        for known in self._of(recorded.id):
            if known.kind == adjustment.kind:
                # Written by a transaction that nobody knew the end of, it is new all the same.
                return Adjusted(
                    outcome="adjusted" if known.id == adjustment.id else "duplicate",
                    adjustment=known,
                    recorded=recorded,
                )
        row = {
            "id": adjustment.id,
            "conversion": recorded.id,
            "kind": adjustment.kind,
            "at": microseconds(adjustment.at),
            "unsent": "adjusted" if announced else None,
        }
        if self._run(self._statements.insert_adjustment, **row).rowcount != 1:
            raise StoreError("the adjustment's id is taken; try again")
        self._run(self._statements.cancel, id=recorded.id, at=microseconds(adjustment.at))
        Ledger(self._transaction).settle(recorded, adjustment.at)
        return Adjusted(outcome="adjusted", adjustment=adjustment, recorded=recorded)

    def since(self, since: datetime) -> Iterator[Adjusted]:
        """Those made since, the oldest first."""
        statement = self._statements.select_adjustments_since
        return self._loaded(self._run(statement, since=microseconds(since)).fetchall())

    def unsent(self) -> Iterator[Adjusted]:
        """Those whose signal is still to be sent, the oldest first."""
        return self._loaded(self._run(self._statements.select_unsent_adjustments).fetchall())

    def mark_sent(self, id: int) -> None:
        """Write down that the signal was sent."""
        self._run(self._statements.mark_adjustment_sent, id=id)

    def _of(self, conversion: int) -> list[Adjustment]:
        statement = self._statements.select_adjustments
        found = self._run(statement, conversion=conversion).fetchall()
        return [_adjustment_of(values) for values in found]

    def _loaded(self, found: Sequence[Sequence[Any]]) -> Iterator[Adjusted]:
        for values in found:
            recorded = self._reading.by_id(values[1])
            if recorded is not None:
                adjustment = _adjustment_of(values)
                yield Adjusted(outcome="adjusted", adjustment=adjustment, recorded=recorded)


def _adjustment_of(values: Sequence[Any]) -> Adjustment:
    id, _, kind, at = values
    return Adjustment(id=id, kind=kind, at=moment(at))
