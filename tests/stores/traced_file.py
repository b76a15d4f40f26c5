"""A database for group commit, which tells what it was told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from wsgi_salestrack.stores.file_lock import FileLock

Work = Callable[[sqlite3.Connection], object]


class TracedFile:
    """A table of unique numbers, and one of numbers that must be there by the commit.

    What SQLite is told to do is written down in ``statements``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.statements: list[str] = []
        self.file_lock = FileLock(path.with_name("lock"))
        self._connection: sqlite3.Connection | None = None

    def open_lock(self) -> None:
        """See the library's Database."""
        self.file_lock.open()

    def lock(self) -> None:
        """See the library's Database."""
        self.file_lock.acquire()

    def unlock(self) -> None:
        """See the library's Database."""
        self.file_lock.release()

    def connection(self) -> sqlite3.Connection:
        """See the library's Database."""
        if self._connection is None:
            self._connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA foreign_keys=ON")
            self._connection.execute("CREATE TABLE IF NOT EXISTS numbers (number UNIQUE)")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS promises "
                "(number REFERENCES numbers (number) DEFERRABLE INITIALLY DEFERRED)"
            )
            self._connection.set_trace_callback(self.statements.append)
        return self._connection

    def rollback(self) -> None:
        """See the library's Database."""
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """See the library's Database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close_in_child(self) -> None:
        """See the library's Database."""
        self.file_lock.close()

    def explain(self, error: Exception) -> Exception:
        """See the library's Database."""
        return error

    @property
    def commits(self) -> int:
        """How many transactions were committed."""
        return self.statements.count("COMMIT")

    def numbers(self) -> set[int]:
        """What a reader with a connection of its own sees."""
        with closing(sqlite3.connect(self.path)) as reader:
            return {number for (number,) in reader.execute("SELECT number FROM numbers")}


def insert(number: int) -> Work:
    """Work that inserts a number."""
    return lambda connection: connection.execute("INSERT INTO numbers VALUES (?)", [number])
