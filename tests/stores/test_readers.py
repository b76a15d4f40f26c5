"""Connections that are kept to be read with again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier, Event, Thread, Timer

import pytest

from wsgi_salestrack import StoreError, Tracker
from wsgi_salestrack.stores.readers import Readers
from wsgi_salestrack.stores.writable_file import Identity

ALL = "SELECT id FROM sales ORDER BY id"


def _identity(path: Path) -> Identity:
    status = path.stat()
    return status.st_dev, status.st_ino


def _make(path: Path, count: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE sales (id INTEGER)")
        for id in range(count):
            connection.execute("INSERT INTO sales VALUES (?)", (id,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a file with three sales."""
    path = tmp_path / "sales.db"
    _make(path, 3)
    return path


@pytest.fixture
def readers(path: Path) -> Iterator[Readers]:
    readers = Readers(path, timeout=5)
    yield readers
    readers.close()


def _count(readers: Readers, path: Path) -> int:
    with readers.connection(_identity(path)) as connection:
        return len(connection.execute(ALL).fetchall())


def test_a_connection_is_used_again_and_sees_what_was_written_since(
    readers: Readers, path: Path
) -> None:
    with readers.connection(_identity(path)) as first:
        assert len(first.execute(ALL).fetchall()) == 3
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("INSERT INTO sales VALUES (3)")
    with readers.connection(_identity(path)) as second:
        assert second is first
        assert len(second.execute(ALL).fetchall()) == 4


def test_all_statements_of_a_reader_see_the_same(readers: Readers, path: Path) -> None:
    with (
        readers.connection(_identity(path)) as connection,
        closing(sqlite3.connect(path, isolation_level=None)) as writer,
    ):
        before = connection.execute(ALL).fetchall()
        writer.execute("INSERT INTO sales VALUES (3)")
        assert connection.execute(ALL).fetchall() == before


def test_nothing_can_be_written(readers: Readers, path: Path) -> None:
    with (
        pytest.raises(sqlite3.OperationalError, match="readonly"),
        readers.connection(_identity(path)) as connection,
    ):
        connection.execute("DELETE FROM sales")


def test_who_stops_half_way_leaves_nothing_that_sees_the_past(readers: Readers, path: Path) -> None:
    """The next reader has another connection."""
    left = []

    def stop_half_way() -> None:
        with readers.connection(_identity(path)) as connection:
            left.append(connection)
            assert connection.execute(ALL).fetchone() == (0,)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop_half_way()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("INSERT INTO sales VALUES (3)")

    with readers.connection(_identity(path)) as other:
        assert other not in left
        assert len(other.execute(ALL).fetchall()) == 4


def test_a_file_in_the_place_of_another_is_read(readers: Readers, path: Path) -> None:
    assert _count(readers, path) == 3
    other = path.with_name("other.db")
    _make(other, 5)
    other.replace(path)

    assert _count(readers, path) == 5


def test_who_does_not_know_which_file_it_is_keeps_nothing(readers: Readers) -> None:
    with readers.connection(None) as first, readers.connection(None) as second:
        assert first.execute(ALL).fetchall() == second.execute(ALL).fetchall()
    for connection in (first, second):
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute(ALL)


def test_those_who_read_at_the_same_time_do_not_share(readers: Readers, path: Path) -> None:
    """However many they are; and only some are kept."""
    together = Barrier(20)

    def read(_: int) -> sqlite3.Connection:
        with readers.connection(_identity(path)) as connection:
            together.wait(10)
            return connection

    with ThreadPoolExecutor(20) as pool:
        connections = list(pool.map(read, range(20)))

    assert len({*map(id, connections)}) == 20
    assert 0 < sum(map(_is_open, connections)) < 20


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_the_last_one_to_close_empties_the_log(readers: Readers, path: Path) -> None:
    _count(readers, path)
    assert path.with_name("sales.db-wal").exists()

    readers.close()

    assert [each.name for each in path.parent.iterdir()] == ["sales.db"]


def test_a_fork_waits_for_readers_and_closes_what_is_kept(readers: Readers, path: Path) -> None:
    """No connection crosses it; parent and child go on reading."""
    is_reading, may_end = Event(), Event()
    ended: list[bool] = []

    def read() -> None:
        with readers.connection(_identity(path)):
            is_reading.set()
            ended.append(may_end.wait(10))

    _count(readers, path)
    thread = Thread(target=read)
    thread.start()
    assert is_reading.wait(10)
    Timer(0.2, may_end.set).start()
    child = os.fork()
    if child == 0:
        opened = [link.readlink() for link in _descriptors()]
        os._exit(0 if path not in opened and _count(readers, path) == 3 else 1)
    assert ended == [True]
    _, status = os.waitpid(child, 0)
    thread.join()

    assert status == 0
    assert _count(readers, path) == 3


def _descriptors() -> Iterator[Path]:
    for link in Path("/proc/self/fd").iterdir():
        if link.is_symlink() and link.exists():
            yield link


def test_what_sqlite_has_no_value_for_is_told_as_every_failure(tracker: Tracker) -> None:
    """A shell passes on whatever bytes somebody typed."""
    with pytest.raises(StoreError, match="could not read"):
        tracker.report(where={"newsletter": "\udcff"})
