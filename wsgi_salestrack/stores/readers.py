"""The connections of a process that read a SQLite file, which no writer has to wait for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition
from typing import Final

from .forking import notice_forks, tell_of_forks
from .writable_file import Identity, connect, leave_to_parent

# As many as may well read at the same time; whoever comes then opens one for themselves.
_MOST_KEPT: Final = 8


class Readers:
    """Connections that are kept when they were read with.

    A new one has to learn all tables first, which takes a hundred times as long as finding a row.

    :param timeout: seconds that callers wait at most.
    """

    def __init__(self, path: Path, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._start_afresh()
        tell_of_forks(self)

    def _start_afresh(self) -> None:
        self._kept: list[sqlite3.Connection] = []
        self._kept_of: Identity | None = None
        self._reading = 0
        self._changed = Condition()

    @contextmanager
    def connection(self, identity: Identity | None) -> Iterator[sqlite3.Connection]:
        """One in a transaction, so that all statements see the same; nobody else uses it meanwhile.

        :param identity: of the file that has this name now; None where it may just be replaced, and
            the connection is not kept.
        :raises sqlite3.Error: if it can't be opened.
        """
        with self.held():
            connection = self._taken(identity)
            try:
                connection.execute("BEGIN")
                yield connection
                connection.execute("ROLLBACK")
            except BaseException:
                # A cursor that was left half-way would go on seeing what was there then.
                connection.close()
                raise
            self._keep(connection, identity)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Held while a connection to the database is open: a fork waits for its end."""
        notice_forks()
        with self._changed:
            self._reading += 1
        try:
            yield
        finally:
            with self._changed:
                self._reading -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Close those that nobody reads with."""
        notice_forks()
        with self._changed:
            self._close_kept()

    def _taken(self, identity: Identity | None) -> sqlite3.Connection:
        with self._changed:
            if identity != self._kept_of:
                self._close_kept()  # of a file that was moved away
                self._kept_of = identity
            if self._kept:
                return self._kept.pop()
        connection = connect(self._path, self._timeout)
        connection.execute("PRAGMA query_only=ON")
        return connection

    def _keep(self, connection: sqlite3.Connection, identity: Identity | None) -> None:
        with self._changed:
            if identity is not None and identity == self._kept_of and len(self._kept) < _MOST_KEPT:
                self._kept.append(connection)
                return
        connection.close()

    def _close_kept(self) -> None:
        while self._kept:
            self._kept.pop().close()

    # No SQLite connection may cross a fork: the child's SQLite would believe in locks that the
    # kernel gives to the parent alone.

    def before_fork(self) -> None:
        """Wait for those who read, and close what is kept."""
        self._changed.acquire()
        self._changed.wait_for(lambda: self._reading == 0)
        self._close_kept()

    def after_fork_in_parent(self) -> None:
        """Go on."""
        self._changed.release()

    def after_fork_in_child(self) -> None:
        """Begin with none."""
        if self._kept or self._reading:  # nobody told of the fork
            leave_to_parent(self._path, self._kept)
        self._start_afresh()
