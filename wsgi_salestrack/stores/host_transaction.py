"""The host's own transaction, which a conversion is written in and committed with.

It may be a SQLAlchemy Connection or Session, a ``sqlite3`` connection, or a DB-API cursor such as
Django's. What we do in it goes into a savepoint, so that a failure of ours leaves it usable.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ..errors import BadValue
from .execution import Cursor, Execute, failed, in_percent_style, undone_if_it_fails

_SAVEPOINT = "salestrack"

# What is to be called after the commit, where the host says when that was.
_collected: ContextVar[list[Callable[[], None]] | None] = ContextVar("_collected", default=None)


@contextmanager
def committed_within() -> Iterator[None]:
    """Around a transaction of a plain connection: at the end, what waits for its commit is called.

    Where the block raises, nothing is.
    """
    waiting: list[Callable[[], None]] = []
    token = _collected.set(waiting)
    try:
        yield
    finally:
        _collected.reset(token)
    for call in waiting:
        call()


class HostTransaction:
    """A transaction of the host's.

    :param connection: what the host gave.
    :raises BadValue: if it is nothing that takes SQL.
    """

    def __init__(self, connection: Any) -> None:
        self._alchemy = _alchemy_of(connection)
        if self._alchemy is None and not hasattr(connection, "execute"):
            raise BadValue(
                "connection",
                f"is a {type(connection).__name__}; pass a SQLAlchemy Connection or Session, a "
                "sqlite3 connection, or a DB-API cursor such as Django's connection.cursor()",
            )
        self._connection = connection

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call something after the host's commit, and never after a rollback.

        It may also be called where nobody knows how it ended, so it has to look for itself. For a
        plain connection the host says when it is over, by :func:`committed_within`.
        """
        if self._alchemy is not None:
            self._alchemy.after_commit(self._connection, call)
            return
        waiting = _collected.get()
        if waiting is not None:
            waiting.append(call)

    @contextmanager
    def savepoint(self) -> Iterator[Execute]:
        """What runs statements; if the block raises, nothing of it is left.

        :raises StoreError: if the database failed, and the host's transaction can go on.
        """
        if self._alchemy is not None:
            with self._alchemy.savepoint(self._connection) as connection:
                yield self._alchemy.executing(connection)
            return
        run = self._run
        try:
            self._begin()
            run(f"SAVEPOINT {_SAVEPOINT}", {})
        except Exception as error:  # the connection is closed, or its transaction has failed
            raise failed(error) from error
        with undone_if_it_fails(self._undo):
            yield run
        run(f"RELEASE SAVEPOINT {_SAVEPOINT}", {})

    def _undo(self) -> None:
        self._run(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", {})
        self._run(f"RELEASE SAVEPOINT {_SAVEPOINT}", {})

    def _begin(self) -> None:
        # sqlite3 begins at the first INSERT; a savepoint before it would be a transaction itself.
        connection = self._connection
        if isinstance(connection, sqlite3.Cursor):
            connection = connection.connection
        if (
            isinstance(connection, sqlite3.Connection)
            and not connection.in_transaction
            and connection.isolation_level is not None
        ):
            connection.execute("BEGIN")

    def _run(self, statement: str, parameters: Mapping[str, Any]) -> Cursor:
        if isinstance(self._connection, sqlite3.Connection | sqlite3.Cursor):
            found: Cursor = self._connection.execute(statement, parameters)
            return found
        # Every other driver's cursors, Django's among them, take parameters in this style.
        self._connection.execute(in_percent_style(statement), parameters)
        cursor: Cursor = self._connection
        return cursor


def _alchemy_of(connection: Any) -> Any:
    """The module that knows SQLAlchemy's connections, if this is one; None otherwise."""
    if not any(
        kind.__module__.partition(".")[0] == "sqlalchemy" for kind in type(connection).__mro__
    ):
        return None
    from . import alchemy_transaction  # noqa: PLC0415  SQLAlchemy is an extra; here it is there

    return alchemy_transaction
