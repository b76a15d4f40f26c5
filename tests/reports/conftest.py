"""A store for the reports to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from wsgi_salestrack.stores.sqlite import SQLiteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    """An empty one."""
    with closing(SQLiteStore(tmp_path / "sales.db")) as made:
        yield made
