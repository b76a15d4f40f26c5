from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.stores.conftest import OpenStore
from tests.stores.contract import StoreContract
from wsgi_salestrack.stores.sqlite import SQLiteStore


@pytest.fixture
def open_store(path: Path) -> Iterator[OpenStore]:
    """Opens the test's own file."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(SQLiteStore(path)))


class TestSQLiteStore(StoreContract):
    """It holds the contract."""
