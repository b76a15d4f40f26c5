"""A transaction that a store has begun, for one site."""

from __future__ import annotations

from typing import Any, NamedTuple

from .execution import Cursor, Execute
from .statements import Statements


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
