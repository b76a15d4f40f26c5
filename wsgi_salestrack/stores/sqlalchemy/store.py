"""Conversions in a database that SQLAlchemy speaks, by its Core and our own portable SQL."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ...attribution import as_new
from ...model import Arrival, Recorded
from ...touches import Click
from .. import rows
from ..alchemy_transaction import executing
from ..base import Finding
from ..claims import may_be_claimed
from ..execution import Execute
from ..forking import notice_forks, tell_of_forks
from ..host_transaction import HostTransaction
from ..recording import Recording, is_one_row
from ..sql_store import SQLStore
from ..statements import Statements
from ..transaction import Transaction
from . import dialects, engines, examination, remains
from .connecting import Connecting
from .single import SingleStatements
from .tables import PREFIX

Result = TypeVar("Result")

# A transaction that met another one is run again so often, after a random part of so many seconds,
# which doubles each time.
_ATTEMPTS = 6
_PAUSE = 0.01


class SQLAlchemyStore(Connecting, SQLStore):
    """A store in the host's own PostgreSQL, MariaDB, MySQL, or what else SQLAlchemy speaks.

    In an empty database the tables are made when it is first used; later versions are asked for
    by ``salestrack migrate``.

    :param database: a URL such as ``postgresql+psycopg://user:password@host/shop``, or an Engine.
    :param prefix: of the tables' names.
    :param schema: of the database, where they are; None: the default one.
    :param create: whether missing tables are made; no, where the host's own migrations make them
        (see :func:`~.tables.add_tables`).
    :raises ConfigError: naming ``database``.
    """

    def __init__(
        self,
        database: str | URL | Engine,
        *,
        prefix: str = PREFIX,
        schema: str | None = None,
        create: bool = True,
    ) -> None:
        super().__init__(database, prefix=prefix, schema=schema, create=create)
        quoted = self.engine.dialect.identifier_preparer.format_table
        self._statements = Statements(
            lambda name: quoted(self._tables[name]), dialects.spelling_of(self.engine)
        )
        self._single = None
        if SingleStatements.are_possible(self.engine):
            self._single = SingleStatements(self.engine)
        tell_of_forks(self)

    def record(self, site: str, arrival: Arrival, host: HostTransaction | None = None) -> Recorded:
        """See :meth:`Store.record`."""
        values = rows.arrival_values(site, arrival)
        if host is not None:
            return self._record_in(host, site, arrival, values)
        begun_before = False
        if self._single is not None and is_one_row(arrival):
            row = rows.arrival_row(values)
            # Looked for after the insert was committed: see `claims`.
            new = as_new(arrival, values[0])
            claimable = may_be_claimed(new.conversion, new.touch, new.referral)
            look = self._statements.select_claims if claimable else None
            with self._explained():
                self._prepare()
                inserted = self._single.insert(self._statements.insert_conversion, row, look)
            if inserted == "alone":
                return new
            begun_before = inserted != "not new"
        return self._write(
            site,
            lambda transaction, again: Recording(transaction).record(
                arrival, values, may_be_there=again
            ),
            begun_before=begun_before,
        )

    def _record_in(
        self, host: HostTransaction, site: str, arrival: Arrival, values: rows.Values
    ) -> Recorded:
        with self._explained():
            # SQLite's file is locked by the very transaction that waits for this.
            self._prepare(create=self.engine.dialect.name != "sqlite")
        with host.savepoint() as execute:
            return Recording(self._transaction(execute, site)).record(
                arrival, values, look_first=dialects.is_mysql(self.engine)
            )

    def add_click(self, site: str, click: Click) -> Click:
        """See :meth:`Store.add_click`."""
        return self._write(
            site,
            lambda transaction, again: Recording(transaction).add_click(click, may_be_there=again),
        )

    def examine(self) -> list[Finding]:
        """See :meth:`Store.examine`."""
        return examination.examine(self.engine, self._tables, self._prepare)

    def scrub(self, *, large: bool) -> str | None:
        """See :meth:`Store.scrub`."""
        return remains.scrub(self.engine, self._tables, large=large)

    def close(self) -> None:
        """See :meth:`Store.close`."""
        notice_forks()
        self.engine.dispose()
        if self._single is not None:
            self._single.engine.dispose()

    # A pooled connection must not be used on both sides of a fork.

    def before_fork(self) -> None:
        """Nothing: the parent keeps its connections."""

    def after_fork_in_parent(self) -> None:
        """Nothing either."""

    def after_fork_in_child(self) -> None:
        """Forget the parent's connections, without closing them for it."""
        self.engine.dispose(close=False)
        if self._single is not None:
            self._single.engine.dispose(close=False)

    def _writing(self, site: str, work: Callable[[Transaction], Result]) -> Result:
        return self._write(site, lambda transaction, _: work(transaction))

    def _write(
        self, site: str, work: Callable[[Transaction, bool], Result], *, begun_before: bool = False
    ) -> Result:
        """Do it in a transaction of its own; again, where it met another one, or a dead connection.

        :param work: is told whether it was begun before and perhaps committed.
        """
        give_up = time.monotonic() + dialects.PATIENCE
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._prepare()
                with self._connected() as connection, connection.begin():
                    if self.engine.dialect.name == "sqlite":
                        # It has no lock for a row, and begins of itself at the first write only.
                        connection.exec_driver_sql("BEGIN IMMEDIATE")
                    result = work(self._transaction(executing(connection), site), begun_before)
            except DBAPIError as error:
                is_last = attempt == _ATTEMPTS or time.monotonic() > give_up
                if is_last or not dialects.may_succeed_again(error):
                    raise engines.explained(self.engine, error) from error
                begun_before = True
            except SQLAlchemyError as error:
                raise engines.explained(self.engine, error) from error
            else:
                return result
            time.sleep(random.uniform(0, _PAUSE * 2**attempt))  # noqa: S311  guards no secret
        raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def _streaming(self, site: str) -> Iterator[Transaction]:
        with self._explained():
            self._prepare()
            with self._patient.connect() as connection:
                self._revive(connection)
                connection.execution_options(stream_results=True)
                yield Transaction(executing(connection), self._statements, site)

    @contextmanager
    def _reading(self, site: str) -> Iterator[Transaction]:
        with self._explained():
            self._prepare()
            with self._connected() as connection:
                self._revive(connection)
                yield Transaction(executing(connection), self._statements, site)

    @contextmanager
    def _at_one_moment(self, site: str) -> Iterator[Transaction]:
        with self._explained():
            self._prepare()
            with self._patient.connect() as connection:
                self._revive(connection)
                connection.rollback()  # which may have begun a transaction of another kind
                dialects.begin_snapshot(connection)
                yield Transaction(executing(connection), self._statements, site)

    def _transaction(self, execute: Execute, site: str) -> Transaction:
        if dialects.is_mysql(self.engine):
            execute = dialects.tolerating_duplicates(execute)
        return Transaction(execute, self._statements, site)
