from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.durability.conftest import Start
from tests.durability.host import make_tracker
from tests.durability.promises import assert_only_tracking_fails, await_recovery
from tests.durability.sales import assert_whole, references
from tests.durability.servers import Server
from wsgi_salestrack import Conversion

PAGE = 4096


def _letter(whole: bytes) -> bytes:
    return b"Dear aunt, this is no database. " * 200


def _header_alone(whole: bytes) -> bytes:
    return whole[:100]


def _cut_off(whole: bytes) -> bytes:
    return whole[: 3 * PAGE]


def _no_tables(whole: bytes) -> bytes:
    return whole[:100] + b"\xff" * (PAGE - 100) + whole[PAGE:]


def _rows_overwritten(whole: bytes) -> bytes:
    return whole[:PAGE] + b"\xff" * (len(whole) - PAGE)


@pytest.mark.parametrize(
    "damage",
    [_letter, _header_alone, _cut_off, _no_tables, _rows_overwritten],
    ids=lambda damage: damage.__name__.replace("_", " ").strip(),
)
def test_a_corrupt_database_costs_the_shop_nothing(
    start: Start, bare_server: Server, database: Path, damage: Callable[[bytes], bytes]
) -> None:
    """Hits are refused until the file is mended, and nobody writes into what may be rescued."""
    with closing(make_tracker(database)) as tracker:
        for number in range(200):
            tracker.record(Conversion(reference=f"before {number}"))
    whole = database.read_bytes()
    damaged = damage(whole)
    database.write_bytes(damaged)

    server = start()
    assert_only_tracking_fails(server.ask, bare_server.ask)
    assert "ERROR of salestrack: " in server.logged
    assert database.read_bytes() == damaged

    database.write_bytes(whole)
    with server.each_worker() as workers:
        for ask in workers:
            await_recovery(ask, database)
    assert references(database)["before 0"] == 1
    assert_whole(database)
