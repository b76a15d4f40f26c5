"""Conversions in a SQLite file of their own: WAL and ``synchronous=FULL``, always."""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from ..errors import StoreError
from ..model import Arrival, Click, Outcome, Recorded, Touch
from . import examination, recording, rows, statements
from .base import Finding, Selection, Total
from .group_commit import GroupCommit
from .jobs import Insert
from .writable_file import WritableFile, connect, lock_path

#: Seconds that a hit waits for the database at most.
TIMEOUT = 5.0

# Conversions that a replay reads at a time.
_PAGE = 500

_RECORDED_AT = statements.CONVERSION_COLUMNS.index("recorded_at")


class SQLiteStore:
    """A store in one file, shared by all threads and processes of a machine.

    The tables are made and upgraded when the file is first opened.

    :param path: the file; its folder must exist and be writable, for SQLite and the lock put files
        of their own beside it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        # Absolute, for a server may change its folder later.
        self.path = Path(path).absolute()
        self._file = WritableFile(self.path, TIMEOUT)
        self._writer = GroupCommit(self._file, TIMEOUT)

    def migrate(self) -> list[str]:
        """See :meth:`Store.migrate`; the steps are those this very store took, if any."""
        self._writer.run(_nothing)
        steps, self._file.steps_taken = self._file.steps_taken, []
        return steps

    def record(self, site: str, arrival: Arrival) -> Recorded:
        """See :meth:`Store.record`."""
        values = rows.arrival_values(site, arrival)
        insert = None
        if arrival.conversion.order is None:
            insert = Insert(_insert_conversions, values, recording.as_new(arrival, values[0]))
        return self._writer.run(
            lambda db: recording.record(db.execute, site, arrival, values), insert
        )

    def add_click(self, site: str, click: Click) -> Click:
        """See :meth:`Store.add_click`."""
        insert = Insert(_insert_clicks, rows.click_values(site, click), click)
        return self._writer.run(lambda db: recording.add_click(db.execute, site, click), insert)

    def last_click(self, site: str, touch: Touch, until: datetime) -> datetime | None:
        """See :meth:`Store.last_click`."""
        names = {name: getattr(touch, name) for name in touch.__struct_fields__ if name != "at"}
        parameters = {"site": site, "until": rows.microseconds(until), **names}
        with self._reading() as connection:
            (at,) = connection.execute(statements.SELECT_LAST_CLICK, parameters).fetchone()
        return None if at is None else rows.moment(at)

    def totals(self, site: str, selection: Selection) -> list[Total]:
        """See :meth:`Store.totals`."""
        statement = statements.select_totals(selection)
        with self._reading() as connection:
            found = connection.execute(statement, rows.selection_parameters(site, selection))
            return [rows.total_of(values) for values in found]

    def changed_since(self, site: str, since: datetime) -> Iterator[Recorded]:
        """See :meth:`Store.changed_since`."""
        start = rows.microseconds(since)
        with self._reading() as connection:
            found = connection.execute(statements.SELECT_CHANGED, {"site": site, "since": start})
            ids = array("q", (id for (id,) in found))
        for first in range(0, len(ids), _PAGE):
            # No connection stays open while somebody looks at the page: it would keep the
            # write-ahead log from being folded in, and forks waiting.
            with self._reading() as connection:
                page = list(_load(connection, site, ids[first : first + _PAGE], start))
            yield from page

    def examine(self) -> list[Finding]:
        """See :meth:`Store.examine`."""
        findings = examination.of_surroundings(self.path, lock_path(self.path))
        if any(finding.problem and finding.serious for finding in findings):
            return findings
        findings += self._writer.run(examination.of_writer)
        with self._reading() as connection:
            findings.append(examination.of_content(connection))
        return findings

    def forget_site(self, site: str) -> None:
        """See :meth:`Store.forget_site`."""

        def forget(connection: sqlite3.Connection) -> None:
            for statement in statements.FORGET_SITE:
                connection.execute(statement, {"site": site})

        self._writer.run(forget)

    def close(self) -> None:
        """See :meth:`Store.close`."""
        self._writer.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for a reader, which no writer has to wait for."""
        if not self._file.is_current():
            self._writer.run(_nothing)
        try:
            with self._writer.reading(), closing(connect(self.path, TIMEOUT)) as connection:
                # Closed without the lock: the last connection to close checkpoints, and the one
                # that writes is still open.
                connection.execute("PRAGMA query_only=ON")
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"could not read {self.path}: {error}") from error


def _load(
    connection: sqlite3.Connection, site: str, ids: Iterable[int], start: int
) -> Iterator[Recorded]:
    for id in ids:
        values = connection.execute(statements.SELECT_CONVERSION_BY_ID, {"id": id}).fetchone()
        if values is None:
            continue  # forgotten meanwhile
        outcome: Outcome = "recorded" if values[_RECORDED_AT] >= start else "enriched"
        yield recording.load(connection.execute, site, values, outcome)


def _nothing(connection: sqlite3.Connection) -> None:
    """Work that only sees to it that the file is there and its tables are."""


@cache
def _insert_conversions(count: int) -> str:
    return statements.insert_many("conversions", statements.CONVERSION_COLUMNS, count)


@cache
def _insert_clicks(count: int) -> str:
    return statements.insert_many("clicks", statements.CLICK_COLUMNS, count)
