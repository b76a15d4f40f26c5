"""Adding rows to the totals that SQLite keeps, many of them at once."""

from __future__ import annotations

from typing import Final

from .totals_statements import KeptStatements
from .transaction import Transaction

# Rows that are added at once, on average; the more, the longer it takes to read those that are not.
_TOGETHER: Final = 512
# The most at once, so that nobody waits long, even after somebody wrote a million by other means.
_MOST: Final = 2048


class TotalsKeeping:
    """The totals of all sites.

    :param transaction: in which something was written; nothing is done where its database keeps no
        totals.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._execute = transaction.execute
        self._statements = transaction.statements.totals

    def sale_came(self, id: int) -> None:
        """Add what is new of sales, if it is time.

        :param id: of a new sale or change.
        """
        if self._statements is not None and is_due(id):
            self._add(self._statements.sales)

    def click_came(self, id: int) -> None:
        """Add what is new of clicks, if it is time.

        :param id: of a new click.
        """
        if self._statements is not None and is_due(id):
            self._add(self._statements.clicks)

    def begin_anew(self) -> None:
        """Forget all totals; until they are added up again, reports read the rows."""
        for statements in self._all():
            for statement in statements.empty:
                self._execute(statement, {})

    def add_more(self) -> bool:
        """Add some rows that are not in the totals; whether there are more of them."""
        more = False
        for statements in self._all():
            more |= self._add(statements)
        return more

    def _all(self) -> tuple[KeptStatements, ...]:
        statements = self._statements
        return () if statements is None else (statements.sales, statements.clicks)

    def _add(self, statements: KeptStatements) -> bool:
        mark, last, closed = self._execute(statements.select_mark, {"most": _MOST}).fetchone()
        news = {"mark": mark, "next": mark if last is None else last}
        if last is not None:
            (closing,) = self._execute(statements.select_closing, news).fetchone()
            closed = self._close(statements, closed, closing or closed)
        (of_closed,) = self._execute(
            statements.select_of_closed, {**news, "closed": closed}
        ).fetchone()
        closed_days = statements.add_closed if of_closed else ()
        rest = (statements.delete_loose, statements.move_mark)
        for statement in (*statements.add, *closed_days, *rest):
            self._execute(statement, news)
        return last is not None

    def _close(self, statements: KeptStatements, closed: str, closing: str) -> str:
        """Add up the days since the last closed one; the last that is closed now."""
        if closing <= closed:
            return closed
        period = {"closed": closed, "closing": closing}
        for (site,) in self._execute(statements.select_sites, {}).fetchall():
            for dimension in statements.kept.dimensions:
                self._execute(statements.close, {"site": site, "dimension": dimension, **period})
        self._execute(statements.move_closed, period)
        return closing


def is_due(id: int) -> bool:
    """Whether new rows are to be added to the totals when this one comes.

    The last digits of an id are as good as random. So every process, however short its life, does
    its part, and none of them has to count.
    """
    return id % _TOGETHER == 0
