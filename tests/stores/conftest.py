"""What the tests of every store share; ``open_store`` is each test module's own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from wsgi_salestrack.stores.base import Store

# The contract's asserts explain themselves as those of a test module do.
pytest.register_assert_rewrite("tests.stores.contract")

OpenStore = Callable[[], Store]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's own SQLite file is to be."""
    return tmp_path / "sales.db"


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """A store whose database is empty."""
    return open_store()


@pytest.fixture
def site() -> str:
    """The name of a shop that no other test knows."""
    return f"shop-{secrets.token_hex(4)}"
