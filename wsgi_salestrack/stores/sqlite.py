"""Conversions in a SQLite file of their own: WAL and ``synchronous=FULL``, always."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

from ..attribution import as_new
from ..errors import BadValue, SchemaError, StoreError
from ..hits import Hit
from ..model import Arrival, Recorded
from ..touches import Click
from . import erasing_file, examination, rows, statements
from .base import Finding
from .claims import may_be_claimed
from .file_lock import FileLock
from .group_commit import GroupCommit
from .hit_log import HitLog
from .host_transaction import HostTransaction
from .jobs import Insert
from .readers import Readers
from .recording import Recording, is_one_row
from .spelling import SQLITE_FILE
from .sql_store import SQLStore
from .totals_keeping import is_due
from .transaction import Transaction
from .writable_file import Identity, WritableFile, lock_path

Result = TypeVar("Result")

#: Seconds that a hit waits for the database at most.
TIMEOUT = 5.0

_STATEMENTS = statements.Statements(spelling=SQLITE_FILE)
_MAIN_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"


class SQLiteStore(SQLStore):
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
        self._readers = Readers(self.path, TIMEOUT)
        self._logs = False  # whether hits may be waiting to be logged

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
        if is_one_row(arrival) and not is_due(values[0]):
            new = as_new(arrival, values[0])
            claimable = may_be_claimed(new.conversion, new.touch, new.referral)
            insert = Insert(
                _insert_conversions,
                values,
                new,
                _claims_of if claimable else None,
                (site, arrival.conversion.reference),
            )
        return self._writing(site, lambda tx: Recording(tx).record(arrival, values), insert)

    def add_click(self, site: str, click: Click) -> Click:
        """See :meth:`Store.add_click`."""
        insert = None
        if not is_due(click.id):
            insert = Insert(_insert_clicks, rows.click_values(site, click), click)
        return self._writing(site, lambda tx: Recording(tx).add_click(click), insert)

    def log_hit(self, site: str, hit: Hit) -> None:
        """See :meth:`Store.log_hit`; whoever is refused does not wait for the disk."""
        self._logs = True
        self._writer.submit(lambda db: HitLog(Transaction(db.execute, _STATEMENTS, site)).add(hit))

    def hits_since(self, site: str, since: datetime) -> list[tuple[int, Hit]]:
        """See :meth:`Store.hits_since`; what this process has logged is among them."""
        self._write_logged()
        return super().hits_since(site, since)

    def _write_logged(self) -> None:
        if self._logs:
            self._logs = False
            self._writer.run(_nothing)  # after all that was submitted before

    def examine(self) -> list[Finding]:
        """See :meth:`Store.examine`."""
        findings = examination.of_surroundings(self.path, lock_path(self.path))
        if any(finding.problem and finding.serious for finding in findings):
            return findings
        findings += self._writer.run(examination.of_writer)
        with self._connected() as connection:
            findings.append(examination.of_content(connection))
        return findings

    def scrub(self, *, large: bool) -> None:
        """See :meth:`Store.scrub`."""
        if not self.path.exists():
            return
        with self._readers.held(), closing(FileLock(lock_path(self.path))) as lock:
            erasing_file.scrub(self.path, lock, large=large)

    def close(self) -> None:
        """See :meth:`Store.close`."""
        # First, for the last connection to close checkpoints, and is to be the one that writes.
        self._readers.close()
        self._writer.close()

    def _record_in(
        self, host: HostTransaction, site: str, arrival: Arrival, values: rows.Values
    ) -> Recorded:
        try:
            with host.savepoint() as execute:
                (file,) = execute(_MAIN_FILE, {}).fetchone()
                if not file or not self.path.exists() or not self.path.samefile(file):
                    problem = (
                        f"is to {file or 'no file'}, not to {self.path}; let the key database name "
                        "the shop's own, or leave connection out"
                    )
                    raise BadValue("connection", problem)
                transaction = Transaction(execute, _STATEMENTS, site)
                return Recording(transaction).record(arrival, values)
        except StoreError as error:
            if "no such table" not in str(error):
                raise
            # They can't be made here: the host's own transaction keeps the file's lock.
            raise SchemaError(
                f"the connection's database has no tables of salestrack; give a connection to "
                f"{self.path}, or make them there first: flask salestrack migrate"
            ) from error

    def _writing(
        self, site: str, work: Callable[[Transaction], Result], insert: Insert | None = None
    ) -> Result:
        return self._writer.run(lambda db: work(Transaction(db.execute, _STATEMENTS, site)), insert)

    @contextmanager
    def _reading(self, site: str) -> Iterator[Transaction]:
        with self._connected() as connection:
            yield Transaction(connection.execute, _STATEMENTS, site)

    def _at_one_moment(self, site: str) -> AbstractContextManager[Transaction]:
        return self._reading(site)  # as all reading is

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection for a reader alone, in a transaction."""
        try:
            with self._readers.connection(self._identity()) as connection:
                yield connection
        # Also where a value is no text or integer of SQLite's.
        except (sqlite3.Error, OSError, OverflowError, UnicodeError) as error:
            raise StoreError(f"could not read {self.path}: {error}") from error

    def _identity(self) -> Identity | None:
        """Which file is read; it is made if it is not there."""
        identity = self._file.identity()
        if identity is None:
            self._writer.run(_nothing)
            identity = self._file.identity()
        return identity


def _nothing(connection: sqlite3.Connection) -> None:
    """Work that only sees to it that the file is there and its tables are."""


@cache
def _insert_conversions(count: int) -> str:
    return statements.insert_many("conversions", statements.CONVERSION_COLUMNS, count)


@cache
def _insert_clicks(count: int) -> str:
    return statements.insert_many("clicks", statements.CLICK_COLUMNS, count)


@cache
def _claims_of(count: int) -> str:
    return (
        "SELECT 1 FROM claims WHERE (site, reference) IN "
        f"(VALUES {', '.join(['(?, ?)'] * count)}) LIMIT 1"
    )
