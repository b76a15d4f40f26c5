"""Conversions in a SQLite file of their own: WAL and ``synchronous=FULL``, always."""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from ..errors import StoreError
from ..model import Arrival, Click, Outcome, Recorded, Touch
from . import examination, recording, rows, schema, statements
from .base import Finding, Selection, Total
from .file_lock import FileLock
from .group_commit import GroupCommit

#: Seconds that a hit waits for the database at most.
TIMEOUT = 5.0

# Conversions that a replay reads at a time.
_PAGE = 500

# Device and inode.
_Identity = tuple[int, int]

_RECORDED_AT = statements.CONVERSION_COLUMNS.index("recorded_at")


class SQLiteStore:
    """A store in one file, shared by all threads and processes of a machine.

    The tables are made and upgraded when the file is first opened.

    :param path: the file; its folder must exist and be writable, for SQLite and the lock put files
        of their own beside it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        # Absolute, for a server may change its folder later.
        self.path = Path(path).absolute()
        self._file = _WritableFile(self.path)
        self._writer = GroupCommit(self._file, TIMEOUT)

    def migrate(self) -> list[str]:
        """See :meth:`Store.migrate`; the steps are those this very store took, if any."""
        self._writer.run(_nothing)
        steps, self._file.steps_taken = self._file.steps_taken, []
        return steps

    def record(self, site: str, arrival: Arrival) -> Recorded:
        """See :meth:`Store.record`."""
        row = rows.arrival_row(site, arrival)
        return self._writer.run(lambda db: recording.record(db.execute, site, arrival, row))

    def add_click(self, site: str, click: Click) -> Click:
        """See :meth:`Store.add_click`."""
        return self._writer.run(lambda db: recording.add_click(db.execute, site, click))

    def last_click(self, site: str, touch: Touch, until: datetime) -> datetime | None:
        """See :meth:`Store.last_click`."""
        names = {name: getattr(touch, name) for name in touch.__struct_fields__ if name != "at"}
        parameters = {"site": site, "until": rows.microseconds(until), **names}
        with self._reading() as connection:
            (at,) = connection.execute(statements.SELECT_LAST_CLICK, parameters).fetchone()
        return None if at is None else rows.moment(at)

    def totals(self, site: str, selection: Selection) -> list[Total]:
        """See :meth:`Store.totals`."""
        statement = statements.select_totals(selection)
        with self._reading() as connection:
            found = connection.execute(statement, rows.selection_parameters(site, selection))
            return [rows.total_of(values) for values in found]

    def changed_since(self, site: str, since: datetime) -> Iterator[Recorded]:
        """See :meth:`Store.changed_since`."""
        start = rows.microseconds(since)
        with self._reading() as connection:
            found = connection.execute(statements.SELECT_CHANGED, {"site": site, "since": start})
            ids = array("q", (id for (id,) in found))
        for first in range(0, len(ids), _PAGE):
            # No connection stays open while somebody looks at the page: it would keep the
            # write-ahead log from being folded in, and forks waiting.
            with self._reading() as connection:
                page = list(_load(connection, site, ids[first : first + _PAGE], start))
            yield from page

    def examine(self) -> list[Finding]:
        """See :meth:`Store.examine`."""
        findings = examination.of_surroundings(self.path, _lock_path(self.path))
        if any(finding.problem and finding.serious for finding in findings):
            return findings
        findings += self._writer.run(examination.of_writer)
        with self._reading() as connection:
            findings.append(examination.of_content(connection))
        return findings

    def forget_site(self, site: str) -> None:
        """See :meth:`Store.forget_site`."""

        def forget(connection: sqlite3.Connection) -> None:
            for statement in statements.FORGET_SITE:
                connection.execute(statement, {"site": site})

        self._writer.run(forget)

    def close(self) -> None:
        """See :meth:`Store.close`."""
        self._writer.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for a reader, which no writer has to wait for."""
        if not self._file.is_current():
            self._writer.run(_nothing)
        try:
            with self._writer.reading(), closing(_connect(self.path)) as connection:
                # Closed without the lock: the last connection to close checkpoints, and the one
                # that writes is still open.
                connection.execute("PRAGMA query_only=ON")
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"could not read {self.path}: {error}") from error


def _load(
    connection: sqlite3.Connection, site: str, ids: Iterable[int], start: int
) -> Iterator[Recorded]:
    for id in ids:
        values = connection.execute(statements.SELECT_CONVERSION_BY_ID, {"id": id}).fetchone()
        if values is None:
            continue  # forgotten meanwhile
        outcome: Outcome = "recorded" if values[_RECORDED_AT] >= start else "enriched"
        yield recording.load(connection.execute, site, values, outcome)


class _WritableFile:
    """The connection that writes, and the lock around it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(_lock_path(path))
        self._connection: sqlite3.Connection | None = None
        self._identity: _Identity | None = None
        self._log: dict[Path, _Identity] = {}
        self.steps_taken: list[str] = []

    def lock(self) -> None:
        if self._connection is not None and not self.is_current():
            self._lock.close()  # removed or replaced, and perhaps with all of its folder
        try:
            self._lock.acquire()
        except OSError as error:
            raise StoreError(_explain(self._path, error)) from error

    def begin(self) -> sqlite3.Connection:
        try:
            if self._connection is not None and not self.is_current():
                self.close()  # what is written there is lost
                self._remove_stale_log()
            if self._connection is None:
                self._connection = self._open()
            self._connection.execute("BEGIN IMMEDIATE")
        except (sqlite3.Error, OSError) as error:
            raise StoreError(_explain(self._path, error)) from error
        return self._connection

    def rollback(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def unlock(self) -> None:
        self._lock.release()

    def is_current(self) -> bool:
        """Whether the connection is open, and to the file that now has this name."""
        try:
            return self._connection is not None and self._identity == _identity_of(self._path)
        except OSError:
            return False

    def close(self) -> None:
        # Without the lock: the last connection to close checkpoints alone, by SQLite's own locks.
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def close_in_child(self) -> None:
        # Closed and not released, which would release the parent's.
        self._lock.close()

    def _remove_stale_log(self) -> None:
        """Remove the write-ahead log of the file that was there before.

        SQLite would play it into the new one. Whoever notices first makes a new log, which is no
        longer the one that the others remember.
        """
        for beside, identity in self._log.items():
            with suppress(OSError):
                if _identity_of(beside) == identity:
                    beside.unlink()

    def _open(self) -> sqlite3.Connection:
        connection = _connect(self._path)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            self.steps_taken = _migrate(connection)
            self._identity = _identity_of(self._path)
            self._log = {beside: _identity_of(beside) for beside in _log_of(self._path)}
        except BaseException:
            connection.close()
            raise
        return connection


def _connect(path: Path) -> sqlite3.Connection:
    # Used by one thread at a time, but not always by the same: hence check_same_thread.
    # SQLite's own time-out comes before the callers', for its error knows why.
    timeout = 0.8 * TIMEOUT
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)


def _lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _log_of(path: Path) -> list[Path]:
    files = [path.with_name(f"{path.name}-{kind}") for kind in ("wal", "shm")]
    return [file for file in files if file.exists()]


def _identity_of(path: Path) -> _Identity:
    status = path.stat()
    return status.st_dev, status.st_ino


def _migrate(connection: sqlite3.Connection) -> list[str]:
    # Migrations' own transactions begin deferred and would meet "database is locked".
    connection.execute("BEGIN IMMEDIATE")
    try:
        database = Database(connection, recursive_triggers=False, execute_plugins=False)
        steps = schema.pending_steps(database)
        if steps:
            schema.MIGRATIONS.apply(database)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return steps


def _nothing(connection: sqlite3.Connection) -> None:
    """Work that only sees to it that the file is there and its tables are."""


def _explain(path: Path, error: Exception) -> str:
    remedy = ""
    if "locked" in str(error):
        remedy = (
            "; another program keeps it open for writing. If it is the shop's own file and this "
            "call is inside the shop's write transaction, it waits for itself: record after the "
            "commit, or give salestrack a file of its own"
        )
    elif path.is_dir():
        remedy = "; it is a folder, where a file was meant"
    elif isinstance(error, OSError) or "unable to open" in str(error):
        remedy = "; its folder must exist and be writable by this process"
    return f"could not open {path}: {error}{remedy}"
