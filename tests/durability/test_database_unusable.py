from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.durability.conftest import Open
from tests.durability.host import click_target
from tests.durability.promises import assert_acknowledged, assert_only_tracking_fails, bare_shop
from tests.durability.wire import Request, environ_of
from wsgi_salestrack import Conversion, SalesTrackError

# What makes a database of no use; each returns what takes it away again.
Remedy = Callable[[], object]


def _no_folder(database: Path) -> Remedy:
    database.parent.rmdir()
    return database.parent.mkdir


def _below_a_file(database: Path) -> Remedy:
    database.parent.rmdir()
    database.parent.touch()

    def remedy() -> None:
        database.parent.unlink()
        database.parent.mkdir()

    return remedy


def _a_folder_in_its_place(database: Path) -> Remedy:
    database.mkdir()
    return database.rmdir


def _a_folder_for_the_lock(database: Path) -> Remedy:
    lock = database.with_name("sales.db.lock")
    lock.mkdir()
    return lock.rmdir


def _a_folder_for_the_log(database: Path) -> Remedy:
    log = database.with_name("sales.db-wal")
    log.mkdir()
    return log.rmdir


def _a_link_to_itself(database: Path) -> Remedy:
    database.symlink_to(database)
    return database.unlink


def _a_letter(database: Path) -> Remedy:
    database.write_text("Dear aunt, this is no database. " * 200)
    return database.unlink


def _another_programs_tables(database: Path) -> Remedy:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE conversions (id TEXT, amount REAL)")
    return database.unlink


@pytest.mark.parametrize(
    "break_it",
    [
        _no_folder,
        _below_a_file,
        _a_folder_in_its_place,
        _a_folder_for_the_lock,
        _a_folder_for_the_log,
        _a_link_to_itself,
        _a_letter,
        _another_programs_tables,
    ],
    ids=lambda break_it: break_it.__name__.replace("_", " ").strip(),
)
def test_whatever_ails_the_database_the_shop_goes_on(
    open_shop: Open,
    database: Path,
    caplog: pytest.LogCaptureFixture,
    break_it: Callable[[Path], Remedy],
) -> None:
    """Calls raise below one root, the log tells why, and when the cause is gone all is well."""
    remedy = break_it(database)
    ask, tracker = open_shop(database)

    assert_only_tracking_fails(ask, bare_shop)
    environ = environ_of(Request(target="/"))
    for call in (
        lambda: tracker.record(Conversion(reference="1001"), environ=environ),
        lambda: tracker.record(
            Conversion(reference="1001"), token=click_target().rpartition("/")[2]
        ),
        tracker.report,
        lambda: list(tracker.replay(datetime(2020, 1, 1, tzinfo=UTC))),
        tracker.store.migrate,
    ):
        with pytest.raises(SalesTrackError):
            call()
    tracker.close()
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert {record.name for record in errors} == {"salestrack"}
    assert all(str(database) in record.getMessage() for record in errors)

    remedy()
    assert_acknowledged(ask, database)
