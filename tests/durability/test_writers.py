from __future__ import annotations

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from tests.durability.host import make_tracker
from tests.durability.sales import assert_whole, read, references
from wsgi_salestrack import Conversion, Money, Tracker
from wsgi_salestrack.stores.sqlite import TIMEOUT, SQLiteStore

PROCESSES = 4
THREADS = 4
SALES = 25  # by each thread
ROUNDS = 8
SHARED = "the one order that all of them record"
PATIENCE = 60.0  # seconds

_start: Barrier


def _take(start: Barrier) -> None:
    global _start  # noqa: PLW0603  # a barrier can only be inherited, not sent to a process
    _start = start


def _write(database: Path, process: int) -> tuple[list[str], float]:
    """What one process has to say: the outcomes of its threads, and its longest wait in seconds."""
    threads_start = threading.Barrier(THREADS)
    tracker = make_tracker(database)

    def write(thread: int) -> tuple[list[str], float]:
        threads_start.wait(PATIENCE)
        outcomes, longest = [], 0.0
        for sale in range(SALES):
            begun = time.monotonic()
            outcomes.append(_record(tracker, f"{process}-{thread}-{sale}"))
            longest = max(longest, time.monotonic() - begun)
        outcomes.append(f"shared: {_record(tracker, SHARED)}")
        return outcomes, longest

    with closing(tracker), ThreadPoolExecutor(THREADS) as pool:
        _start.wait(PATIENCE)
        parts = list(pool.map(write, range(THREADS)))
    outcomes = [outcome for said, _ in parts for outcome in said]
    return outcomes, max(longest for _, longest in parts)


def _record(tracker: Tracker, reference: str) -> str:
    try:
        return tracker.record(Conversion(reference=reference, revenue=Money("5", "USD"))).outcome
    except Exception as error:  # noqa: BLE001  # that there is none is what the test is about
        return repr(error)


@pytest.fixture
def writers() -> Iterator[ProcessPoolExecutor]:
    """Processes that start each task together, and by no fork, which has a test file of its own."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, context, initializer=_take, initargs=(start,)) as pool:
        yield pool


def test_many_writers_at_once_on_a_missing_file_lose_nothing(
    writers: ProcessPoolExecutor, tmp_path: Path
) -> None:
    """No exception reaches anyone, each sale is there once, each migration was applied once."""
    for number in range(ROUNDS):
        database = tmp_path / f"{number}.db"
        said = list(writers.map(_write, [database] * PROCESSES, range(PROCESSES)))

        outcomes = Counter(outcome for process, _ in said for outcome in process)
        assert outcomes == {
            "recorded": PROCESSES * THREADS * SALES,
            "shared: recorded": 1,
            "shared: duplicate": PROCESSES * THREADS - 1,
        }
        assert max(longest for _, longest in said) < TIMEOUT
        assert references(database) == Counter(
            [
                SHARED,
                *(
                    f"{process}-{thread}-{sale}"
                    for process in range(PROCESSES)
                    for thread in range(THREADS)
                    for sale in range(SALES)
                ),
            ]
        )
        steps = read(database, "SELECT migration_set, name FROM _sqlite_migrations ORDER BY name")
        assert steps == [("salestrack", name) for name in _all_steps(tmp_path / f"{number}-new.db")]
        assert_whole(database)


def _all_steps(database: Path) -> list[str]:
    """The steps that one writer alone takes."""
    with closing(SQLiteStore(database)) as store:
        return sorted(store.migrate())
