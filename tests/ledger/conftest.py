"""The databases that the machine runs over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import DatabaseServer
from tests.support.shop import MakeTracker
from wsgi_salestrack import Tracker

# Their assertions show values, as those of the tests do.
pytest.register_assert_rewrite("tests.ledger.machine", "tests.ledger.comparing")


@pytest.fixture(params=["sqlite", "postgresql"])
def tracker(
    request: pytest.FixtureRequest, tmp_path: Path, make_tracker: MakeTracker
) -> Iterator[Tracker]:
    """Of an empty database."""
    if request.param == "sqlite":
        yield make_tracker(database=tmp_path / "sales.db")
        return
    server: DatabaseServer = request.getfixturevalue(request.param)
    with server.fresh_database() as url:
        made = make_tracker(database=url)
        yield made
        made.close()
