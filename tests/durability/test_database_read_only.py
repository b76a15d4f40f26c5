from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.durability.host import DATABASE, make_tracker
from tests.durability.promises import assert_only_tracking_fails, await_recovery
from tests.durability.sales import assert_whole, references
from tests.durability.servers import Server, gunicorn
from wsgi_salestrack import Conversion

NOBODY = "65534"


@pytest.fixture
def database() -> Iterator[Path]:
    """Where somebody else may come as well: pytest's own folders are closed to others."""
    with tempfile.TemporaryDirectory(prefix="salestrack-") as name:
        Path(name).chmod(0o755)
        folder = Path(name).resolve() / "sales"
        folder.mkdir()
        yield folder / "sales.db"
        folder.chmod(0o755)


@contextmanager
def _serving_as_somebody_else(database: Path) -> Iterator[Server]:
    """A server whom the rights of files mean something; to root they mean nothing."""
    options = ["--preload", "--user", NOBODY, "--group", NOBODY] if os.geteuid() == 0 else []
    with gunicorn("tracked", environment={DATABASE: str(database)}, options=options) as server:
        yield server


def _make(database: Path) -> None:
    with closing(make_tracker(database)) as tracker:
        tracker.record(Conversion(reference="before"))


def test_a_folder_that_may_not_be_written_costs_the_shop_nothing(
    database: Path, bare_server: Server
) -> None:
    """No database can be made in it, until somebody gives it to the server."""
    database.parent.chmod(0o555)
    with _serving_as_somebody_else(database) as server:
        assert_only_tracking_fails(server.ask, bare_server.ask)
        assert list(database.parent.iterdir()) == []
        assert "ERROR of salestrack: " in server.logged

        database.parent.chmod(0o777)
        with server.each_worker() as workers:
            for ask in workers:
                await_recovery(ask, database)
    assert_whole(database)


def test_a_database_that_may_only_be_read_costs_the_shop_nothing(
    database: Path, bare_server: Server
) -> None:
    """SQLite opens such a file without a word, and fails when it is to write."""
    _make(database)
    for file in database.parent.iterdir():
        if file != database:
            file.unlink()
    database.chmod(0o444)
    database.parent.chmod(0o777)
    with _serving_as_somebody_else(database) as server:
        assert_only_tracking_fails(server.ask, bare_server.ask)
        assert references(database) == {"before": 1}
        assert "ERROR of salestrack: " in server.logged

        database.chmod(0o666)
        with server.each_worker() as workers:
            for ask in workers:
                await_recovery(ask, database)
    assert references(database)["before"] == 1
    assert_whole(database)


def test_a_read_only_copy_of_everything_costs_the_shop_nothing(
    database: Path, bare_server: Server
) -> None:
    """Neither the file, nor the lock, nor the folder may be written."""
    _make(database)
    for file in database.parent.iterdir():
        file.chmod(0o444)
    database.parent.chmod(0o555)
    with _serving_as_somebody_else(database) as server:
        assert_only_tracking_fails(server.ask, bare_server.ask)
        assert "ERROR of salestrack: " in server.logged

        database.parent.chmod(0o777)
        for file in database.parent.iterdir():
            file.chmod(0o666)
        with server.each_worker() as workers:
            for ask in workers:
                await_recovery(ask, database)
    assert references(database)["before"] == 1
    assert_whole(database)
