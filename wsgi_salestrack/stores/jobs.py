"""Pieces of work that share a transaction: all by one statement, in turn, or each apart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from itertools import chain
from time import monotonic
from typing import Any, NamedTuple

from ..errors import SalesTrackError, StoreError

Work = Callable[[sqlite3.Connection], Any]


class Insert(NamedTuple):
    """A row that is most likely new, so that it may be inserted together with others.

    :param statement: inserts this many rows; the same function for all rows of a table.
    :param values: of the row.
    :param result: what the work would return, had it inserted the row.
    :param look: finds a row where, for one of so many keys, there is more to do than the insert;
        None: there never is.
    """

    statement: Callable[[int], str]
    values: Sequence[Any]
    result: Any
    look: Callable[[int], str] | None = None
    key: Sequence[Any] = ()


class Job:
    """A piece of work whose thread waits for it.

    :param insert: of the one row that it would write, if all goes as usual.
    """

    __slots__ = ("abandoned", "done", "error", "insert", "result", "since", "work")

    def __init__(self, work: Work, insert: Insert | None = None) -> None:
        self.work = work
        self.insert = insert
        self.since = monotonic()
        self.done = threading.Lock()
        self.done.acquire()
        self.result: Any = None
        self.error: BaseException | None = None
        self.abandoned = False


class BadJob(Exception):
    """A job failed, and perhaps left half of its rows."""


def insert_together(connection: sqlite3.Connection, jobs: Sequence[Job]) -> bool:
    """Insert and commit the rows of all jobs by one statement.

    Each statement lets go of the interpreter, and to get it back from busy threads takes longer
    than the statement. So what is nearly always the case is tried first, in one step.

    :returns: whether it was done. If not, nothing was written: some job has no such row, or one of
        them is not new, and each has to do its own work.
    """
    first = jobs[0].insert
    if first is None:
        return False
    inserts = [job.insert for job in jobs if job.insert is not None and not job.abandoned]
    if len(inserts) < len(jobs) or any(row.statement is not first.statement for row in inserts):
        return False
    values = tuple(chain.from_iterable(row.values for row in inserts))
    keys = [row.key for row in inserts if row.look is not None]
    look = next((row.look for row in inserts if row.look is not None), None)
    try:
        if (
            look is not None
            and connection.execute(look(len(keys)), tuple(chain.from_iterable(keys))).fetchone()
        ):
            return False
        connection.execute(first.statement(len(inserts)), values)
    except sqlite3.OperationalError:
        raise  # the disk or a lock: it would be no different for one after another
    except Exception:  # noqa: BLE001  whose row it was turns out when each does its own work
        return False
    for job, row in zip(jobs, inserts, strict=True):
        job.result = row.result
    return True


def attempt(connection: sqlite3.Connection, job: Job) -> None:
    """Run a job without a savepoint of its own, which would be two more statements.

    :raises BadJob: if it fails, whatever it raised.
    """
    if job.abandoned:
        return
    try:
        job.result = job.work(connection)
    except Exception as error:
        raise BadJob from error


def attempt_apart(connection: sqlite3.Connection, job: Job) -> None:
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
        job.error = as_store_error(error)
    connection.execute("RELEASE job")


def as_store_error(error: Exception) -> SalesTrackError:
    """An error of its own for each thread that raises it, for a traceback grows with each."""
    if isinstance(error, StoreError):
        own: SalesTrackError = type(error)(*error.args)
    elif isinstance(error, SalesTrackError):
        return error
    else:
        own = StoreError(f"the database failed: {error}")
    own.__cause__ = error
    return own
