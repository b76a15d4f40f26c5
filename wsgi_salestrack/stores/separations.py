"""Links between two names that somebody took out, or put back: the latest word of each counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

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
        return self._apart(self._all())

    def separate(self, link: Link, at: datetime, *, apart: bool) -> bool:
        """See :meth:`~.base.Store.separate`."""
        said = self._all()
        if (link in self._apart(said)) == apart:
            return False
        row = {**link._asdict(), "apart": int(apart), "at": microseconds(at)}
        last = said[-1][0] if said else 0
        self._transaction.append(self._statements.insert_separation, at, after=last, **row)
        return True

    def _all(self) -> list[Sequence[Any]]:
        found = self._transaction.run(self._statements.select_separations).fetchall()
        return list(found)

    def _apart(self, said: Iterable[Sequence[Any]]) -> frozenset[Link]:
        latest = {Link(*link): apart for _, *link, apart in said}
        return frozenset(link for link, apart in latest.items() if apart)
