"""Overwriting what was deleted in a SQLite file, while others use it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.privacy.canary import files_with
from tests.stores.values import HERO, all_of, arrival, click
from tests.stores.waiting import lock_held_by_another_process
from tests.support.documents import ROOT
from wsgi_salestrack.errors import NotErased
from wsgi_salestrack.stores import erasing_file
from wsgi_salestrack.stores.file_lock import FileLock
from wsgi_salestrack.stores.sqlite import SQLiteStore
from wsgi_salestrack.stores.writable_file import lock_path

SITE = "default"
SALES = 60

# Another process: it records sales as fast as it can, and says of each what became of it.
RECORD = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
from tests.stores.values import arrival
from wsgi_salestrack.stores.sqlite import SQLiteStore
store = SQLiteStore(Path(sys.argv[1]))
print("ready", flush=True)
for number in range({SALES}):
    new = arrival(f"{{sys.argv[2]}}-{{number}}", at=datetime.now(UTC))
    print(store.record("default", new).outcome, flush=True)
store.close()
"""


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """With a row that is deleted, and whose bytes are in the log and in the file."""
    with closing(SQLiteStore(path)) as made:
        made.record(SITE, arrival("canary", visitor=1))
        made.close()
        made.record("other", arrival("canary", visitor=2))
        made.forget_site("other")
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA secure_delete=OFF")
            other.execute("DELETE FROM conversions")
            other.commit()
        assert files_with(path.parent, b"canary")
        yield made


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing_file, "PATIENCE", 0.3)
    monkeypatch.setattr(erasing_file, "_TRY", 0.1)


def test_no_byte_is_left(store: SQLiteStore, path: Path) -> None:
    """And all that is still there is still there."""
    kept = store.record(SITE, arrival("kept"))
    store.add_click(SITE, click(HERO))

    assert store.scrub(large=False) is None  # type: ignore[func-returns-value]  # of any store

    assert files_with(path.parent, b"canary") == {}
    assert path.with_name("sales.db-wal").stat().st_size == 0
    assert all_of(store, SITE) == [kept]
    assert store.record(SITE, arrival("later")).outcome == "recorded"


def test_a_file_that_is_not_there_yet_can_be_scrubbed(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        store.scrub(large=False)

        assert not path.exists()
        assert all_of(store, SITE) == []


def test_who_still_sees_old_rows_is_waited_for(store: SQLiteStore, path: Path) -> None:
    """Others write meanwhile; the error says what keeps the bytes, and another call goes on."""
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM conversions").fetchone()
        with pytest.raises(NotErased, match=r"sales\.db-wal .*another program keeps a transaction"):
            store.scrub(large=False)
        assert files_with(path.parent, b"canary")
        assert store.record(SITE, arrival("meanwhile")).outcome == "recorded"

    store.scrub(large=False)

    assert files_with(path.parent, b"canary") == {}
    assert [found.conversion.reference for found in all_of(store, SITE)] == ["meanwhile"]


def test_a_reader_who_soon_ends_is_no_hindrance(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing_file, "PATIENCE", 20.0)
    reader = sqlite3.connect(path, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM conversions").fetchone()
    threading.Timer(0.4, reader.close).start()

    store.scrub(large=False)

    assert files_with(path.parent, b"canary") == {}


def test_a_program_that_writes_without_the_lock_is_waited_for(
    store: SQLiteStore, path: Path
) -> None:
    """Such as the shop's own, in the same file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotErased, match="or writes"):
            store.scrub(large=False)
        writer.execute("ROLLBACK")

    store.scrub(large=False)

    assert files_with(path.parent, b"canary") == {}


def test_a_lock_that_is_not_let_go_of_is_told(store: SQLiteStore, path: Path) -> None:
    """By a process that was stopped, say; nobody waits for ever."""
    with lock_held_by_another_process(path), pytest.raises(NotErased, match="or writes"):
        store.scrub(large=False)

    store.scrub(large=False)

    assert files_with(path.parent, b"canary") == {}


def test_hits_wait_for_it_and_are_recorded(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of this process and of others, while it is done again and again; none is lost."""
    monkeypatch.setattr(erasing_file, "PATIENCE", 20.0)
    program = [sys.executable, "-c", RECORD, str(path)]
    others = [
        subprocess.Popen([*program, name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name in ("a", "b")
    ]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
    scrubbed = 0
    while any(other.poll() is None for other in others):
        store.scrub(large=False)
        store.record(SITE, arrival(f"own-{scrubbed}", at=datetime.now(UTC)))
        scrubbed += 1

    outcomes = [other.communicate()[0].split() for other in others]

    assert outcomes == [["recorded"] * SALES] * 2
    assert scrubbed > 1
    assert len(all_of(store, SITE)) == 2 * SALES + scrubbed
    store.scrub(large=False)
    assert files_with(path.parent, b"canary") == {}
    with closing(sqlite3.connect(path)) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_large_file_is_written_anew_only_where_that_is_asked_for(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hits would be refused meanwhile; but the log is emptied."""
    monkeypatch.setattr(erasing_file, "AT_ONCE", 1000)

    with pytest.raises(NotErased, match=r"large=True \(--large\)"):
        store.scrub(large=False)
    assert list(files_with(path.parent, b"canary")) == ["sales.db"]

    store.scrub(large=True)

    assert files_with(path.parent, b"canary") == {}


def test_a_disk_that_is_full_is_told(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: sqlite3.Connection) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(erasing_file, "_write_anew", fail)

    with pytest.raises(NotErased, match=r"sales\.db .*disk is full.*temporary files"):
        store.scrub(large=False)
    assert store.record(SITE, arrival()).outcome == "recorded"


def test_the_lock_is_held_while_it_writes_and_let_go_of(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens; or nobody would ever write again."""
    monkeypatch.setattr(erasing_file, "PATIENCE", 20.0)
    with closing(SQLiteStore(path)) as store, closing(FileLock(lock_path(path))) as lock:
        store.record(SITE, arrival())
        lock.acquire()
        begun = time.monotonic()
        threading.Timer(0.3, lock.release).start()
        store.scrub(large=False)

        assert time.monotonic() - begun > 0.25
        assert store.record(SITE, arrival("2")).outcome == "recorded"


def test_what_is_deleted_is_overwritten_at_once(path: Path) -> None:
    """By the connection that writes; not every build of SQLite does so of its own accord."""
    with closing(SQLiteStore(path)) as store:
        store.record(SITE, arrival("canary"))
        store.forget_site(SITE)
        store.close()

        assert files_with(path.parent, b"canary") == {}
