"""Buyers of a segment who wait in a file until somebody looks at them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest

from tests.stores.values import NOON, arrival
from wsgi_salestrack import StoreError, Touch
from wsgi_salestrack.selecting import Segment
from wsgi_salestrack.stores import segments
from wsgi_salestrack.stores.sqlite import SQLiteStore

SITE = "default"
ALL = Segment(currency="USD", now=NOON, timezone=UTC)


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SQLiteStore]:
    """Of its three buyers no more than one waits in memory."""
    monkeypatch.setattr(segments, "_IN_MEMORY", 1)
    with closing(SQLiteStore(path)) as made:
        for contact in ("a\n", "b\N{LINE SEPARATOR}", "c"):
            made.record(SITE, arrival(contact, touch=Touch(contact=contact)))
        yield made


def test_the_file_has_no_name(
    store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody finds it, and nothing is left when the process is killed."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    buyers = store.buyers(SITE, ALL)
    first = next(buyers)

    assert list(folder.iterdir()) == []
    assert [first.contact, *(buyer.contact for buyer in buyers)] == [
        *("a\n", "b\N{LINE SEPARATOR}", "c"),
    ]


def test_where_there_is_no_room_the_error_says_where(
    store: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not the database that failed, and that can be read as before."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(StoreError, match=r"segment could not be kept .* set TMPDIR to another"):
        next(store.buyers(SITE, ALL))

    monkeypatch.undo()
    assert len(list(store.buyers(SITE, ALL))) == 3
