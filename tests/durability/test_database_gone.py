from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.durability.conftest import Start
from tests.durability.host import make_tracker
from tests.durability.promises import (
    assert_acknowledged,
    assert_only_tracking_fails,
    assert_unharmed,
    await_recovery,
    buy,
)
from tests.durability.sales import assert_whole, references
from tests.durability.servers import Server
from wsgi_salestrack import Conversion

SALES_BEFORE = 400  # some of them in the database, some still in its log


def test_a_folder_that_vanishes_costs_the_shop_nothing(
    start: Start, bare_server: Server, database: Path
) -> None:
    """Hits are refused while it is gone, and recorded as soon as it is there again."""
    server = start()
    with server.each_worker() as workers:
        for ask in workers:
            assert_acknowledged(ask, database)

        shutil.rmtree(database.parent)
        assert_only_tracking_fails(server.ask, bare_server.ask)
        assert not database.parent.exists()
        assert "ERROR of salestrack: " in server.logged

        database.parent.mkdir()
        for ask in workers:
            await_recovery(ask, database)
        assert_unharmed(server.ask, bare_server.ask)
    assert_whole(database)


# What may become of a database file; each says which sales the file of its name holds then. It
# must know before: whoever opens a new file beside an old one's log makes a mixture of them.


def _removed(database: Path) -> Counter[str]:
    database.unlink()
    return Counter()


def _removed_with_all_beside_it(database: Path) -> Counter[str]:
    for file in database.parent.iterdir():
        file.unlink()
    return Counter()


def _moved_away(database: Path) -> Counter[str]:
    database.rename(database.with_name("old.db"))
    return Counter()


def _replaced_by_an_empty_file(database: Path) -> Counter[str]:
    (database.parent / "new.db").touch()
    (database.parent / "new.db").replace(database)
    return Counter()


def _replaced_by_another(database: Path) -> Counter[str]:
    other = database.parent / "new.db"
    with closing(make_tracker(other)) as tracker:
        for number in range(SALES_BEFORE // 2):
            tracker.record(Conversion(reference=f"other-{number}"))
    _as_one_file(other)
    held = references(other)
    other.replace(database)
    return held


def _replaced_by_an_old_copy(database: Path) -> Counter[str]:
    copy = database.parent / "copy.db"
    held = references(copy)
    copy.replace(database)
    return held


def _as_one_file(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@pytest.mark.parametrize(
    "change",
    [
        _removed,
        _removed_with_all_beside_it,
        _moved_away,
        _replaced_by_an_empty_file,
        _replaced_by_another,
        _replaced_by_an_old_copy,
    ],
    ids=lambda change: change.__name__.replace("_", " ").strip(),
)
def test_sales_are_recorded_in_the_file_that_has_the_name_now(
    start: Start, database: Path, change: Callable[[Path], Counter[str]]
) -> None:
    """Not in the old one that both workers have open; nor does its log get mixed into the new."""
    server = start()
    with server.each_worker() as workers:
        for number in range(SALES_BEFORE):
            if number == SALES_BEFORE // 2:
                _copy(database, database.parent / "copy.db")
            buy(workers[number % 2])
        held = change(database)

        acknowledged = []
        for number in range(100):
            reference, answer = buy(workers[number // 3 % 2])
            if answer.header("ST-Error") is None:
                acknowledged.append(reference)

    assert_whole(database)
    assert references(database) == held + Counter(acknowledged)
    assert len(acknowledged) == 100, server.logged


def _copy(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    _as_one_file(copy)
