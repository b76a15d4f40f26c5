"""The databases that the tests of this folder run over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.stores.conftest import OpenStore
from tests.support.databases import DatabaseServer
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

DATABASES = ("sqlite", "postgresql", "mariadb")


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database it is."""
    return str(request.param)


@pytest.fixture
def server(kind: str, request: pytest.FixtureRequest) -> DatabaseServer | None:
    """The server behind the database; none for SQLite."""
    if kind == "sqlite":
        return None
    found: DatabaseServer = request.getfixturevalue(kind)
    return found


@contextmanager
def fresh_url(server: DatabaseServer | None, path: Path) -> Iterator[str]:
    """An empty database: on a server, or for SQLite in a file."""
    if server is None:
        yield f"sqlite:///{path}"
    else:
        with server.fresh_database() as fresh:
            yield fresh


@pytest.fixture
def url(server: DatabaseServer | None, path: Path) -> Iterator[str]:
    """A database that is empty, and the test's own."""
    with fresh_url(server, path) as fresh:
        yield fresh


@pytest.fixture
def open_store(url: str) -> Iterator[OpenStore]:
    """Opens the test's own database."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(SQLAlchemyStore(url)))
