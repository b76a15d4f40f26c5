"""Proving that what a site has stored agrees with itself: every sale, adjustment and commission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..adjusting import standing
from ..model import Recorded
from .adjusting import Adjusting
from .base import Finding
from .ledger import Ledger
from .payouts import Payouts
from .reading import Reading
from .totals_verifying import TotalsVerifying, finding
from .transaction import Transaction


class Verifying:
    """What is right and wrong with a site's rows.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements.verifying
        self._reading = Reading(transaction)

    def findings(self) -> Iterator[Finding]:
        """One for each thing that must hold."""
        yield self._twice()
        yield self._loose_lines()
        yield self._adjusted()
        yield self._earned()
        yield self._paid()
        yield from TotalsVerifying(self._transaction).findings()

    def _twice(self) -> Finding:
        """No reference may be recorded twice within its scope."""
        found = self._rows(self._statements.select_repeated)
        names = [f"{reference} in {scope}" for scope, reference in found]
        return finding("every reference is recorded once", names, "is recorded more than once")

    def _loose_lines(self) -> Finding:
        found = self._rows(self._statements.select_loose_lines)
        names = [f"line {position} of {conversion}" for conversion, position in found]
        return finding("every line belongs to a sale and a product", names, "does not")

    def _adjusted(self) -> Finding:
        """What a conversion says of itself is what its adjustments come to."""
        wrong = []
        for recorded in self._each(self._statements.select_adjusted):
            adjustments = Adjusting(self._transaction).of(recorded.id)
            revenue, net = recorded.conversion.revenue, recorded.net
            is_within = revenue is None or net is None or 0 <= net.minor <= revenue.minor
            refunded = 0 if recorded.refunded is None else recorded.refunded.minor
            if not is_within or (recorded.cancelled, refunded) != standing(adjustments)[:2]:
                wrong.append(_name(recorded))
        return finding("every adjustment is in its sale, and no net is negative", wrong, "is not")

    def _earned(self) -> Finding:
        """The ledger holds for every sale what its rules give on what is left of it."""
        ledger = Ledger(self._transaction)
        sales = self._each(self._statements.select_earning)
        wrong = [_name(recorded) for recorded in sales if ledger.owed(recorded)]
        return finding("every commission is what its sale earns", wrong, "is not")

    def _paid(self) -> Finding:
        """A payout's amount is the sum of its entries."""
        ledger = Ledger(self._transaction)
        wrong = []
        for payout in Payouts(self._transaction).payouts():
            entries = ledger.commissions(
                reference=None, publisher=None, state=None, payout=payout.id
            )
            if sum(entry.minor for entry in entries) != payout.minor:
                wrong.append(str(payout.id))
        return finding("every payout is the sum of its commissions", wrong, "is not")

    def _each(self, statement: str) -> Iterator[Recorded]:
        for (id,) in self._rows(statement):
            recorded = self._reading.by_id(id)
            if recorded is not None:
                yield recorded

    def _rows(self, statement: str) -> Sequence[Any]:
        found: Sequence[Any] = self._transaction.run(statement).fetchall()
        return found


def _name(recorded: Recorded) -> str:
    return recorded.conversion.reference or f"the conversion {recorded.id}"
