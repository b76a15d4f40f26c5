"""Links between two names that somebody took out, or put back: the latest word of each counts."""

from __future__ import annotations

from datetime import datetime

from ..persons import Link
from .rows import microseconds
from .transaction import Transaction


class Separations:
    """Separations of a site.

    :param transaction: in which they are read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements.journeys

    def apart(self) -> frozenset[Link]:
        """The links that were taken out and not put back."""
        found = self._transaction.run(self._statements.select_separations).fetchall()
        latest = {Link(*link): apart for *link, apart in found}
        return frozenset(link for link, apart in latest.items() if apart)

    def separate(self, link: Link, at: datetime, *, apart: bool) -> bool:
        """See :meth:`~.base.Store.separate`."""
        if (link in self.apart()) == apart:
            return False
        row = {**link._asdict(), "apart": int(apart), "at": microseconds(at)}
        self._transaction.append(self._statements.insert_separation, at, **row)
        return True
