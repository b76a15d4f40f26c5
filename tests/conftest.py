"""What tests of every kind use: a clock, trackers, and a real server for them."""

from __future__ import annotations

import os
import weakref
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import Browser
from tests.support.clock import ManualClock
from tests.support.galera import GaleraCluster, galera_cluster
from tests.support.mariadb import MariaDB, MariaDBInstallation, mariadb_installation
from tests.support.postgresql import PostgreSQL, PostgreSQLInstallation, postgresql_installation
from tests.support.receivers import Listen, Receivers
from tests.support.required import need_galera, need_mariadb, need_postgresql
from tests.support.server import Serve, serving
from tests.support.shop import SECRET, MakeTracker, Visit, page
from wsgi_salestrack import Config, SalesTrackMiddleware, Tracker, signals

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


# Of the terminal that runs the tests; tables would be as wide as that.
os.environ.pop("COLUMNS", None)


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """For ``-n auto``: three for two processors, since many tests wait for disks and servers."""
    return (yield) * 3 // 2


@pytest.fixture(autouse=True)
def nobody_listens_any_more() -> Iterator[None]:
    """Receivers do not hear of the next test: a snippet's own globals keep them."""
    yield
    for signal in signals.ALL:
        for kept in [*signal.receivers.values()]:
            receiver = kept() if isinstance(kept, weakref.ref) else kept
            if receiver is not None:
                signal.disconnect(receiver)


@pytest.fixture
def clock() -> ManualClock:
    """The time of all trackers of a test: noon, until the test lets it pass."""
    return ManualClock()


@pytest.fixture
def make_tracker(tmp_path: Path, clock: ManualClock) -> Iterator[MakeTracker]:
    """Makes trackers from keys of the configuration; those of a test share a database."""
    with ExitStack() as stack:

        def make(**keys: Any) -> Tracker:
            defaults = {
                "secret_keys": [SECRET],
                "database": tmp_path / "sales.db",
                "targets": {1: "Sale"},
            }
            tracker = Tracker(Config(**{**defaults, **keys}), clock=clock)
            stack.callback(tracker.close)
            return tracker

        yield make


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A tracker as it is by default, with one target."""
    return make_tracker()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves applications until the end of a test, each on a port of its own."""
    with ExitStack() as stack:

        def start(application: WSGIApplication, *, https: bool = False) -> int:
            return stack.enter_context(serving(application, https=https))

        yield start


@pytest.fixture
def visit(serve: Serve) -> Visit:
    """Gives a new visitor of the shop that a tracker is mounted into."""
    ports: dict[tuple[int, bool], int] = {}

    def come(
        tracker: Tracker, application: WSGIApplication = page, *, https: bool = False
    ) -> Browser:
        key = (id(tracker), https)
        if key not in ports:
            ports[key] = serve(SalesTrackMiddleware(application, tracker), https=https)
        return Browser(ports[key])

    return come


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Connects a receiver to every signal of a sender until the end of a test."""
    with ExitStack() as stack:

        def connect(sender: object) -> Receivers:
            receivers = Receivers(sender)
            stack.callback(receivers.disconnect)
            return receivers

        yield connect


@pytest.fixture(scope="session")
def installed_postgresql() -> Iterator[PostgreSQLInstallation]:
    """Starts PostgreSQL servers."""
    need_postgresql()
    with postgresql_installation() as installation:
        yield installation


@pytest.fixture(scope="session")
def postgresql(installed_postgresql: PostgreSQLInstallation) -> Iterator[PostgreSQL]:
    """The server that all tests share: let it run, and use fresh databases."""
    with installed_postgresql.server() as server:
        yield server


@pytest.fixture
def own_postgresql(installed_postgresql: PostgreSQLInstallation) -> Iterator[PostgreSQL]:
    """A server of the test's own, to stop, kill and start as it likes."""
    with installed_postgresql.server() as server:
        yield server


@pytest.fixture(scope="session")
def installed_mariadb() -> Iterator[MariaDBInstallation]:
    """Starts MariaDB servers."""
    need_mariadb()
    with mariadb_installation() as installation:
        yield installation


@pytest.fixture(scope="session")
def mariadb(installed_mariadb: MariaDBInstallation) -> Iterator[MariaDB]:
    """The server that all tests share: let it run, and use fresh databases."""
    with installed_mariadb.server() as server:
        yield server


@pytest.fixture
def own_mariadb(installed_mariadb: MariaDBInstallation) -> Iterator[MariaDB]:
    """A server of the test's own, to stop, kill and start as it likes."""
    with installed_mariadb.server() as server:
        yield server


@pytest.fixture
def galera(installed_mariadb: MariaDBInstallation) -> Iterator[GaleraCluster]:
    """Three nodes of the test's own."""
    need_galera()
    with galera_cluster(installed_mariadb) as cluster:
        yield cluster
