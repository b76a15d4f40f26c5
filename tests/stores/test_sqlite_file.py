from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.stores.reading import rows
from tests.stores.values import BEFORE_ALL, HERO, NOON, all_of, arrival, click
from wsgi_salestrack import StoreError
from wsgi_salestrack.stores.base import Selection
from wsgi_salestrack.stores.sqlite import SQLiteStore

SITE = "default"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as made:
        yield made


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 999]
)
def test_a_file_that_is_no_database_is_a_store_error_and_is_left_alone(
    store: SQLiteStore, path: Path, content: bytes
) -> None:
    """For reading as for writing; it may be somebody's only copy of something."""
    path.write_bytes(content)

    with pytest.raises(StoreError, match=r"sales\.db"):
        store.record(SITE, arrival())
    with pytest.raises(StoreError, match=r"sales\.db"):
        store.totals(SITE, Selection(by=("day",)))

    assert path.read_bytes() == content


def test_a_folder_that_is_missing_is_named_and_can_be_made_later(tmp_path: Path) -> None:
    """Without a restart."""
    folder = tmp_path / "instance"
    with closing(SQLiteStore(folder / "sales.db")) as store:
        with pytest.raises(StoreError, match="folder must exist"):
            store.record(SITE, arrival())
        with pytest.raises(StoreError):
            list(store.changed_since(SITE, BEFORE_ALL))

        folder.mkdir()

        assert store.record(SITE, arrival()).outcome == "recorded"


def test_a_table_of_somebody_else_s_is_named_with_what_to_do(
    store: SQLiteStore, path: Path
) -> None:
    """Beside a shop's own tables ours need a prefix, and the file stays as it was."""
    with closing(sqlite3.connect(path)) as shop:
        shop.execute("CREATE TABLE products (title TEXT)")

    with pytest.raises(StoreError) as refused:
        store.record(SITE, arrival())

    assert str(refused.value) == (
        f"could not write {path}: table products already exists, and is not salestrack's; give "
        f"salestrack a file of its own, or a URL such as sqlite:///{path}, by which its tables' "
        "names begin with salestrack_"
    )
    with closing(sqlite3.connect(path)) as shop:
        assert shop.execute("SELECT name FROM sqlite_master").fetchall() == [("products",)]


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "sales.db").mkdir()

    with (
        closing(SQLiteStore(tmp_path / "sales.db")) as store,
        pytest.raises(StoreError, match="is a folder"),
    ):
        store.record(SITE, arrival())


@pytest.mark.parametrize("leftovers", ["", "-wal", "-shm"], ids=["all", "wal", "shm"])
def test_a_file_that_was_removed_is_made_anew(
    store: SQLiteStore, path: Path, leftovers: str
) -> None:
    """What is acknowledged from now on is in the file that has the name, not in one without."""
    store.record(SITE, arrival("1"))
    for suffix in {"", "-wal", "-shm"} - ({leftovers} if leftovers else set()):
        path.with_name(path.name + suffix).unlink()

    recorded = store.record(SITE, arrival("2"))

    with closing(SQLiteStore(path)) as other:
        assert all_of(other, SITE) == [recorded]
        assert all_of(store, SITE) == [recorded]


def test_a_relative_path_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may change its folder after it has started."""
    monkeypatch.chdir(tmp_path)
    with closing(SQLiteStore("sales.db")) as store:
        monkeypatch.chdir("/")
        store.record(SITE, arrival())

    assert (tmp_path / "sales.db").is_file()


def test_it_lives_in_a_shops_own_file_beside_its_tables(store: SQLiteStore, path: Path) -> None:
    """And touches none of them."""
    with closing(sqlite3.connect(path)) as shop, shop:
        shop.execute("CREATE TABLE orders (number INTEGER PRIMARY KEY, total TEXT)")
        shop.execute("INSERT INTO orders VALUES (1001, '10.00')")

    store.add_click(SITE, click(HERO))
    store.forget_site(SITE)

    assert rows(path, "SELECT * FROM orders") == [(1001, "10.00")]


def test_tables_of_a_shop_that_are_called_as_ours_are_left_alone(
    store: SQLiteStore, path: Path
) -> None:
    """The error names the table, and none of ours is made."""
    with closing(sqlite3.connect(path)) as shop, shop:
        shop.execute("CREATE TABLE conversions (order_number INTEGER)")

    with pytest.raises(StoreError, match="conversions"):
        store.record(SITE, arrival())

    tables = rows(path, "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    assert tables == [("conversions",)]


def test_readers_change_nothing(store: SQLiteStore, path: Path) -> None:
    """No report writes to the file."""
    store.record(SITE, arrival())
    before = rows(path, "PRAGMA data_version"), path.stat().st_mtime_ns

    all_of(store, SITE)
    store.last_click(SITE, HERO, NOON)
    store.totals(SITE, Selection(by=("day",)))

    assert (rows(path, "PRAGMA data_version"), path.stat().st_mtime_ns) == before


def test_the_log_that_a_long_reader_made_long_becomes_short_again(
    store: SQLiteStore, path: Path
) -> None:
    """While somebody reads nothing of it can be dropped; later it would lie there for ever."""
    log = path.with_name(f"{path.name}-wal")
    store.record(SITE, arrival("first"))
    with closing(sqlite3.connect(path)) as reader, closing(sqlite3.connect(path)) as shop:
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM conversions").fetchone() == (1,)
        shop.execute("CREATE TABLE pictures (picture BLOB)")
        with shop:
            shop.execute("INSERT INTO pictures VALUES (ZEROBLOB(20971520))")
        reader.rollback()
        assert log.stat().st_size > 20 * 2**20

    for reference in "ab":  # one empties the log, and the next begins it anew
        store.record(SITE, arrival(reference))

    assert log.stat().st_size <= 16 * 2**20
