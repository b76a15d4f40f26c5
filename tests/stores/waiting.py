"""Waiting for others: until threads wait, and while processes hold a lock."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wsgi_salestrack import StoreError
from wsgi_salestrack.stores.group_commit import GroupCommit

_HOLD_LOCK = """if True:
    import fcntl, sys
    file = open(sys.argv[1], "a")
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""

_HOLD_TRANSACTION = """if True:
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.read()
"""


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Look again and again until it holds; a machine under load may take its time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.001)


def succeeds(call: Callable[[], object]) -> bool:
    """Whether the store does what it is asked; a writer that was kept waiting says no at once."""
    try:
        call()
    except StoreError:
        return False
    return True


def threads_that_wait_for_a_commit() -> int:
    """How many threads are within :meth:`GroupCommit.run` and there in no call of Python's."""
    frames = sys._current_frames().values()  # noqa: SLF001  documented, underscore or not
    return sum(frame.f_code is GroupCommit.run.__code__ for frame in frames)


@contextmanager
def lock_held_by_another_process(path: Path) -> Iterator[None]:
    """The lock between processes, beside a database."""
    with _held(_HOLD_LOCK, path.with_name(f"{path.name}.lock")):
        yield


@contextmanager
def transaction_of_another_program(path: Path) -> Iterator[None]:
    """A write transaction of a program that knows nothing of our lock."""
    with _held(_HOLD_TRANSACTION, path):
        yield


@contextmanager
def _held(program: str, path: Path) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", program, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.stdin.close()
        assert process.wait() == 0
