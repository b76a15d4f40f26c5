from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.stores.contract import StoreContract
from tests.stores.contract.life import LifeContract
from tests.support.databases import DatabaseServer


@pytest.fixture(scope="module")
def shared_url() -> Iterator[Callable[[DatabaseServer], str]]:
    """A server's database that many tests share."""
    urls: dict[DatabaseServer, str] = {}
    with ExitStack() as stack:

        def url_on(server: DatabaseServer) -> str:
            if server not in urls:
                urls[server] = stack.enter_context(server.fresh_database())
            return urls[server]

        yield url_on


@pytest.fixture
def url(
    server: DatabaseServer | None,
    path: Path,
    shared_url: Callable[[DatabaseServer], str],
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    """An empty database for what is about its life.

    All else has a site of its own, and a database that others use as well takes less time.
    """
    if server is None:
        yield f"sqlite:///{path}"
    elif hasattr(LifeContract, request.function.__name__):
        with server.fresh_database() as fresh:
            yield fresh
    else:
        yield shared_url(server)


class TestSQLAlchemyStore(StoreContract):
    """It holds the contract, the same for each database."""
