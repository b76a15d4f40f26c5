"""A transaction that a store has begun, for one site."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from ..errors import StoreError
from ..identity import new_id
from .execution import Cursor, Execute
from .statements import Statements

# How often an id may turn out to be taken, before something else must be wrong.
ATTEMPTS: Final = range(10)
NO_ID: Final = "no free id was found; is the clock standing still?"


class Transaction(NamedTuple):
    """What everything that reads or writes works on.

    :param execute: runs statements in the transaction.
    :param statements: for the tables and the kind of database.
    :param site: whose rows.
    """

    execute: Execute
    statements: Statements
    site: str

    def run(self, statement: str, **parameters: Any) -> Cursor:
        """Run one of the statements; the site is among its parameters."""
        return self.execute(statement, {"site": self.site, **parameters})

    def append(self, statement: str, at: datetime, /, *, after: int = 0, **parameters: Any) -> int:
        """Insert a row with a new id.

        :param statement: one that inserts nothing where the id is taken.
        :param after: an id that it is to be above, where their order tells what came first:
            another process's clock may be ahead.
        :return: the id.
        :raises StoreError: if each one that was tried is taken.
        """
        for _ in ATTEMPTS:
            after = id = max(new_id(at), after + 1)
            if self.run(statement, **parameters, id=id).rowcount == 1:
                return id
        raise StoreError(NO_ID)
