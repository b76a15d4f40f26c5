from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from tests.stores.reading import rows
from tests.stores.values import BEFORE_ALL, HERO, all_of, arrival, line, order
from wsgi_salestrack import Conversion, Money, StoreError
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.stores import reading
from wsgi_salestrack.stores.sqlite import SQLiteStore

SITE = "default"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as made:
        yield made


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
    """The ones that were replaced, and those that came too late; however often they come."""
    pixel = arrival(source="target", revenue=Money("9999", "USD"))
    shop = arrival(order=order(line(unit_price=Money("9", "USD"))), revenue=None)
    server = arrival(source="xmlrpc", revenue=Money("9.50", "EUR"))
    ids = {store.record(SITE, each).id for each in (pixel, shop, server, server)}

    found = rows(path, "SELECT conversion, at, lost FROM conflicts ORDER BY id")

    assert {row[0] for row in found} == ids
    assert {row[1] for row in found} == {1_795_262_400_000_000}
    assert [msgspec.json.decode(str(row[2]), type=Conversion) for row in found] == [
        msgspec.structs.replace(each.conversion, occurred_at=None) for each in (pixel, server)
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
            connection.execute(
                "INSERT INTO conflicts VALUES (?, ?, ?, 0, '')", [id_, SITE, stored.id]
            )

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


def test_a_replay_ends_where_the_rest_was_forgotten(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads page by page, and meanwhile anything may happen."""
    monkeypatch.setattr(reading, "_PAGE", 2)
    for number in range(6):
        store.record(SITE, arrival(str(number)))

    found = []
    for each in store.changed_since(SITE, BEFORE_ALL):
        found.append(each.conversion.reference)
        store.forget_site(SITE)

    assert found == ["0", "1"]
