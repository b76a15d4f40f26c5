"""Every row of a site, whatever the database, as text."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.stores.sqlite import SQLiteStore


def dump(store: Store, site: str) -> str:
    """All that the tables hold of a site."""
    found = _of_file(store, site) if isinstance(store, SQLiteStore) else _of_engine(store, site)
    # A database may give the same rows in another order the next time.
    ordered = [sorted(rows, key=repr) for rows in found]
    return json.dumps(ordered, ensure_ascii=False, default=str)


def _of_file(store: SQLiteStore, site: str) -> list[Any]:
    with closing(sqlite3.connect(store.path)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%site TEXT%'"
        ).fetchall()
        return [
            connection.execute(f"SELECT * FROM {name} WHERE site = ?", (site,)).fetchall()  # noqa: S608
            for (name,) in found
        ]


def _of_engine(store: Any, site: str) -> list[Any]:
    from sqlalchemy import MetaData, select  # noqa: PLC0415  it may not be installed

    metadata = MetaData()
    metadata.reflect(store.engine)
    with store.engine.connect() as connection:
        return [
            [tuple(row) for row in connection.execute(select(table).where(table.c.site == site))]
            for table in metadata.sorted_tables
            if "site" in table.c
        ]
