from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from tests.stores.values import BEFORE_ALL, HERO, NOON, all_of, arrival, click, line, order
from wsgi_salestrack import Conversion, Money, StoreError
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.stores import sqlite
from wsgi_salestrack.stores.base import Selection
from wsgi_salestrack.stores.sqlite import SQLiteStore

SITE = "default"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sales.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as made:
        yield made


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_what_is_kept_has_the_types_of_the_contract(store: SQLiteStore, path: Path) -> None:
    """Minor units with currency and exponent, microseconds, and a reference that is text."""
    store.record(SITE, arrival("12345678", touch=HERO, order=order(), revenue=None))

    assert rows(
        path,
        "SELECT typeof(reference), reference, revenue, currency, exponent, occurred_at, touch_at, "
        "dedupe_key, day, product_id, unit_price "
        "FROM conversions JOIN lines ON lines.conversion = conversions.id",
    ) == [
        (
            "text",
            "12345678",
            1000,
            "USD",
            2,
            1_795_262_400_000_000,
            1_795_258_800_000_000,
            "12345678",
            "2026-11-21",
            "s1",
            1000,
        )
    ]


def test_every_conflict_is_kept_with_the_values_that_lost(store: SQLiteStore, path: Path) -> None:
    """The ones that were replaced, and those that came too late."""
    pixel = arrival(source="target", revenue=Money("9999", "USD"))
    shop = arrival(order=order(line(unit_price=Money("9", "USD"))), revenue=None)
    server = arrival(source="xmlrpc", revenue=Money("9.50", "EUR"))
    ids = {store.record(SITE, each).id for each in (pixel, shop, server)}

    found = rows(path, "SELECT conversion, at, lost FROM conflicts ORDER BY id")

    assert {row[0] for row in found} == ids
    assert {row[1] for row in found} == {1_795_262_400_000_000}
    assert [msgspec.json.decode(str(row[2]), type=Conversion) for row in found] == [
        pixel.conversion,
        server.conversion,
    ]


def test_a_conversion_whose_id_is_taken_gets_another(store: SQLiteStore, path: Path) -> None:
    """Another process may have made the same ones in the same microsecond."""
    next_ids = _take_the_next_ids(store, path, 3)

    recorded = store.record(SITE, arrival("1001", at=BEFORE_ALL))

    assert recorded.outcome == "recorded"
    assert recorded.id == next_ids[-1] + 1
    assert store.record(SITE, arrival("1001")).id == recorded.id
    assert len(all_of(store, SITE)) == 5


def test_ids_that_are_all_taken_are_no_endless_search(store: SQLiteStore, path: Path) -> None:
    """The caller is told, and the next one finds an id."""
    _take_the_next_ids(store, path, 50)

    with pytest.raises(StoreError, match="no free id"):
        store.record(SITE, arrival("1001", at=BEFORE_ALL))

    for _ in range(50):
        with suppress(StoreError):
            store.record(SITE, arrival("1001", at=BEFORE_ALL))
    assert [each.conversion.reference for each in all_of(store, SITE)].count("1001") == 1


def test_a_conflict_whose_id_is_taken_is_kept_as_well(store: SQLiteStore, path: Path) -> None:
    """Nothing that lost is lost without a trace."""
    stored = store.record(SITE, arrival("1001"))
    last = new_id(BEFORE_ALL)
    with closing(sqlite3.connect(path)) as connection, connection:
        for id_ in range(last + 1, last + 4):
            connection.execute("INSERT INTO conflicts VALUES (?, ?, 0, '')", [id_, stored.id])

    store.record(SITE, arrival("1001", at=BEFORE_ALL, revenue=Money("11", "USD")))

    assert len(rows(path, "SELECT id FROM conflicts WHERE lost != ''")) == 1


def _take_the_next_ids(store: SQLiteStore, path: Path, count: int) -> range:
    """Ids count up where the clock has gone back: so the next ones are known."""
    first = store.record(SITE, arrival(None))
    last = new_id(BEFORE_ALL)
    taken = range(last + 1, last + 1 + count)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TEMP TABLE copy AS SELECT * FROM conversions")
        for id_ in taken:
            connection.execute("UPDATE copy SET id = ?", [id_])
            connection.execute("INSERT INTO conversions SELECT * FROM copy")
    assert first.id not in taken
    return taken


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
        store.totals(SITE, Selection(by="day"))

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


def test_a_replay_ends_where_the_rest_was_forgotten(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads page by page, and meanwhile anything may happen."""
    monkeypatch.setattr(sqlite, "_PAGE", 2)
    for number in range(6):
        store.record(SITE, arrival(str(number)))

    found = []
    for each in store.changed_since(SITE, BEFORE_ALL):
        found.append(each.conversion.reference)
        store.forget_site(SITE)

    assert found == ["0", "1"]


def test_readers_change_nothing(store: SQLiteStore, path: Path) -> None:
    """No report writes to the file."""
    store.record(SITE, arrival())
    before = rows(path, "PRAGMA data_version"), path.stat().st_mtime_ns

    all_of(store, SITE)
    store.last_click(SITE, HERO, NOON)
    store.totals(SITE, Selection(by="day"))

    assert (rows(path, "PRAGMA data_version"), path.stat().st_mtime_ns) == before
