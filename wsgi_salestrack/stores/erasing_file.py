"""Overwriting what was deleted in a SQLite file, in its log and in its unused parts.

Deleted rows are zeros at once (``secure_delete``), but a row that SQLite moved to another page may
have left a copy behind, and the write-ahead log holds pages as they were. So the log is emptied,
the file is written anew from what is in it, and the log is emptied again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ..errors import NotErased
from .file_lock import FileLock

#: Bytes of a file that is written anew in less time than a hit waits: at 60 MB/s, 3 seconds.
AT_ONCE: Final = 200_000_000

#: Seconds to wait for others' transactions.
PATIENCE = 10.0
# Seconds of these in which the lock is held, and after which others have their turn.
_TRY = 0.5
_PAUSE = 0.1
# Busy writers leave the lock alone for moments only; it is looked for as often.
_LOOK = 0.001

_AGAIN: Final = "the rows are changed; run it again, and only this is done"


def scrub(path: Path, lock: FileLock | None, *, large: bool) -> None:
    """Leave no byte of what was deleted in a file and in its log.

    Nobody else writes meanwhile; they may read.

    :param lock: that all who write to the file take, if there is one; of this call's own.
    :param large: whatever the file's size is.
    :raises NotErased: if others keep it from being done, or the disk does.
    """
    size = path.stat().st_size
    with closing(sqlite3.connect(path, timeout=_TRY, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        # Before it as well, or a log that cannot be emptied would grow by all of the file.
        _repeat(lock, path, lambda: _empty_log(connection))
        if size > AT_ONCE and not large:
            raise NotErased(
                f"{path} has {size / 1e6:,.0f} MB: deleted rows are overwritten, but there may be "
                "copies of them in its unused parts. To write it anew takes about "
                f"{size / AT_ONCE * 3:,.0f} s, in which hits that come are refused; at a quiet "
                "hour, pass large=True (--large)"
            )
        _repeat(lock, path, lambda: _write_anew(connection))
        _repeat(lock, path, lambda: _empty_log(connection))


def _repeat(lock: FileLock | None, path: Path, step: Callable[[], bool]) -> None:
    """Take a step under the lock; again, as long as others' transactions keep it from being done.

    Between two attempts others write.
    """
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            with _held(lock, give_up) as is_held:
                done = is_held and step()
        except (sqlite3.Error, OSError) as error:
            raise NotErased(
                f"{path} could not be written anew, and may hold old bytes: {error}. It needs as "
                f"much space again in its folder and in the one for temporary files; {_AGAIN}"
            ) from error
        if done:
            return
        if time.monotonic() > give_up:
            raise NotErased(
                f"{path}-wal or {path.name} still holds old bytes: another program keeps a "
                f"transaction open in which it sees them, or writes (waited {PATIENCE:g} s). Look "
                "for reports, backups and open shells, and let them end; " + _AGAIN
            )
        time.sleep(_PAUSE)


@contextmanager
def _held(lock: FileLock | None, give_up: float) -> Iterator[bool]:
    """Whether the lock could be taken in time: whoever holds it may have been stopped."""
    if lock is None:
        yield True
        return
    try:
        while not (is_held := lock.try_acquire()) and time.monotonic() < give_up:
            time.sleep(_LOOK)
        yield is_held
    finally:
        lock.release()


def _empty_log(connection: sqlite3.Connection) -> bool:
    """Move what the log holds into the file, and make it empty; whether nobody was in the way."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _write_anew(connection: sqlite3.Connection) -> bool:
    """Rewrite the file with nothing but what is in it; whether nobody was in the way."""
    try:
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            return False
        raise
    return True
