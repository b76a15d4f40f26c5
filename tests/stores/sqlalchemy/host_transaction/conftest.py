"""Shops that hold a transaction of their own, over each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from tests.stores.sqlalchemy.conftest import DATABASES, fresh_url
from tests.stores.sqlalchemy.host_transaction.hosts import HOSTS, Host
from tests.stores.sqlalchemy.host_transaction.sales import make_tables
from tests.support.databases import DatabaseServer, execute
from tests.support.shop import MakeTracker
from wsgi_salestrack import Tracker

FILE = "file"  # SQLite without SQLAlchemy, of which the shop holds a connection of its own

TakeOrder = Callable[[], Host]


@pytest.fixture(params=[*DATABASES, FILE])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database it is, and which of our stores."""
    return str(request.param)


@pytest.fixture
def server(kind: str, request: pytest.FixtureRequest) -> DatabaseServer | None:
    """The server behind the database; none for SQLite."""
    if kind in ("sqlite", FILE):
        return None
    found: DatabaseServer = request.getfixturevalue(kind)
    return found


@pytest.fixture(scope="session")
def shared_url() -> Iterator[Callable[[DatabaseServer], str]]:
    """A server's database that tests share: to make all tables takes longer than the tests do."""
    urls: dict[DatabaseServer, str] = {}
    with ExitStack() as stack:

        def on(server: DatabaseServer) -> str:
            if server not in urls:
                urls[server] = stack.enter_context(server.fresh_database())
                make_tables(urls[server], urls[server])
            return urls[server]

        yield on


@pytest.fixture
def url(
    kind: str,
    server: DatabaseServer | None,
    path: Path,
    shared_url: Callable[[DatabaseServer], str],
) -> Iterator[str]:
    """The shop's database, with all tables; no order is there, nor a sale of the test's site."""
    if server is None:
        with fresh_url(server, path) as fresh:
            make_tables(path if kind == FILE else fresh, fresh)
            yield fresh
    else:
        shared = shared_url(server)
        execute(shared, "DELETE FROM orders")
        yield shared


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The shop's own."""
    made = create_engine(url)
    yield made
    made.dispose()


@pytest.fixture
def tracker(make_tracker: MakeTracker, kind: str, url: str, path: Path, site: str) -> Tracker:
    """A tracker in the shop's database, with a site of its own."""
    return make_tracker(database=path if kind == FILE else url, site=site)


@pytest.fixture(params=HOSTS)
def take_order(request: pytest.FixtureRequest, engine: Engine) -> Iterator[TakeOrder]:
    """Begins a transaction of the shop; one that a failing test left open is rolled back."""
    taken: list[Host] = []

    def take() -> Host:
        taken.append(HOSTS[request.param](engine))
        return taken[-1]

    yield take
    for shop in taken:
        shop.close()
