"""Conversions recorded inside the shop's processes, beside one commit for each row."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from statistics import median

from benchmarks.course import Course
from benchmarks.figures import Figure
from benchmarks.progress import say
from benchmarks.writers import OpenWriter, PlainWriters, copy_shape, salestrack_writers

_PROCESSES = 2
_THREADS = 8
_START_TIMEOUT = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """What one thread achieved, or all of them together.

    :param rows: how many were committed.
    :param started: on the machine's monotonic clock, in seconds.
    :param ended: when the last commit returned.
    :param longest: the longest a caller waited for one row, in seconds.
    """

    rows: int
    started: float
    ended: float
    longest: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / (self.ended - self.started)


def measure_recording(course: Course) -> list[Figure]:
    """Record by turns through salestrack and row by row."""
    database, plain = course.folder / "salestrack.db", course.folder / "plain.db"
    salestrack_writers(database)(0)("example")
    copy_shape(database, plain)
    ours, theirs = [], []
    for turn in range(course.rounds):
        ours.append(record(partial(salestrack_writers, database), f"turn{turn}", course.seconds))
        theirs.append(record(partial(PlainWriters, plain), f"turn{turn}", course.seconds))
        say(f"  turn {turn + 1}: {ours[-1].rate:,.0f} rows/s, row by row {theirs[-1].rate:,.0f}")
    longest, longest_theirs = (max(turn.longest for turn in turns) for turns in (ours, theirs))
    beside = (
        f"salestrack {median(turn.rate for turn in ours):,.0f} rows/s, "
        f"row by row {median(turn.rate for turn in theirs):,.0f} rows/s "
        f"with stalls of up to {longest_theirs * 1000:,.0f} ms"
    )
    ratio = median(mine.rate / other.rate for mine, other in zip(ours, theirs, strict=True))
    name = "recorded in process under FULL, 2 processes x 8 threads"
    return [
        Figure(
            name=f"{name}, beside one row per commit",
            measured=ratio,
            unit="x",
            goal=2,
            at_most=False,
            beside=beside,
        ),
        Figure(
            name="the same, longest stall",
            measured=longest * 1000,
            unit="ms",
            goal=100,
            at_most=True,
            beside=beside,
        ),
    ]


def record(make: Callable[[], OpenWriter], label: str, seconds: float) -> Recording:
    """Write from two processes of eight threads each.

    :param make: called in each process.
    :param label: of this turn's references.
    """
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(_PROCESSES * _THREADS)
    with ProcessPoolExecutor(
        _PROCESSES, mp_context=spawn, initializer=_keep, initargs=(barrier,)
    ) as pool:
        jobs = [
            pool.submit(_record_in_process, make, process, label, seconds)
            for process in range(_PROCESSES)
        ]
        return _together([job.result() for job in jobs])


def _together(parts: list[Recording]) -> Recording:
    return Recording(
        rows=sum(part.rows for part in parts),
        started=min(part.started for part in parts),
        ended=max(part.ended for part in parts),
        longest=max(part.longest for part in parts),
    )


_barrier: Barrier


def _keep(barrier: Barrier) -> None:
    # A barrier may be handed to a process only when that starts, not with its work.
    global _barrier  # noqa: PLW0603  # the pool's initializer has nowhere else to leave it
    _barrier = barrier


def _record_in_process(
    make: Callable[[], OpenWriter], process: int, label: str, seconds: float
) -> Recording:
    open_writer = make()
    numbers = range(process * _THREADS, (process + 1) * _THREADS)
    with ThreadPoolExecutor(_THREADS) as pool:
        jobs = [
            pool.submit(_record_in_thread, open_writer, number, label, seconds)
            for number in numbers
        ]
        return _together([job.result() for job in jobs])


def _record_in_thread(
    open_writer: OpenWriter, number: int, label: str, seconds: float
) -> Recording:
    try:
        write = open_writer(number)
        # The first row opens connections, which is no stall of a running shop.
        write(f"{label}-{number}-first")
    except BaseException:
        _barrier.abort()  # the others would wait for this thread
        raise
    _barrier.wait(_START_TIMEOUT)
    rows, longest = 0, 0.0
    started = before = time.monotonic()
    while before < started + seconds:
        write(f"{label}-{number}-{rows}")
        rows += 1
        after = time.monotonic()
        longest = max(longest, after - before)
        before = after
    return Recording(rows=rows, started=started, ended=before, longest=longest)
