"""Other programs that hold what a tracker needs; they let go when the block ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRANSACTION = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""

_LOCK = """
import fcntl, sys
file = open(sys.argv[1], "r+b")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def transaction_held(database: Path) -> Iterator[None]:
    """Another program is in the middle of a transaction, and takes its time."""
    with _running(_TRANSACTION, database):
        yield


@contextmanager
def lock_held(database: Path) -> Iterator[None]:
    """Another program keeps the lock file beside the database."""
    with _running(_LOCK, database.with_name(f"{database.name}.lock")):
        yield


@contextmanager
def _running(program: str, file: Path) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", program, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"held\n"
            yield
        finally:
            process.kill()
