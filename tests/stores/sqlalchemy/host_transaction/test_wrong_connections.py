"""What is no connection, or one to another database, is refused before anything is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.stores.sqlalchemy.host_transaction.conftest import FILE
from tests.stores.sqlalchemy.host_transaction.sales import sale
from wsgi_salestrack import BadValue, StoreError, Tracker
from wsgi_salestrack.stores.sqlite import SQLiteStore


def test_what_takes_no_sql_is_refused(tracker: Tracker, engine: Engine) -> None:
    """The error says what is wanted."""
    for wrong in ("shop.db", 7, engine):
        with pytest.raises(BadValue, match="connection"):
            tracker.record(sale(), connection=wrong)


def test_a_closed_connection_is_told_as_every_failure(tracker: Tracker, engine: Engine) -> None:
    """So ``errors_logged`` keeps it from the customer; the shop's own commit will fail as well."""
    connection = engine.connect()
    connection.close()
    with closing(engine.raw_connection()) as raw:
        cursor = raw.cursor()
        cursor.close()
        for closed in (connection, cursor):
            with pytest.raises(StoreError, match="the database failed"):
                tracker.record(sale(), connection=closed)


@pytest.mark.parametrize("kind", [FILE], indirect=True)
def test_a_connection_to_another_file_is_refused(tracker: Tracker, tmp_path: Path) -> None:
    """The sale would be kept where no report finds it."""
    elsewhere = tmp_path / "elsewhere.db"
    with closing(SQLiteStore(elsewhere)) as other:
        other.migrate()
    with closing(sqlite3.connect(elsewhere)) as connection:
        with pytest.raises(BadValue, match=r"elsewhere\.db, not to .*sales\.db"):
            tracker.record(sale(), connection=connection)
        connection.commit()

    with closing(SQLiteStore(elsewhere)) as other:
        assert (
            list(other.changed_since(tracker.config.site, tracker.now().replace(year=2000))) == []
        )
