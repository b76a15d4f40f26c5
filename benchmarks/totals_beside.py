"""The same questions asked in other ways: by the rows, by a covering index, and by DuckDB."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.totals_rows import SITE
from wsgi_salestrack.stores.rows import microseconds

#: Newsletter, currency -> conversions and revenue in minor units.
Sums: TypeAlias = dict[tuple[str | None, str], tuple[int, int]]
#: Since when -> the sums.
Ask: TypeAlias = Callable[[datetime | None], Sums]

_SELECT: Final = (
    "SELECT touch_newsletter, currency, COUNT(*), SUM(revenue) FROM {table} "
    "WHERE site = '{site}' AND cancelled = 0 AND occurred_at >= {since} "
    "GROUP BY touch_newsletter, currency"
)
_INDEX: Final = (
    "CREATE INDEX covering ON conversions "
    "(site, touch_newsletter, currency, cancelled, occurred_at, revenue)"
)
_EXTENSION: Final = "duckdb-extension-sqlite-scanner"


def ask_rows(path: Path) -> Ask:
    """All rows, or by time those of the period: what reports read where there are no totals."""

    def ask(since: datetime | None) -> Sums:
        return _by_sqlite(
            path, "conversions NOT INDEXED" if since is None else "conversions", since
        )

    return ask


def ask_index(path: Path) -> Ask:
    """An index that has all that is asked for; it is made now."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_INDEX)

    def ask(since: datetime | None) -> Sums:
        return _by_sqlite(path, "conversions INDEXED BY covering", since)

    return ask


def ask_duckdb(path: Path) -> Ask | None:
    """DuckDB over the same file; None where it is not installed."""
    try:
        import duckdb  # noqa: PLC0415  an extra

        (extension,) = (
            file for file in files(_EXTENSION) or () if file.name.endswith(".duckdb_extension")
        )
    except (ImportError, PackageNotFoundError):
        return None
    connection: Any = duckdb.connect()
    connection.execute(f"LOAD '{extension.locate()}'")
    connection.execute(f"ATTACH '{path}' AS sales (TYPE sqlite, READ_ONLY)")

    def ask(since: datetime | None) -> Sums:
        found = connection.execute(_statement("sales.conversions", since)).fetchall()
        return _sums(found)

    return ask


def _by_sqlite(path: Path, table: str, since: datetime | None) -> Sums:
    with closing(sqlite3.connect(path)) as connection:
        return _sums(connection.execute(_statement(table, since)).fetchall())


def _statement(table: str, since: datetime | None) -> str:
    first = -(2**62) if since is None else microseconds(since)
    return _SELECT.format(table=table, site=SITE, since=first)


def _sums(found: list[Any]) -> Sums:
    return {
        (newsletter, currency): (int(count), int(revenue))
        for newsletter, currency, count, revenue in found
    }


WAYS: Final[Mapping[str, Callable[[Path], Ask | None]]] = {
    "the rows": ask_rows,
    "a covering index": ask_index,
    "DuckDB": ask_duckdb,
}
