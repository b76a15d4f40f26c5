"""What is told of a database's own copies of deleted rows works as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.privacy.canary import files_with
from tests.stores.conftest import OpenStore
from tests.stores.values import all_of, arrival
from tests.support.databases import DatabaseServer, execute
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

Deleting = Callable[[SQLAlchemyStore], None]


def test_the_commands_for_a_server_are_those_it_takes(
    open_store: OpenStore, url: str, server: DatabaseServer | None
) -> None:
    """VACUUM FULL as the tables' owner, and whatever only an administrator may."""
    if server is None:
        pytest.skip("SQLite's file is written anew by the store itself")
    store = open_store()
    recorded = store.record("default", arrival())

    told = store.scrub(large=False)

    assert told is not None
    commands = re.findall(r"(?:VACUUM|OPTIMIZE|CHECKPOINT|PURGE)[^;]*;", told)
    assert len(commands) == 2
    assert "salestrack_conversions" in commands[0]
    execute(url, commands[0])
    if commands[1].startswith("CHECKPOINT"):
        server.run(commands[1])
    assert all_of(store, "default") == [recorded]


def test_a_sqlite_file_is_written_anew(tmp_path: Path) -> None:
    """Whatever its journal is."""
    path = tmp_path / "sales.db"
    with closing(SQLAlchemyStore(f"sqlite:///{path}")) as store:
        store.record("default", arrival("canary"))
        with store.engine.begin() as connection:
            connection.execute(text("PRAGMA secure_delete=OFF"))
            connection.execute(text("DELETE FROM salestrack_conversions"))
        assert files_with(tmp_path, b"canary")

        assert store.scrub(large=False) is None

        assert files_with(tmp_path, b"canary") == {}
        assert store.record("default", arrival("canary")).outcome == "recorded"
