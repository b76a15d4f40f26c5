from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.stores.conftest import OpenStore
from tests.stores.contract import StoreContract
from tests.stores.contract.life import LifeContract
from tests.stores.contract.snapshots import SnapshotsContract
from tests.stores.sqlalchemy.conftest import fresh_url
from tests.support.databases import DatabaseServer
from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

# A database that tests share, and a store that has been used before.
Shared = tuple[str, SQLAlchemyStore]
Share = Callable[[str, DatabaseServer | None], Shared]


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Share]:
    """Gives what the tests on one kind of database share.

    A new database takes time, and so does a new store: each asks which tables there are, and
    compiles its statements anew.
    """
    shared: dict[str, Shared] = {}
    with ExitStack() as stack:

        def of_kind(kind: str, server: DatabaseServer | None) -> Shared:
            if kind not in shared:
                path = tmp_path_factory.mktemp("shared") / "sales.db"
                url = stack.enter_context(fresh_url(server, path))
                shared[kind] = url, stack.enter_context(closing(SQLAlchemyStore(url)))
            return shared[kind]

        yield of_kind


@pytest.fixture
def alone(request: pytest.FixtureRequest, *, with_log: bool) -> bool:
    """Whether it is about the life of a database, which is then empty; others have a site."""
    return with_log or hasattr(LifeContract, request.function.__name__)


@pytest.fixture
def with_log(request: pytest.FixtureRequest) -> bool:
    """Whether SQLite's file has a write-ahead log, without which there are no snapshots."""
    return hasattr(SnapshotsContract, request.function.__name__)


@pytest.fixture
def url(
    kind: str,
    server: DatabaseServer | None,
    path: Path,
    share: Share,
    *,
    alone: bool,
    with_log: bool,
) -> Iterator[str]:
    """An empty database for what is about its life, one that others use as well for all else."""
    if with_log and server is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    if alone:
        with fresh_url(server, path) as fresh:
            yield fresh
    else:
        yield share(kind, server)[0]


@pytest.fixture
def store(
    kind: str, server: DatabaseServer | None, share: Share, alone: bool, open_store: OpenStore
) -> Store:
    """A new store for what is about its life, one that others use as well for all else."""
    return open_store() if alone else share(kind, server)[1]


class TestSQLAlchemyStore(StoreContract):
    """It holds the contract, the same for each database."""
