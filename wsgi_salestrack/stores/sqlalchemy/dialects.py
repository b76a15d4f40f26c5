"""What databases do differently: their spelling, their errors, and how we connect to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from ..execution import Cursor, Execute
from ..spelling import SQLITE, Spelling

_POSTGRESQL: Final = Spelling(lock="FOR UPDATE", by_character='COLLATE "C"')
# INSERT IGNORE would turn every other error into a warning, too. So an insert fails where its row
# is not new; only the statement is undone by that, not its transaction.
_MYSQL: Final = Spelling(
    if_new="",
    or_rename="ON DUPLICATE KEY UPDATE name = VALUES(name), categories = VALUES(categories)",
    lock="FOR UPDATE",
    latest="LOCK IN SHARE MODE",
    monday="DATE_FORMAT(DATE_SUB({0}, INTERVAL WEEKDAY({0}) DAY), '%Y-%m-%d')",
)
_DUPLICATE_KEY: Final = 1062

# Serialization failures and deadlocks: the transaction was undone, and may succeed when it is run
# again. SQLSTATE, and MySQL's own numbers.
_RETRIED: Final = frozenset(("40001", "40P01", 1213))
# Somebody else's transaction kept a lock for longer than we wait.
_LOCKED: Final = frozenset(("55P03", 1205))

#: Seconds to connect, to wait for somebody else's lock, and for a network that was cut, so that no
#: hit hangs; and to try again.
PATIENCE: Final = 5
_LIBPQ: Final[dict[str, Any]] = {
    "connect_timeout": PATIENCE,
    "options": f"-c lock_timeout={PATIENCE}s",
    "tcp_user_timeout": 1000 * PATIENCE,
    "keepalives_idle": PATIENCE,
    "keepalives_interval": 1,
    "keepalives_count": PATIENCE,
}
_MYSQL_CLIENT: Final[dict[str, Any]] = {
    "connect_timeout": PATIENCE,
    # A little longer than for a lock, about which the server itself says more.
    "read_timeout": PATIENCE + 2,
    "write_timeout": PATIENCE + 2,
    "init_command": f"SET SESSION innodb_lock_wait_timeout = {PATIENCE}",
}
# Seconds for a query over all that there is. Before its first row a server says nothing, which
# libpq's time-outs, but not these clients', tell from a network that was cut.
_LONG: Final = {"read_timeout": 600}
_CONNECT: Final[dict[str, dict[str, Any]]] = {
    "psycopg": _LIBPQ,
    "psycopg2": _LIBPQ,
    "pymysql": _MYSQL_CLIENT,
    "mysqldb": _MYSQL_CLIENT,
}


def is_mysql(engine: Engine) -> bool:
    """Whether it is MySQL or MariaDB."""
    return engine.dialect.name in {"mysql", "mariadb"}


def spelling_of(engine: Engine) -> Spelling:
    """How the database writes what is not the same everywhere."""
    if is_mysql(engine):
        return _MYSQL
    return SQLITE if engine.dialect.name == "sqlite" else _POSTGRESQL


def begin_snapshot(connection: Connection) -> None:
    """Begin a transaction in which every query sees the same moment, and nothing is written.

    A SQLite file without write-ahead log has no such: whoever reads there keeps all writers from
    committing, and sales are worth more.
    """
    name = connection.dialect.name
    if name == "sqlite":
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal":
            connection.exec_driver_sql("BEGIN")
        return
    # Of this transaction alone: the next one on the same connection is as all others.
    if name in {"mysql", "mariadb"}:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def connect_arguments(driver: str, url_query: Mapping[str, object]) -> dict[str, Any]:
    """Time-outs for a driver's connections, but for those that the URL itself gives."""
    arguments = _CONNECT.get(driver, {})
    return {name: value for name, value in arguments.items() if name not in url_query}


def patient_arguments(driver: str, url_query: Mapping[str, object]) -> dict[str, Any]:
    """Those of :func:`connect_arguments`, but for connections whose queries may take long."""
    arguments = connect_arguments(driver, url_query)
    return {name: _LONG.get(name, value) for name, value in arguments.items()}


def may_succeed_again(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run again."""
    if error.connection_invalidated:
        return True  # the next connection is a new one
    return not _RETRIED.isdisjoint(_codes_of(error.orig))


def is_locked_out(driver_error: Exception) -> bool:
    """Whether somebody else's lock was waited for in vain."""
    return not _LOCKED.isdisjoint(_codes_of(driver_error))


def _codes_of(driver_error: Any) -> tuple[object, ...]:
    """What a driver calls an error: its SQLSTATE, or MySQL's number."""
    state = getattr(driver_error, "sqlstate", None) or getattr(driver_error, "pgcode", None)
    return state, _number_of(driver_error)


class _Nothing:
    """What an insert gave whose row was not new."""

    rowcount = 0

    def fetchone(self) -> None:
        """There is no row."""

    def fetchmany(self, _size: int, /) -> list[Any]:
        """There are no rows."""
        return []

    def fetchall(self) -> list[Any]:
        """There are none either."""
        return []


_NOTHING: Final = _Nothing()


def tolerating_duplicates(execute: Execute) -> Execute:
    """For a database whose insert fails where its row is not new: then nothing was written."""

    def tolerant(statement: str, parameters: Mapping[str, Any], /) -> Cursor:
        try:
            return execute(statement, parameters)
        except Exception as error:
            driver_error = error.orig if isinstance(error, IntegrityError) else error
            if statement.startswith("INSERT") and _number_of(driver_error) == _DUPLICATE_KEY:
                return _NOTHING
            raise

    return tolerant


def _number_of(error: BaseException | None) -> object:
    return error.args[0] if error is not None and error.args else None
