"""What the database servers of the tests have in common: fresh databases, starting and stopping."""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from tests.support.daemons import Daemon

if TYPE_CHECKING:
    from sqlalchemy import Engine

ADMIN = "admin"  # may do everything
OWNER = "shop"  # owns the fresh databases, and may do nothing else
GUEST = "guest"  # may connect to them, and may do nothing there

_PATIENCE = 60.0  # seconds
_ATTEMPTS = 3


class DatabaseServer(ABC):
    """A server that runs, unless it was stopped.

    :param port: of this machine; it stays the same when the server is started again.
    :param password: of all its users.
    """

    driver: ClassVar[str]
    options: ClassVar[str] = ""  # the end of its URLs
    admin_database: ClassVar[str]

    def __init__(self, daemon: Daemon, port: int, password: str) -> None:
        self.daemon = daemon
        self.port = port
        self.password = password

    @property
    def admin_url(self) -> str:
        """For what a test does to the server behind the store's back."""
        return self.url(ADMIN, self.admin_database)

    def url(self, user: str, database: str) -> str:
        """What SQLAlchemy connects a user to a database with."""
        address = f"{user}:{self.password}@127.0.0.1:{self.port}"
        return f"{self.driver}://{address}/{database}{self.options}"

    def url_of_user_without_rights(self, url: str) -> str:
        """The same database for one who may connect, and neither read nor create a table.

        :param url: from :meth:`fresh_database`.
        """
        return self.url(GUEST, database_of(url))

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of an empty database for its owner; at the end it is dropped, used or not."""
        name = f"test_{secrets.token_hex(6)}"
        self.run(*self._creating(name))
        try:
            yield self.url(OWNER, name)
        finally:
            if self.daemon.running:
                self._drop(name)

    def run(self, *statements: str) -> list[Sequence[Any]]:
        """Run statements as the administrator; the rows of the last."""
        return execute(self.admin_url, *statements)

    def start(self) -> None:
        """Start it, and wait until it can be used."""
        self._start()

    def stop(self) -> None:
        """Stop it in order; its connections are closed."""
        self.daemon.stop()

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.daemon.kill()

    def restart(self) -> None:
        """Stop and start it; its URLs stay what they are."""
        self.stop()
        self.start()

    @abstractmethod
    def _creating(self, name: str) -> list[str]:
        """The statements that create a database for its owner."""

    @abstractmethod
    def _drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""

    def _start(self, *more: str) -> None:
        """Start it with arguments for this time only.

        What a killed server leaves behind may hold its files for a moment: it is tried again.
        """
        deadline = time.monotonic() + _PATIENCE
        for _ in range(_ATTEMPTS):
            self.daemon.start(*more)
            while self.daemon.running and time.monotonic() < deadline:
                if self._usable():
                    return
                time.sleep(0.05)
            time.sleep(0.2)
        raise AssertionError(f"it did not start:\n{self.daemon.logged}")

    def _usable(self) -> bool:
        from sqlalchemy.exc import DBAPIError  # noqa: PLC0415  # it may not be installed

        try:
            return self._ready()
        except DBAPIError:
            return False

    def _ready(self) -> bool:
        """Whether what answers is ready to be used."""
        return self.run("SELECT 1") == [(1,)]


def database_of(url: str) -> str:
    """The database's name in a URL."""
    return url.rpartition("/")[2].partition("?")[0]


def execute(url: str, *statements: str) -> list[Sequence[Any]]:
    """Run statements, each committed by itself, over a connection of their own.

    :returns: the rows of the last.
    """
    rows: list[Sequence[Any]] = []
    with connecting_each_time(url).connect() as connection:
        for statement in statements:
            result = connection.exec_driver_sql(statement)
            rows = [tuple(row) for row in result] if result.returns_rows else []
    return rows


@cache  # a new engine asks the server what it is
def connecting_each_time(url: str) -> Engine:
    """An engine that keeps no connection open, and commits each statement."""
    from sqlalchemy import NullPool, create_engine  # noqa: PLC0415  # it may not be installed

    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
