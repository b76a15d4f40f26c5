"""The bare shop, to compare with, and shops with salestrack behind a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.durability.host import DATABASE, make_tracker, shop
from tests.durability.servers import Server, gunicorn
from tests.durability.wire import Ask, through_wsgi
from wsgi_salestrack import SalesTrackMiddleware, Tracker

# Their assertions show values, as those of the tests do.
pytest.register_assert_rewrite("tests.durability.promises", "tests.durability.sales")

Open = Callable[..., tuple[Ask, Tracker]]
Start = Callable[..., Server]


@pytest.fixture(scope="session")
def bare_server() -> Iterator[Server]:
    """The shop without salestrack."""
    with gunicorn("bare") as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For the database alone, so that a test may take it away."""
    folder = tmp_path.resolve() / "sales"
    folder.mkdir()
    return folder


@pytest.fixture
def database(folder: Path) -> Path:
    """Where the database is to be; nothing is there yet."""
    return folder / "sales.db"


@pytest.fixture
def start(database: Path) -> Iterator[Start]:
    """Starts servers of the shop with salestrack; keywords are gunicorn()'s."""
    with ExitStack() as stack:

        def start_one(**keywords: Any) -> Server:
            environment = {DATABASE: str(database)}
            return stack.enter_context(gunicorn("tracked", environment=environment, **keywords))

        yield start_one


@pytest.fixture
def open_shop() -> Iterator[Open]:
    """Opens shops with salestrack in this process; arguments are those of make_tracker()."""
    with ExitStack() as stack:

        def open_one(database: Path | None, **keys: Any) -> tuple[Ask, Tracker]:
            tracker = make_tracker(database, **keys)
            stack.callback(tracker.close)
            return through_wsgi(SalesTrackMiddleware(shop, tracker)), tracker

        yield open_one
