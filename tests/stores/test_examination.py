from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.stores.values import arrival
from wsgi_salestrack.stores.sqlite import SQLiteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "instance" / "sales.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """One whose folder is still missing."""
    with closing(SQLiteStore(path)) as made:
        yield made


def problems(store: SQLiteStore) -> list[str]:
    """What has to be mended."""
    return [finding.problem for finding in store.examine() if finding.problem and finding.serious]


def test_the_durability_of_the_connection_that_writes_is_examined(
    store: SQLiteStore, path: Path
) -> None:
    """Its very settings, and that the file is whole."""
    path.parent.mkdir()

    subjects = " ".join(finding.subject for finding in store.examine())

    assert "journal_mode=wal" in subjects
    assert "synchronous=2" in subjects
    assert "foreign_keys=1" in subjects
    assert "whole" in subjects
    assert str(path) in subjects
    assert sqlite3.sqlite_version in subjects
    assert problems(store) == []


def test_a_missing_folder_comes_with_the_command_that_makes_it(
    store: SQLiteStore, path: Path
) -> None:
    """And nothing is made by examining."""
    (problem,) = problems(store)

    assert f"mkdir -p {path.parent}" in problem
    assert not path.parent.exists()


def test_a_folder_in_the_place_of_the_file_is_found(store: SQLiteStore, path: Path) -> None:
    path.mkdir(parents=True)

    (problem,) = problems(store)

    assert "is a folder" in problem


def test_a_damaged_file_is_found(store: SQLiteStore, path: Path) -> None:
    """Before a sale is lost in it."""
    path.parent.mkdir()
    for number in range(50):
        store.record("default", arrival(str(number)))
    store.close()
    content = bytearray(path.read_bytes())
    content[3 * 4096 : 6 * 4096] = b"\x55" * (3 * 4096)
    path.write_bytes(content)

    (problem,) = problems(store)

    assert "restore it from a backup" in problem
