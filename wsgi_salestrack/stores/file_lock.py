"""A lock between processes, beside a database file."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # not POSIX: SQLite's own locks still keep the data whole, only slower
    fcntl = None  # type: ignore[assignment]

#: Whether this machine has the lock at all.
AVAILABLE = fcntl is not None


class FileLock:
    """Held around every write, so that processes queue up in the kernel.

    Without it they meet in SQLite's busy handler, which polls, starves one of them for seconds,
    and does not even cover ``PRAGMA journal_mode=WAL``. It lies in a file of its own: closing any
    descriptor of the database file would drop SQLite's own locks.

    Its descriptor must not cross a fork (:meth:`close`): an inherited one excludes nobody.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def open(self) -> None:
        """Open its file, which no fork may come in between; does nothing where it is open."""
        if AVAILABLE and self._descriptor is None:
            # To read is enough for a lock: the file may belong to the user who ran migrate.
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def acquire(self) -> None:
        """Wait for the lock; does nothing where it is already held."""
        self.open()
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def try_acquire(self) -> bool:
        """Take the lock if nobody else holds it.

        :returns: whether it is held now.
        """
        self.open()
        if self._descriptor is None:
            return True
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let others have it; does nothing where it is not held."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Release it and let go of the descriptor; the next use opens a new one."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.close()
