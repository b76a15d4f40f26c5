"""The ways in which a shop holds a transaction of its own."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from wsgi_salestrack import Tracker

MAKE_ORDERS = "CREATE TABLE orders (reference VARCHAR(20) PRIMARY KEY)"
INSERT_ORDER = "INSERT INTO orders VALUES ('{}')"


class Host(ABC):
    """A shop's transaction, from its first statement to its end.

    :param given: what the shop passes as ``connection=``.
    """

    given: Any

    @abstractmethod
    def execute(self, statement: str) -> None:
        """Run a statement of the shop's own."""

    @abstractmethod
    def commit(self) -> None:
        """Commit, and give the connection back."""

    @abstractmethod
    def rollback(self) -> None:
        """Roll back, and give the connection back."""

    @abstractmethod
    def close(self) -> None:
        """Give the connection back, if that was not done; what is open is rolled back."""

    def order(self, reference: str) -> None:
        """Insert an order into the shop's table."""
        self.execute(INSERT_ORDER.format(reference))

    @contextmanager
    def undone(self) -> Iterator[None]:
        """A part that the shop rolls back alone."""
        self.execute("SAVEPOINT part")
        yield
        self.execute("ROLLBACK TO SAVEPOINT part")

    def telling(self, _tracker: Tracker) -> AbstractContextManager[None]:
        """Around the whole transaction."""
        return nullcontext()


class OnConnection(Host):
    """SQLAlchemy's Core."""

    given: Connection

    def __init__(self, engine: Engine) -> None:
        self.given = engine.connect()

    def execute(self, statement: str) -> None:
        self.given.execute(text(statement))

    def commit(self) -> None:
        self.given.commit()
        self.close()

    def rollback(self) -> None:
        self.given.rollback()
        self.close()

    def close(self) -> None:
        self.given.close()

    @contextmanager
    def undone(self) -> Iterator[None]:
        part = self.given.begin_nested()
        yield
        part.rollback()


class OnSession(Host):
    """SQLAlchemy's ORM."""

    given: Session | scoped_session[Session]

    def __init__(self, engine: Engine) -> None:
        self.given = Session(engine)

    def execute(self, statement: str) -> None:
        self.given.execute(text(statement))

    def commit(self) -> None:
        self.given.commit()
        self.close()

    def rollback(self) -> None:
        self.given.rollback()
        self.close()

    def close(self) -> None:
        self.given.close()

    @contextmanager
    def undone(self) -> Iterator[None]:
        part = self.given.begin_nested()
        yield
        part.rollback()


class OnScopedSession(OnSession):
    """As Flask-SQLAlchemy's ``db.session``."""

    def __init__(self, engine: Engine) -> None:
        self.given = scoped_session(sessionmaker(engine))


class OnDriver(Host):
    """A driver's own connection: sqlite3's itself, of the others a cursor."""

    def __init__(self, engine: Engine) -> None:
        self._raw = engine.raw_connection()
        driver = self._raw.driver_connection
        if isinstance(driver, sqlite3.Connection):
            self.given = driver
        else:
            self.given = self._raw.cursor()

    def execute(self, statement: str) -> None:
        self.given.execute(statement)

    def commit(self) -> None:
        with closing(self._raw):
            self._raw.commit()

    def rollback(self) -> None:
        with closing(self._raw):
            self._raw.rollback()

    def close(self) -> None:
        self._raw.close()

    def telling(self, tracker: Tracker) -> AbstractContextManager[None]:
        return tracker.signals_after_commit()


HOSTS: dict[str, type[OnConnection | OnSession | OnDriver]] = {
    "connection": OnConnection,
    "session": OnSession,
    "scoped_session": OnScopedSession,
    "driver": OnDriver,
}
