"""What a database file holds, read with nothing of the library."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any


def read(database: Path, statement: str) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(statement).fetchall()


def references(database: Path) -> Counter[str]:
    """How often each reference is recorded."""
    return Counter(
        reference for (reference,) in read(database, "SELECT reference FROM conversions")
    )


def assert_whole(database: Path) -> None:
    """SQLite itself finds no fault with the file."""
    assert read(database, "PRAGMA integrity_check") == [("ok",)]
