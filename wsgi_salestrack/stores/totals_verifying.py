"""Proving that the totals that SQLite keeps are what its rows add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..adjusting import standing
from .adjusting import Adjusting
from .base import Finding
from .reading import Reading
from .rows import line_rows
from .totals_statements import KeptStatements
from .transaction import Transaction

_MOST_NAMED: Final = 5
_REMEDY: Final = "add them up anew with: salestrack verify --recount"


class TotalsVerifying:
    """What is right and wrong with a site's totals.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements.totals

    def findings(self) -> Iterator[Finding]:
        """One for each thing that must hold; totals only where the database keeps them."""
        yield self._lines()
        if self._statements is None:
            return
        yield self._kept("sales", self._statements.sales)
        yield self._kept("clicks", self._statements.clicks)

    def _lines(self) -> Finding:
        """What a line says of itself is what its order and the adjustments come to."""
        run, statements = self._transaction.run, self._transaction.statements.verifying
        wrong = [
            f"{product} of {sale}" for sale, product in run(statements.select_miscounted).fetchall()
        ]
        adjusting, reading = Adjusting(self._transaction), Reading(self._transaction)
        for (sale,) in run(statements.select_returning).fetchall():
            recorded = reading.by_id(sale)
            order = None if recorded is None else recorded.conversion.order
            if order is not None:
                returned = standing(adjusting.of(sale)).returned
                lines = line_rows("", sale, order, returned)
                told = run(statements.select_line_counts, conversion=sale).fetchall()
                if [(line["position"], line["returned"]) for line in lines] != list(
                    map(tuple, told)
                ):
                    wrong.append(f"a line of {sale}")
        return finding("every line counts once, and less what came back", wrong, "does not")

    def _kept(self, rows: str, statements: KeptStatements) -> Finding:
        wrong = [
            " ".join((dimension, value or "none", f"on {day}" if day else "of all days"))
            for dimension in statements.kept.dimensions
            for day, value in self._transaction.run(statements.select_wrong(dimension)).fetchall()
        ]
        subject = f"the totals that are kept of {rows} are what they add up to"
        return finding(subject, wrong, f"are not; {_REMEDY}")


def finding(subject: str, wrong: Sequence[str], problem: str) -> Finding:
    """What was found of something that must hold.

    :param wrong: of what it does not; the first few are named.
    """
    if not wrong:
        return Finding(subject=subject)
    more = len(wrong) - _MOST_NAMED
    named = ", ".join(wrong[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return Finding(subject=subject, problem=f"{named}: {problem}")
