"""One thread per process writes; whoever waits at the same time shares its commit.

A commit under ``synchronous=FULL`` waits for the disk, so a transaction holds all the rows that
arrived while the last one waited. A bad row fails alone: then all are run again, each in a
savepoint. A thread of its own, rather than whichever request comes first, because then nobody
waits for longer than the time-out, even while another process keeps the lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Any, Protocol, TypeVar

from ..errors import SalesTrackError, StoreError
from .forking import tell_of_forks

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Any]

# Seconds without work after which the thread ends.
_ENDS_AFTER = 5.0


class Database(Protocol):
    """What the writer writes to; it is used by one thread at a time."""

    def lock(self) -> None:
        """Wait for other processes, as long as they please."""

    def begin(self) -> sqlite3.Connection:
        """Begin a transaction, under the lock."""

    def rollback(self) -> None:
        """Undo what is uncommitted, if anything."""

    def unlock(self) -> None:
        """Let other processes write."""

    def close(self) -> None:
        """Let go of the connection, without waiting for anybody."""

    def close_in_child(self) -> None:
        """Let go of what was inherited by a fork, without touching the parent's."""


class _Job:
    __slots__ = ("abandoned", "done", "error", "result", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = Lock()
        self.done.acquire()
        self.result: Any = None
        self.error: BaseException | None = None
        self.abandoned = False


class GroupCommit:
    """Runs pieces of work in shared transactions.

    :param database: where to.
    :param timeout: seconds after which a caller gives up.
    """

    def __init__(self, database: Database, timeout: float) -> None:
        self._database = database
        self._timeout = timeout
        self._start_afresh()
        tell_of_forks(self)

    def _start_afresh(self) -> None:
        self._queue: SimpleQueue[_Job] = SimpleQueue()
        self._thread: Thread | None = None
        self._starting = Lock()
        self._between_transactions = Lock()
        self._busy_since: float | None = None
        self._readers = 0
        self._reading_ends = Condition()

    def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """What ``work`` returned, once it is committed.

        :raises StoreError: if it could not be committed in time. Then it is not acknowledged; it
            may still have been written, where the disk itself was what kept us waiting.
        """
        busy_since = self._busy_since
        if busy_since is not None and monotonic() - busy_since > self._timeout:
            raise self._too_late()  # for this one it would be no different
        job = _Job(work)
        self._queue.put(job)
        self._ensure_thread(job)
        if not job.done.acquire(timeout=self._timeout):
            job.abandoned = True
            raise self._too_late()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[no-any-return]  # what this very work returned

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Held while another connection to the database is open: a fork waits for its end."""
        with self._reading_ends:
            self._readers += 1
        try:
            yield
        finally:
            with self._reading_ends:
                self._readers -= 1
                self._reading_ends.notify_all()

    def close(self) -> None:
        """Wait for the transaction under way, then let go of the database."""
        with self._between_transactions:
            self._database.close()

    def _too_late(self) -> StoreError:
        return StoreError(
            f"not written within {self._timeout:g} s: another program holds the database's lock, "
            "the disk is not answering, or this server runs no background threads (uWSGI needs "
            "--enable-threads)"
        )

    def _ensure_thread(self, job: _Job) -> None:
        with self._starting:
            if self._thread is not None:
                return
            thread = Thread(target=self._write_while_busy, name="salestrack-writer", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                job.abandoned = True
                raise StoreError(f"no thread can be started to write: {error}") from error
            self._thread = thread

    def _write_while_busy(self) -> None:
        """Write until nothing has come for a while: a tracker nobody uses keeps no thread."""
        try:
            while True:
                try:
                    first = self._queue.get(timeout=_ENDS_AFTER)
                except Empty:
                    with self._starting:
                        if self._queue.empty():
                            self._thread = None
                            return
                    continue
                self._write(first)
        except BaseException:
            self._thread = None  # whatever it was, the next hit starts another
            raise

    def _write(self, first: _Job) -> None:
        """Run all work that waits, in one transaction; each job then has its result or error."""
        jobs = [first]
        self._busy_since = monotonic()
        try:
            # Not between transactions: closing and forking must not wait for other processes.
            self._database.lock()
            with self._between_transactions:
                self._commit(jobs)
        except Exception as error:  # noqa: BLE001  it is raised in each thread that waits
            # Those who came meanwhile would each wait as long for the same answer.
            jobs.extend(self._waiting())
            for job in jobs:
                job.error = _as_store_error(error)
        finally:
            self._database.unlock()
            self._busy_since = None
        for job in jobs:
            job.done.release()

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            try:
                self._transact(self._gathering(jobs), _attempt)
            except _BadJob:
                self._transact(jobs, _attempt_apart)
        except BaseException:
            self._database.close()  # a failed disk may have spoilt what the connection remembers
            raise

    def _transact(
        self, jobs: Iterable[_Job], attempt: Callable[[sqlite3.Connection, _Job], None]
    ) -> None:
        try:
            connection = self._database.begin()
            for job in jobs:
                attempt(connection, job)
            connection.execute("COMMIT")
        finally:
            self._database.rollback()

    def _gathering(self, jobs: list[_Job]) -> Iterator[_Job]:
        """The jobs, and those that come while they are run."""
        yield from jobs
        for job in self._waiting():
            jobs.append(job)
            yield job

    def _waiting(self) -> Iterator[_Job]:
        # Popped one by one: a queue swapped out whole can lose what is added meanwhile.
        while True:
            try:
                yield self._queue.get_nowait()
            except Empty:
                return

    # No SQLite connection may cross a fork: the child's SQLite would believe in locks that the
    # kernel gives to the parent alone.

    def before_fork(self) -> None:
        """Wait for the transaction and the readers under way, and let go of the database."""
        self._between_transactions.acquire()
        self._reading_ends.acquire()
        self._reading_ends.wait_for(lambda: self._readers == 0)
        self._database.close()

    def after_fork_in_parent(self) -> None:
        """Go on; the next transaction opens the database again."""
        self._reading_ends.release()
        self._between_transactions.release()

    def after_fork_in_child(self) -> None:
        """Begin with a thread of its own: the parent's does not exist here."""
        self._start_afresh()
        self._database.close_in_child()


class _BadJob(Exception):
    """A job failed, and perhaps left half of its rows."""


def _attempt(connection: sqlite3.Connection, job: _Job) -> None:
    """Run a job without a savepoint of its own.

    Each statement lets go of the interpreter, and to get it back from busy threads takes longer
    than the statement. So a savepoint around each job is kept for the rare time that one fails.
    """
    if job.abandoned:
        return
    try:
        job.result = job.work(connection)
    except Exception as error:
        raise _BadJob from error


def _attempt_apart(connection: sqlite3.Connection, job: _Job) -> None:
    """Run a job so that it may fail alone."""
    if job.abandoned:
        return
    connection.execute("SAVEPOINT job")
    try:
        job.result = job.work(connection)
    except Exception as error:
        if not connection.in_transaction:
            raise  # SQLite itself rolled everything back, as it does when the disk is full
        connection.execute("ROLLBACK TO job")
        job.error = _as_store_error(error)
    connection.execute("RELEASE job")


def _as_store_error(error: Exception) -> SalesTrackError:
    """An error of its own for each thread that raises it, for a traceback grows with each."""
    if isinstance(error, StoreError):
        own: SalesTrackError = type(error)(*error.args)
    elif isinstance(error, SalesTrackError):
        return error
    else:
        own = StoreError(f"the database failed: {error}")
    own.__cause__ = error
    return own
