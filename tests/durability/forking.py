"""A program that forks with a tracker in use.

``python -m tests.durability.forking <how> <database>`` prints which sales were acknowledged, in all
processes, and which descriptors of the database or its lock a child found open. A child that fails
ends it with a traceback.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from tests.durability.holders import lock_held
from tests.durability.host import make_tracker
from wsgi_salestrack import Conversion, StoreError
from wsgi_salestrack.stores.sqlite import TIMEOUT

FORKS = 25
PATIENCE = 30  # seconds


class Family:
    """A process and its children, who all sell with the same tracker."""

    def __init__(self, database: Path) -> None:
        self.tracker = make_tracker(database)
        self.acknowledged: list[str] = []
        self.inherited: list[str] = []
        self.database = database

    def sell(self, reference: str) -> None:
        """Record one sale."""
        if self.tracker.record(Conversion(reference=reference)).outcome == "recorded":
            self.acknowledged.append(reference)

    def fork(self, child: Callable[[], None]) -> Callable[[], None]:
        """Begin a child that does something and reports; returns what waits for its end."""
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read_end)
            self._be_child(child, write_end)
        os.close(write_end)

        def wait() -> None:
            with os.fdopen(read_end) as report:
                said = report.read()
            _, status = os.waitpid(pid, 0)
            if status != 0:
                raise ChildProcessError(f"a child ended with {status}")
            acknowledged, inherited = json.loads(said)
            self.acknowledged += acknowledged
            self.inherited += inherited

        return wait

    def _be_child(self, child: Callable[[], None], report: int) -> None:
        status = 1
        try:
            self.acknowledged, self.inherited = [], self.open_descriptors()
            child()
            text = json.dumps([self.acknowledged, self.inherited])
            os.write(report, text.encode())
            status = 0
        except BaseException:  # noqa: BLE001  # a child must never go on as if it were the parent
            traceback.print_exc()
        finally:
            os._exit(status)

    def open_descriptors(self) -> list[str]:
        """Which of the databases' files this process has open, locks and logs among them."""
        found = []
        for descriptor in Path("/proc/self/fd").iterdir():
            with suppress(FileNotFoundError):  # the one that lists them
                name = str(descriptor.readlink())
                if name.startswith(str(self.database.parent)):
                    found.append(name)
        return found


def parent_then_child(family: Family) -> None:
    """The parent has written before, and both write on after, grandchildren too."""

    def be_child() -> None:
        family.sell("child")
        family.fork(lambda: family.sell("grandchild"))()
        family.sell("child again")

    family.sell("parent")
    wait = family.fork(be_child)
    family.sell("parent again")
    wait()
    family.sell("parent at last")


def child_alone(family: Family) -> None:
    """The parent never uses the tracker that it made, as gunicorn's --preload has it."""
    family.fork(lambda: family.sell("child"))()
    family.fork(lambda: family.sell("other child"))()


def while_writing(family: Family) -> None:
    """Another thread of the parent writes all the time."""

    def work(number: int) -> None:
        family.sell(f"parent {number}")

    with _working(work):
        _fork_often(family)


def while_reading(family: Family) -> None:
    """Another thread of the parent makes reports all the time."""
    for number in range(300):
        family.sell(f"before {number}")
    with _working(lambda _: family.tracker.report().rows):
        _fork_often(family)


def while_replaying(family: Family) -> None:
    """The parent is in the middle of a replay, and goes on with it after the fork."""
    for number in range(300):
        family.sell(f"before {number}")
    replay = family.tracker.replay(datetime(2020, 1, 1, tzinfo=UTC))
    next(replay)
    _fork_often(family)
    replayed = {recorded.conversion.reference for recorded, _ in replay}
    if not replayed >= {f"before {number}" for number in range(1, 300)}:
        raise AssertionError(f"only {len(replayed)} were replayed")


def while_trackers_come_and_go(family: Family) -> None:
    """Another thread makes trackers and drops them."""

    def work(number: int) -> None:
        with closing(make_tracker(family.database.with_name(f"{number % 3}.db"))) as tracker:
            tracker.record(Conversion())

    family.sell("parent")
    with _working(work):
        _fork_often(family)


def while_the_lock_is_held(family: Family) -> None:
    """Another program keeps the lock, and a thread waits for it to write: a fork does not."""
    logging.getLogger("salestrack").addHandler(logging.NullHandler())  # it says so in the log
    family.sell("parent")
    with ExitStack() as holding:
        holding.enter_context(lock_held(family.database))
        with _working(lambda _: _fail_to_sell(family)):
            begun = time.monotonic()
            family.fork(lambda: None)()
            if time.monotonic() - begun > TIMEOUT / 2:
                raise AssertionError("the fork waited for the lock")
            holding.close()  # or the thread would wait for its time-out
    _fork_often(family)


def _fail_to_sell(family: Family) -> None:
    with suppress(StoreError):
        family.sell("may be recorded when the lock is free")


def by_multiprocessing(family: Family) -> None:
    """Processes of a pool, by fork."""
    family.sell("parent")
    with multiprocessing.get_context("fork").Pool(4, _adopt, (family,)) as pool:
        family.acknowledged += pool.map(_sell_one, [f"pool {number}" for number in range(40)])
        family.sell("parent again")


_adopted: Family


def _adopt(family: Family) -> None:
    global _adopted  # noqa: PLW0603  # how a pool's processes get to know anything
    _adopted = family


def _sell_one(reference: str) -> str:
    _adopted.sell(reference)
    return reference


def _fork_often(family: Family) -> None:
    for number in range(FORKS):
        family.fork(lambda: family.sell(f"child {number}"))()  # noqa: B023  # called at once
    family.sell("parent at last")


@contextmanager
def _working(work: Callable[[int], object]) -> Iterator[None]:
    """A thread that does the same again and again; it must not fail."""
    failures: list[BaseException] = []
    leave = Event()

    def run() -> None:
        number = 0
        try:
            while not leave.is_set():
                work(number)
                number += 1
        except Exception as error:  # noqa: BLE001  # raised again, where it is seen
            failures.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        leave.set()
        thread.join()
    if failures:
        raise failures[0]


HOW = {
    how.__name__: how
    for how in (
        parent_then_child,
        child_alone,
        while_writing,
        while_reading,
        while_replaying,
        while_trackers_come_and_go,
        while_the_lock_is_held,
        by_multiprocessing,
    )
}

if __name__ == "__main__":
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    the_family = Family(Path(sys.argv[2]))
    HOW[sys.argv[1]](the_family)
    json.dump([the_family.acknowledged, the_family.inherited], sys.stdout)
