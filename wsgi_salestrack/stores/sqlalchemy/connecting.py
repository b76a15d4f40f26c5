"""Connections to a database whose tables are there, and errors that say what to mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, MetaData
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ...errors import SalesTrackError
from ..forking import notice_forks
from . import engines, versions
from .tables import add_tables


class Connecting:
    """What a store connects by; the parameters are those of :class:`~.store.SQLAlchemyStore`."""

    def __init__(
        self, database: str | URL | Engine, *, prefix: str, schema: str | None, create: bool
    ) -> None:
        #: With a pool of its own.
        self.engine = engines.engine_of(database)
        self._patient = engines.patient_engine_of(database, self.engine)
        self._create = create
        self._tables = add_tables(MetaData(), prefix=prefix, schema=schema)
        self._prepared = False

    def start(self) -> None:
        """See :meth:`Store.start`."""
        with self._explained(), self._connected() as connection:
            self._check(connection)

    def migrate(self) -> Sequence[str]:
        """See :meth:`Store.migrate`."""
        with self._explained(), self._connected() as connection:
            engines.require_right_dialect(connection)
            steps = versions.migrate(connection, self._tables)
        self._prepared = True
        return steps

    def _prepare(self, *, create: bool = True) -> None:
        """See to it that the tables are there, once.

        Many threads may do so at once: whoever waited for another would wait for each time-out of
        a server that is down.

        :raises SchemaError: if they are of another version.
        """
        notice_forks()
        if self._prepared:
            return
        with self._connected() as connection:
            if not self._check(connection):
                if not create:
                    raise versions.none_at_all()
                connection.rollback()
                versions.migrate(connection, self._tables)
        self._prepared = True

    def _check(self, connection: Connection) -> bool:
        """Whether the tables are there; not, if they are all still to be made."""
        engines.require_right_dialect(connection)
        there = versions.check(connection, self._tables)
        if not there and not self._create:
            raise versions.none_at_all()
        return there

    def _revive(self, connection: Connection) -> None:
        """See to it that a connection answers: one in the pool may have died since."""
        try:
            connection.exec_driver_sql("SELECT 1")
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            connection.rollback()  # the next statement connects again

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        notice_forks()
        pool = self.engine.pool
        try:
            with self.engine.connect() as connection:
                yield connection
        finally:
            if pool is not self.engine.pool:
                pool.dispose()  # the store was closed meanwhile: nobody takes from this one again

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SalesTrackError:
            raise
        except SQLAlchemyError as error:
            raise engines.explained(self.engine, error) from error
