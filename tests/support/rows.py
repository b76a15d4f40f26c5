"""What stands in the tables, read past the library."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from wsgi_salestrack import Tracker

TABLES = ("clicks", "conversions", "lines", "products", "conflicts")


def rows_of(database: Tracker | Path, table: str) -> list[dict[str, Any]]:
    """All rows of a table, in the order of their keys; none where there is no file or table yet.

    :param database: a tracker that stores into a file, or the file.
    """
    path = database.config.database if isinstance(database, Tracker) else database
    assert isinstance(path, Path)
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        if there.fetchone() is None:
            return []
        statement = f"SELECT * FROM {table}"  # noqa: S608  # one of TABLES
        return [dict(row) for row in connection.execute(statement)]


def row_counts(database: Tracker | Path) -> dict[str, int]:
    """How many rows each table has."""
    return {table: len(rows_of(database, table)) for table in TABLES}
