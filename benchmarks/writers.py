"""Two ways to write a conversion inside the shop's process: ours, and one commit for each row."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import apps
from benchmarks.errors import BenchmarkError
from wsgi_salestrack import Conversion, Money, Touch

#: Writes a row under a reference that nobody else uses; returns when it is committed.
Write = Callable[[str], object]

#: Called by each thread, with a number of its own: gives it something to write with.
OpenWriter = Callable[[int], Write]

# Seconds a plain writer waits for the lock. Long: one that gave up would leave the others faster.
_BUSY_TIMEOUT = 120.0


def salestrack_writers(database: Path) -> OpenWriter:
    """Record through one tracker, which all threads of the process share."""
    tracker = apps.tracker(str(database))
    touch = Touch(at=datetime.now(UTC), contact="c81", newsletter="2026-11", link="hero")

    def write(reference: str) -> None:
        revenue = Money("49.95", "USD")
        conversion = Conversion(reference=reference, revenue=revenue, quantity=2)
        recorded = tracker.record(conversion, touch=touch)
        if recorded.outcome != "recorded":
            raise BenchmarkError(f"the conversion {reference} was {recorded.outcome}")

    return lambda _thread: write


class PlainWriters:
    """Insert through plain sqlite3, each thread with a connection of its own.

    :param database: as :func:`copy_shape` made it.
    """

    def __init__(self, database: Path) -> None:
        self._database = database

    def __call__(self, thread: int) -> Write:
        """Open a connection with the same durability as ours."""
        connection = sqlite3.connect(self._database, timeout=_BUSY_TIMEOUT, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        example = connection.execute("SELECT * FROM example")
        columns = [name for name, *_rest in example.description]
        values = dict(zip(columns, example.fetchone(), strict=True))
        places = ", ".join(f":{column}" for column in columns)
        statement = f"INSERT INTO conversions ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # our own columns

        def write(reference: str) -> None:
            connection.execute("BEGIN IMMEDIATE")
            # Time-ordered, as ours are, and another one in each thread.
            values["id"] = time.time_ns() // 64 * 64 + thread
            values["dedupe_key"] = values["reference"] = reference
            connection.execute(statement, values)
            connection.execute("COMMIT")

        return write


def copy_shape(recorded: Path, database: Path) -> None:
    """Make a database with the same table of conversions, its indexes, and one row as example.

    Without our triggers: whoever writes rows into one table keeps no totals of them.

    :param recorded: a database in which salestrack has recorded at least one conversion.
    """
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("ATTACH ? AS recorded", (str(recorded),))
        definitions = connection.execute(
            "SELECT sql FROM recorded.sqlite_master WHERE tbl_name = 'conversions' "
            "AND type IN ('table', 'index') AND sql NOT NULL"
        )
        for (definition,) in definitions.fetchall():
            connection.execute(definition)
        connection.execute("CREATE TABLE example AS SELECT * FROM recorded.conversions LIMIT 1")
        connection.commit()
