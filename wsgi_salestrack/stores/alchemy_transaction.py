"""A transaction of the host's on a SQLAlchemy Connection or Session."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, NestedTransaction, TextClause, event, text
from sqlalchemy.orm import Session, scoped_session

from ..errors import BadValue, SalesTrackError
from .execution import Cursor, Execute, failed, in_percent_style, undone_if_it_fails

Given = Connection | Session | scoped_session[Any]
Call = Callable[[], None]

# Where what waits for the end of a transaction is kept, in the ``info`` of whoever ends it.
_KEY: Final = "salestrack.after_commit"
_COMMITTING: Final = "salestrack.committing"

#: A statement of ours as SQLAlchemy has it; mostly the same object, for it is compiled once.
as_text: Callable[[str], TextClause] = lru_cache(maxsize=256)(text)


def executing(connection: Connection) -> Execute:
    """What runs our statements on a connection."""
    if connection.dialect.paramstyle == "pyformat":
        # As the driver itself has them, which takes half the time.
        return lambda statement, parameters: connection.exec_driver_sql(
            in_percent_style(statement), dict(parameters)
        )

    def execute(statement: str, parameters: Mapping[str, Any], /) -> Cursor:
        return connection.execute(as_text(statement), parameters)

    return execute


def connection_of(given: Given) -> Connection:
    """The connection that a host's transaction is on.

    :raises BadValue: if it is nothing that has one.
    """
    if isinstance(given, scoped_session):
        given = given()
    if isinstance(given, Session):
        return given.connection()
    if isinstance(given, Connection):
        return given
    raise BadValue(
        "connection", f"is a SQLAlchemy {type(given).__name__}; pass a Connection or a Session"
    )


@contextmanager
def savepoint(given: Given) -> Iterator[Connection]:
    """The host's connection, within a savepoint; if the block raises, nothing of it is left.

    :raises StoreError: if the database failed, and the host's transaction can go on.
    """
    try:
        connection = connection_of(given)
        nested = _begin(connection)
    except SalesTrackError:
        raise
    except Exception as error:  # the connection is closed, or its transaction has failed
        raise failed(error) from error
    with undone_if_it_fails(nested.rollback):
        yield connection
    nested.commit()


def _begin(connection: Connection) -> NestedTransaction:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        # sqlite3 begins at the first INSERT; a savepoint before it would be a transaction itself.
        if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
            connection.exec_driver_sql("BEGIN")
    return connection.begin_nested()


def after_commit(given: Given, call: Call) -> None:
    """Call something when the transaction was committed, and never after a rollback.

    A Session tells right after its commit; a Connection tells only before, so that it is called
    when the connection is given back or begins the next transaction.
    """
    whose: Connection | Session = given() if isinstance(given, scoped_session) else given
    if isinstance(whose, Session):
        listeners: tuple[tuple[str, Callable[..., None]], ...] = (
            ("after_commit", _session_committed),
            ("after_soft_rollback", _session_rolled_back),
            ("after_transaction_end", _session_ended),
        )
    else:
        listeners = (
            ("commit", _connection_commits),
            ("rollback", _connection_rolls_back),
            ("begin", _connection_begins),
        )
        if not event.contains(whose.engine, "checkin", _connection_given_back):
            event.listen(whose.engine, "checkin", _connection_given_back)
    for name, listener in listeners:
        if not event.contains(whose, name, listener):
            event.listen(whose, name, listener)
    whose.info.setdefault(_KEY, []).append(call)


def _session_committed(session: Session) -> None:
    # Also told of a savepoint, whose end is none of the transaction.
    if not session.in_nested_transaction():
        session.info[_COMMITTING] = True


def _session_rolled_back(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_KEY, None)


def _session_ended(session: Session, transaction: Any) -> None:
    # Not at the commit itself: then receivers could not use the session.
    if transaction.parent is None and session.info.pop(_COMMITTING, False):
        _call_all(session.info)


def _connection_commits(connection: Connection) -> None:
    connection.info[_COMMITTING] = True


def _connection_rolls_back(connection: Connection) -> None:
    # After a commit: it failed.
    connection.info.pop(_COMMITTING, None)
    connection.info.pop(_KEY, None)


def _connection_begins(connection: Connection) -> None:
    _call_if_committed(connection.info)


def _connection_given_back(driver_connection: Any, record: Any) -> None:
    if driver_connection is not None:
        _call_if_committed(record.info)


def _call_if_committed(info: dict[Any, Any]) -> None:
    if info.pop(_COMMITTING, False):
        _call_all(info)
    else:
        info.pop(_KEY, None)


def _call_all(info: dict[Any, Any]) -> None:
    for call in info.pop(_KEY, ()):
        call()
