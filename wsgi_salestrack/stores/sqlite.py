"""Conversions in a SQLite file of their own: WAL and ``synchronous=FULL``, always."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from ..errors import BadValue, SchemaError, StoreError
from ..model import Arrival, Click, Outcome, Recorded, Touch
from . import examination, rows, statements
from .base import Finding, Selection, Total
from .group_commit import GroupCommit
from .host_transaction import HostTransaction
from .jobs import Insert
from .reading import Reading, in_pages
from .recording import Recording, as_new
from .writable_file import WritableFile, connect, lock_path

#: Seconds that a hit waits for the database at most.
TIMEOUT = 5.0

_STATEMENTS = statements.Statements()
_MAIN_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"


class SQLiteStore:
    """A store in one file, shared by all threads and processes of a machine.

    The tables are made and upgraded when the file is first opened.

    :param path: the file; its folder must exist and be writable, for SQLite and the lock put files
        of their own beside it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        # Absolute, for a server may change its folder later.
        self.path = Path(path).absolute()
        self._file = WritableFile(self.path, TIMEOUT)
        self._writer = GroupCommit(self._file, TIMEOUT)

    def start(self) -> None:
        """See :meth:`Store.start`."""
        for finding in examination.of_surroundings(self.path, lock_path(self.path)):
            if finding.problem and finding.serious:
                raise StoreError(f"database {self.path}: {finding.problem}")

    def migrate(self) -> list[str]:
        """See :meth:`Store.migrate`; the steps are those this very store took, if any."""
        self._writer.run(_nothing)
        steps, self._file.steps_taken = self._file.steps_taken, []
        return steps

    def record(self, site: str, arrival: Arrival, host: HostTransaction | None = None) -> Recorded:
        """See :meth:`Store.record`."""
        values = rows.arrival_values(site, arrival)
        if host is not None:
            return self._record_in(host, site, arrival, values)
        insert = None
        if arrival.conversion.order is None:
            insert = Insert(_insert_conversions, values, as_new(arrival, values[0]))
        return self._writer.run(lambda db: _recording(db, site).record(arrival, values), insert)

    def add_click(self, site: str, click: Click) -> Click:
        """See :meth:`Store.add_click`."""
        insert = Insert(_insert_clicks, rows.click_values(site, click), click)
        return self._writer.run(lambda db: _recording(db, site).add_click(click), insert)

    def last_click(self, site: str, touch: Touch, until: datetime) -> datetime | None:
        """See :meth:`Store.last_click`."""
        with self._reading(site) as reading:
            return reading.last_click(touch, until)

    def totals(self, site: str, selection: Selection) -> list[Total]:
        """See :meth:`Store.totals`."""
        with self._reading(site) as reading:
            return reading.totals(selection)

    def changed_since(self, site: str, since: datetime) -> Iterator[Recorded]:
        """See :meth:`Store.changed_since`."""
        # No connection stays open while somebody looks at a page: it would keep the write-ahead
        # log from being folded in, and forks waiting.
        return in_pages(
            lambda: self._reading(site),
            lambda reading: reading.ids_changed_since(since),
            lambda reading, ids: reading.changed_since(ids, since),
        )

    def unsent(self, site: str) -> Iterator[Recorded]:
        """See :meth:`Store.unsent`."""
        return in_pages(lambda: self._reading(site), Reading.ids_unsent, Reading.unsent)

    def is_unsent(self, site: str, id: int) -> bool:
        """See :meth:`Store.is_unsent`."""
        with self._reading(site) as reading:
            return reading.is_unsent(id)

    def mark_sent(self, site: str, id: int, outcome: Outcome) -> None:
        """See :meth:`Store.mark_sent`."""
        self._writer.run(lambda db: _recording(db, site).mark_sent(id, outcome))

    def examine(self) -> list[Finding]:
        """See :meth:`Store.examine`."""
        findings = examination.of_surroundings(self.path, lock_path(self.path))
        if any(finding.problem and finding.serious for finding in findings):
            return findings
        findings += self._writer.run(examination.of_writer)
        with self._connected() as connection:
            findings.append(examination.of_content(connection))
        return findings

    def forget_site(self, site: str) -> None:
        """See :meth:`Store.forget_site`."""
        self._writer.run(lambda db: _recording(db, site).forget_site())

    def close(self) -> None:
        """See :meth:`Store.close`."""
        self._writer.close()

    def _record_in(
        self, host: HostTransaction, site: str, arrival: Arrival, values: rows.Values
    ) -> Recorded:
        try:
            with host.savepoint() as execute:
                (file,) = execute(_MAIN_FILE, {}).fetchone()
                if not file or not self.path.exists() or not self.path.samefile(file):
                    raise BadValue("connection", f"is to {file or 'no file'}, not to {self.path}")
                return Recording(execute, _STATEMENTS, site).record(arrival, values)
        except StoreError as error:
            if "no such table" not in str(error):
                raise
            # They can't be made here: the host's own transaction keeps the file's lock.
            raise SchemaError(
                f"the connection's database has no tables of salestrack; give a connection to "
                f"{self.path}, or make them there first: flask salestrack migrate"
            ) from error

    @contextmanager
    def _reading(self, site: str) -> Iterator[Reading]:
        with self._connected() as connection:
            yield Reading(connection.execute, _STATEMENTS, site)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for a reader, which no writer has to wait for."""
        if not self._file.is_current():
            self._writer.run(_nothing)
        try:
            with self._writer.reading(), closing(connect(self.path, TIMEOUT)) as connection:
                # Closed without the lock: the last connection to close checkpoints, and the one
                # that writes is still open.
                connection.execute("PRAGMA query_only=ON")
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"could not read {self.path}: {error}") from error


def _recording(connection: sqlite3.Connection, site: str) -> Recording:
    return Recording(connection.execute, _STATEMENTS, site)


def _nothing(connection: sqlite3.Connection) -> None:
    """Work that only sees to it that the file is there and its tables are."""


@cache
def _insert_conversions(count: int) -> str:
    return statements.insert_many("conversions", statements.CONVERSION_COLUMNS, count)


@cache
def _insert_clicks(count: int) -> str:
    return statements.insert_many("clicks", statements.CLICK_COLUMNS, count)
