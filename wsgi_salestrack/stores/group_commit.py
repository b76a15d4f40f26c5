"""One thread per process writes; whoever waits at the same time shares its commit.

A commit under ``synchronous=FULL`` waits for the disk, so a transaction holds all the rows that
arrived while the last one waited. A bad row fails alone: then all are run again, each in a
savepoint. A thread of its own, rather than whichever request comes first, because then nobody
waits for longer than the time-out, even while another process keeps the lock.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from time import monotonic, sleep
from typing import Protocol, TypeVar

from ..errors import StoreError
from .forking import notice_forks, tell_of_forks
from .jobs import BadJob, Insert, Job, as_store_error, attempt, attempt_apart, insert_together

Result = TypeVar("Result")

# Seconds without work after which the thread ends.
_ENDS_AFTER = 5.0

# Pieces of work that nobody waits for, while the database is locked.
_MOST_SUBMITTED = 1000

# Rows in one statement, after the first; SQLite takes 32,766 values.
_MOST_TOGETHER = 99


class Database(Protocol):
    """What the writer writes to; it is used by one thread at a time."""

    def open_lock(self) -> None:
        """Make ready to wait for the lock, where that is still to be done."""

    def lock(self) -> None:
        """Wait for other processes, as long as they please."""

    def connection(self) -> sqlite3.Connection:
        """The connection that writes, in no transaction; called under the lock."""

    def rollback(self) -> None:
        """Undo what is uncommitted, if anything."""

    def unlock(self) -> None:
        """Let other processes write."""

    def close(self) -> None:
        """Let go of the connection, without waiting for anybody."""

    def close_in_child(self) -> None:
        """Let go of what was inherited by a fork, without touching the parent's."""

    def explain(self, error: Exception) -> Exception:
        """The error in words that name the database and the remedy."""


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
        # Looked up now: see _notice.
        self._lock_type = threading.Lock
        self._queue: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._between_transactions = threading.Lock()
        self._busy_since: float | None = None

    def _notice(self) -> None:
        """Begin afresh where threads are not what they were.

        After a fork that nobody told of; and where gevent has replaced them since, as a worker of
        gunicorn does after ``--preload``: an old lock would stop all greenlets.
        """
        notice_forks()
        if self._lock_type is not threading.Lock:
            self._start_afresh()

    def run(
        self, work: Callable[[sqlite3.Connection], Result], insert: Insert | None = None
    ) -> Result:
        """What ``work`` returned, once it is committed.

        :param work: is run in a transaction, and again in another one where the first failed.
        :param insert: the row that it would write, if that is all; then this is tried first.
        :raises StoreError: if it could not be committed in time. Then it is not acknowledged; it
            may still have been written, where the disk itself was what kept us waiting.
        """
        self._notice()
        busy_since = self._busy_since
        if busy_since is not None and monotonic() - busy_since > self._timeout:
            raise self._too_late()  # for this one it would be no different
        job = Job(work, insert)
        self._queue.put(job)
        self._ensure_thread(job)
        if not job.done.acquire(timeout=self._timeout):
            job.abandoned = True
            raise self._too_late()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[no-any-return]  # what this very work returned

    def submit(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Run a piece of work soon; nobody waits for it, nor hears if it fails.

        While much is waiting already, it is left out.
        """
        self._notice()
        if self._queue.qsize() < _MOST_SUBMITTED:
            job = Job(work)
            self._queue.put(job)
            self._ensure_thread(job)

    def close(self) -> None:
        """Wait for the transaction under way, then let go of the database."""
        self._notice()
        with self._between_transactions:
            self._database.close()

    def _too_late(self) -> StoreError:
        return StoreError(
            f"not written within {self._timeout:g} s: another program holds the database's lock, "
            "the disk is not answering, or this server runs no background threads (uWSGI needs "
            "--enable-threads)"
        )

    def _ensure_thread(self, job: Job) -> None:
        with self._starting:
            if self._thread is not None:
                return
            thread = threading.Thread(
                target=self._write_while_busy, name="salestrack-writer", daemon=True
            )
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
                except queue.Empty:
                    with self._starting:
                        if self._queue.empty():
                            self._thread = None
                            return
                    continue
                self._write(first)
        except BaseException:
            self._thread = None  # whatever it was, the next hit starts another
            raise

    def _write(self, first: Job) -> None:
        """Run all work that waits, in one transaction; each job then has its result or error."""
        jobs = [first]
        self._busy_since = monotonic()
        try:
            with self._between_transactions:
                self._database.open_lock()
            # Closing and forking must not wait for other processes.
            self._database.lock()
            with self._between_transactions:
                self._commit(jobs)
        except Exception as error:  # noqa: BLE001  it is raised in each thread that waits
            # Those who came meanwhile would each wait as long for the same answer.
            jobs.extend(self._waiting())
            for job in jobs:
                job.error = as_store_error(self._database.explain(error))
        finally:
            self._database.unlock()
            self._busy_since = None
        for job in jobs:
            job.done.release()
        sleep(0)  # other processes' turn: who takes a lock again at once keeps them waiting

    def _commit(self, jobs: list[Job]) -> None:
        try:
            connection = self._database.connection()
            jobs.extend(islice(self._waiting(), _MOST_TOGETHER))
            # One statement waits for other programs with all of its rows, for 0.8 of the time-out:
            # after that somebody who came long ago may have given his up.
            waited = monotonic() - jobs[0].since
            if waited < 0.1 * self._timeout and insert_together(connection, jobs):
                return
            try:
                self._transact(connection, self._gathering(jobs), attempt)
            except BadJob:
                self._transact(connection, jobs, attempt_apart)
        except BaseException:
            self._database.close()  # a failed disk may have spoilt what the connection remembers
            raise

    def _transact(
        self,
        connection: sqlite3.Connection,
        jobs: Iterable[Job],
        attempt: Callable[[sqlite3.Connection, Job], None],
    ) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                attempt(connection, job)
            connection.execute("COMMIT")
        finally:
            self._database.rollback()

    def _gathering(self, jobs: list[Job]) -> Iterator[Job]:
        """The jobs, and those that come while they are run."""
        yield from jobs
        for job in self._waiting():
            jobs.append(job)
            yield job

    def _waiting(self) -> Iterator[Job]:
        # Popped one by one: a queue swapped out whole can lose what is added meanwhile.
        while True:
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return

    # No SQLite connection may cross a fork: the child's SQLite would believe in locks that the
    # kernel gives to the parent alone.

    def before_fork(self) -> None:
        """Wait for the transaction under way, and let go of the database."""
        self._between_transactions.acquire()
        self._database.close()

    def after_fork_in_parent(self) -> None:
        """Go on; the next transaction opens the database again."""
        self._between_transactions.release()

    def after_fork_in_child(self) -> None:
        """Begin with a thread of its own: the parent's does not exist here."""
        self._start_afresh()
        self._database.close_in_child()
