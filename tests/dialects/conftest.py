"""Databases, and shops that take an order by every dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.databases import DatabaseServer
from tests.support.dialects import KEYS, TAMPER_KEY, Shop
from tests.support.shop import MakeTracker, Visit

# Their assertions show values, as those of the tests do.
pytest.register_assert_rewrite("tests.dialects.machine", "tests.dialects.totals")

MakeShop = Callable[..., Shop]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """An empty one."""
    if request.param == "sqlite":
        yield tmp_path / "sales.db"
        return
    server: DatabaseServer = request.getfixturevalue(request.param)
    with server.fresh_database() as url:
        yield url


@pytest.fixture
def make_shop(make_tracker: MakeTracker, visit: Visit) -> MakeShop:
    """Opens a shop over real HTTP, for a visitor of a newsletter and of a publisher."""

    def make(**keys: object) -> Shop:
        tracker = make_tracker(**{**KEYS, **keys})
        signing = make_tracker(**{**KEYS, **keys, "tamper_keys": [TAMPER_KEY]})
        hero = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11", link="hero")
        visitor, signer = visit(tracker), visit(signing)
        visitor.get(hero)
        visitor.get(tracker.click_url("/p/socks", publisher="p7"))
        signer.cookies = visitor.cookies
        return Shop(tracker, visitor, signer, hero.rpartition("/")[2])

    return make
