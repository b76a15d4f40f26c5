"""Engines from URLs, and errors in one line that names the key and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from ...errors import ConfigError, StoreError
from . import dialects

# Of a process; a server with more threads waits for each other's transactions.
_MOST_CONNECTIONS = 40

_EXAMPLE = "such as postgresql+psycopg://user:password@host/shop"

# What to install for a module that is missing, where it has another name.
_PACKAGE_OF = {"MySQLdb": "mysqlclient", "psycopg": '"psycopg[binary]"'}

# What a driver's error says, in any of its spellings, and what to do about it.
_REMEDIES = (
    (("locked", "lock timeout", "lock wait"), "another transaction keeps what this one waits for"),
    (("relation ", "doesn't exist", "no such table"), "make the tables: salestrack migrate"),
    (
        ("authentication failed", "access denied", "no password supplied", "role "),
        "mend user and password in the URL",
    ),
    (("does not exist", "unknown database"), "create the database, or mend its name in the URL"),
    (
        ("permission denied", "command denied", "insufficientprivilege"),
        "grant this user the right to make tables, or make them as another: salestrack migrate",
    ),
    (
        ("connection refused", "can't connect", "could not translate", "timeout expired",
         "name or service not known", "no such file", "server closed", "lost connection"),
        "start the server, or mend host and port in the URL",
    ),
    (("not yet prepared node",), "the cluster's node is not ready; wait, or take another one"),
)  # fmt: skip


def engine_of(database: str | URL | Engine) -> Engine:
    """An engine for a URL, or one that connects as a given one does.

    It has a pool of its own: who holds the last connection of the host's would wait for itself.

    :raises ConfigError: naming ``database``.
    """
    if isinstance(database, Engine):
        if isinstance(database.pool, StaticPool):
            return database  # a database in memory, which is its one connection
        own = Engine(database.pool.recreate(), database.dialect, database.url, hide_parameters=True)
        if dialects.is_mysql(own):
            event.listen(own, "connect", _read_committed(own))
        return own
    try:
        url = make_url(database)
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        raise ConfigError("database", f"is no URL that SQLAlchemy reads; write one {_EXAMPLE}") \
            from None  # fmt: skip
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and url.database in {None, "", ":memory:"}:
        raise ConfigError("database", "is in memory, and gone with the process; name a file")
    try:
        driver = url.get_driver_name()
        return create_engine(
            url,
            connect_args=dialects.connect_arguments(driver, url.query),
            # Each of our transactions is ended by itself.
            pool_reset_on_return=None,
            # As many as threads have needed at once are kept: to connect takes longer than a sale.
            pool_size=_MOST_CONNECTIONS,
            max_overflow=0,
            pool_timeout=dialects.PATIENCE,
            # Errors are logged, and name no customer.
            hide_parameters=True,
            **({} if is_sqlite else {"isolation_level": "READ COMMITTED"}),
        )
    except NoSuchModuleError:
        raise ConfigError(
            "database",
            f"names a database or driver that SQLAlchemy does not know, {url.drivername}; write "
            f"one {_EXAMPLE}, or install its SQLAlchemy dialect",
        ) from None
    except ModuleNotFoundError as error:
        package = _PACKAGE_OF.get(error.name or "", error.name)
        raise ConfigError(
            "database", f"needs the driver {error.name}; install it: pip install {package}"
        ) from None
    except (ArgumentError, ValueError) as error:
        raise ConfigError("database", f"is no URL that can be used: {_line(error)}") from None


def patient_engine_of(database: str | URL | Engine, engine: Engine) -> Engine:
    """The engine for queries that may take long.

    :param database: what the other one was made of: the time-outs of the host's own engine are the
        host's.
    :param engine: for all others.
    """
    driver, query = engine.url.get_driver_name(), engine.url.query
    arguments = dialects.patient_arguments(driver, query)
    if isinstance(database, Engine) or arguments == dialects.connect_arguments(driver, query):
        return engine
    return create_engine(
        engine.url,
        connect_args=arguments,
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
    )


def _read_committed(engine: Engine) -> Callable[[Any, Any], None]:
    """Makes a new connection see what others have committed while it waited for them."""

    def on_connect(driver_connection: Any, _record: Any) -> None:
        engine.dialect.set_isolation_level(driver_connection, "READ COMMITTED")

    return on_connect


def require_right_dialect(connection: Connection) -> None:
    """MariaDB must be called so: it has other collations than MySQL.

    :raises ConfigError: if the URL says MySQL, and MariaDB answers.
    """
    dialect = connection.dialect
    if dialect.name == "mysql" and getattr(dialect, "is_mariadb", False):
        driver = connection.engine.url.get_driver_name()
        raise ConfigError(
            "database", f"says mysql, but the server is MariaDB; write mariadb+{driver}://..."
        )


def explained(engine: Engine, error: SQLAlchemyError) -> StoreError:
    """What went wrong, in one line."""
    said = _line(getattr(error, "orig", None) or error)
    remedy = next(
        (remedy for signs, remedy in _REMEDIES if any(sign in said.lower() for sign in signs)), None
    )
    where = engine.url.render_as_string(hide_password=True)
    return StoreError(f"database {where}: {said}{f'; {remedy}' if remedy else ''}")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
