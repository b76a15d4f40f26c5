"""The one connection of a process that writes to a SQLite file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from ..errors import StoreError
from . import schema
from .file_lock import FileLock

#: Device and inode.
Identity = tuple[int, int]

# Bytes of the write-ahead log that are kept to be written anew.
_LONGEST_LOG: Final = 16 * 2**20

_of_parent: Final[dict[Path, list[sqlite3.Connection]]] = {}


class _Connection(sqlite3.Connection):
    """Goes with the tracker that nobody needs any more; since Python 3.13 that must be said."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # it was never opened
            self.close()


class WritableFile:
    """The connection that writes, and the lock around it.

    :param timeout: seconds that callers wait at most.
    """

    def __init__(self, path: Path, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._lock = FileLock(lock_path(path))
        self._connection: sqlite3.Connection | None = None
        self._identity: Identity | None = None
        self._log: dict[Path, Identity] = {}
        self.steps_taken: list[str] = []

    def open_lock(self) -> None:
        """See :meth:`~.group_commit.Database.open_lock`."""
        self._lock.open()

    def lock(self) -> None:
        """See :meth:`~.group_commit.Database.lock`."""
        self._lock.acquire()

    def connection(self) -> sqlite3.Connection:
        """See :meth:`~.group_commit.Database.connection`."""
        if self._connection is not None and self.identity() is None:
            self.close()  # what is written there is lost
            self._remove_stale_log()
            self._lock.close()  # perhaps it went with all of its folder
            self._lock.acquire()
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def rollback(self) -> None:
        """See :meth:`~.group_commit.Database.rollback`."""
        if self._connection is not None and self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def unlock(self) -> None:
        """See :meth:`~.group_commit.Database.unlock`."""
        self._lock.release()

    def identity(self) -> Identity | None:
        """Which file it is; None where the connection is not open to what now has this name."""
        try:
            found = None if self._connection is None else _identity_of(self._path)
        except OSError:
            return None
        return found if found == self._identity else None

    def close(self) -> None:
        """See :meth:`~.group_commit.Database.close`."""
        # Without the lock: the last connection to close checkpoints alone, by SQLite's own locks.
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def close_in_child(self) -> None:
        """See :meth:`~.group_commit.Database.close_in_child`."""
        # Closed and not released, which would release the parent's.
        self._lock.close()
        connection, self._connection = self._connection, None
        if connection is not None:  # nobody told of the fork
            leave_to_parent(self._path, [connection])

    def explain(self, error: Exception) -> Exception:
        """See :meth:`~.group_commit.Database.explain`."""
        if not isinstance(error, sqlite3.Error | OSError):
            return error
        explained = StoreError(_explain(self._path, error))
        explained.__cause__ = error
        return explained

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
        if self._path.exists() and not os.access(self._path, os.W_OK):
            # SQLite would open it, and leave a log beside it that nobody can write later either.
            raise StoreError(
                f"could not open {self._path}: this user may not write it; give it to the "
                "server's user"
            )
        connection = connect(self._path, self._timeout)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            # Who reads for long makes the log long, and by itself it would stay so.
            connection.execute(f"PRAGMA journal_size_limit={_LONGEST_LOG}")
            # What is deleted is overwritten at once; not every build of SQLite does so by itself.
            connection.execute("PRAGMA secure_delete=ON")
            self.steps_taken = _migrate(connection)
            self._identity = _identity_of(self._path)
            self._log = {beside: _identity_of(beside) for beside in _log_of(self._path)}
        except BaseException:
            connection.close()
            raise
        return connection


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection that waits for other programs.

    :param timeout: seconds, of the callers.
    :raises StoreError: if the file was left to the parent.
    """
    if path in _of_parent:
        raise StoreError(
            f"{path} was open when this server forked, and Python was not told of it; with uWSGI, "
            "set py-call-uwsgi-fork-hooks or lazy-apps"
        )
    # Used by one thread at a time, but not always by the same: hence check_same_thread.
    # SQLite's own time-out comes before the callers', for its error knows why.
    return sqlite3.connect(
        path,
        timeout=0.8 * timeout,
        isolation_level=None,
        check_same_thread=False,
        factory=_Connection,
    )


def leave_to_parent(path: Path, connections: Iterable[sqlite3.Connection]) -> None:
    """Never use a file any more whose connections have crossed a fork.

    Even another connection would, for SQLite keeps in mind by file which locks it holds, and those
    are the parent's. To close an inherited one is as bad, so nothing here ever forgets them.
    """
    _of_parent.setdefault(path, []).extend(connections)


def lock_path(path: Path) -> Path:
    """Where the lock of a database lies."""
    return path.with_name(path.name + ".lock")


def _log_of(path: Path) -> list[Path]:
    files = [path.with_name(f"{path.name}-{kind}") for kind in ("wal", "shm")]
    return [file for file in files if file.exists()]


def _identity_of(path: Path) -> Identity:
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


def _explain(path: Path, error: Exception) -> str:
    remedy = ""
    if "locked" in str(error):
        remedy = (
            "; another program keeps it open for writing. If it is the shop's own file and this "
            "call is inside the shop's write transaction, it waits for itself: record after the "
            "commit, or give salestrack a file of its own"
        )
    elif "already exists" in str(error):
        remedy = (
            ", and is not salestrack's; give salestrack a file of its own, or a URL such as "
            f"sqlite:///{path}, by which its tables' names begin with salestrack_"
        )
    elif path.is_dir():
        remedy = "; it is a folder, where a file was meant"
    elif isinstance(error, OSError) or "unable to open" in str(error):
        remedy = "; its folder must exist and be writable by this process"
    return f"could not write {path}: {error}{remedy}"
