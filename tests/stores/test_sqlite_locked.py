from __future__ import annotations

import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.stores.values import HERO, NOON, all_of, arrival, click
from tests.stores.waiting import (
    lock_held_by_another_process,
    succeeds,
    threads_that_wait_for_a_commit,
    transaction_of_another_program,
    wait_until,
)
from wsgi_salestrack import StoreError
from wsgi_salestrack.stores import sqlite
from wsgi_salestrack.stores.base import Selection
from wsgi_salestrack.stores.file_lock import FileLock

SITE = "default"
THREADS = 12


@pytest.fixture
def store(path: Path) -> Iterator[sqlite.SQLiteStore]:
    """One with a row in it."""
    with closing(sqlite.SQLiteStore(path)) as made:
        made.record(SITE, arrival("first"))
        yield made


@pytest.fixture
def impatient(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite.SQLiteStore]:
    """One that gives up after two seconds instead of five."""
    monkeypatch.setattr(sqlite, "TIMEOUT", 2.0)
    with closing(sqlite.SQLiteStore(path)) as made:
        made.record(SITE, arrival("first"))
        yield made


def commits_in(log: Path) -> int:
    """How many transactions a write-ahead log holds.

    Each frame begins with the number of its page and, in the last one of a transaction, the size
    of the database after it (https://www.sqlite.org/fileformat.html#the_write_ahead_log).
    """
    content = log.read_bytes()
    (page_size,) = struct.unpack_from(">I", content, 8)
    frames = range(32, len(content), 24 + page_size)
    return sum(struct.unpack_from(">II", content, frame)[1] > 0 for frame in frames)


def test_sales_that_wait_together_share_a_commit(store: sqlite.SQLiteStore, path: Path) -> None:
    """As many as there are threads, and the disk is asked once."""
    log = path.with_name("sales.db-wal")
    before = commits_in(log)

    with (
        ThreadPoolExecutor(THREADS) as pool,
        closing(FileLock(path.with_name("sales.db.lock"))) as slow_disk,
    ):
        slow_disk.acquire()
        futures = [pool.submit(store.record, SITE, arrival(str(n))) for n in range(THREADS)]
        wait_until(lambda: threads_that_wait_for_a_commit() == THREADS)
        slow_disk.release()

    assert [future.result().outcome for future in futures] == ["recorded"] * THREADS
    assert commits_in(log) == before + 1
    assert len(all_of(store, SITE)) == 1 + THREADS


def test_one_sale_is_one_commit(store: sqlite.SQLiteStore, path: Path) -> None:
    """What this file counts by, counted where it is known."""
    log = path.with_name("sales.db-wal")
    before = commits_in(log)

    store.record(SITE, arrival("1"))
    store.add_click(SITE, click(HERO))

    assert commits_in(log) == before + 2


def test_a_process_that_keeps_the_lock_is_a_store_error_and_no_loss(
    impatient: sqlite.SQLiteStore, path: Path
) -> None:
    """What could not be written is not acknowledged; afterwards all is as before."""
    with lock_held_by_another_process(path), pytest.raises(StoreError, match="lock"):
        impatient.record(SITE, arrival("1"))

    wait_until(lambda: succeeds(lambda: impatient.record(SITE, arrival("2"))))
    found = {each.conversion.reference for each in all_of(impatient, SITE)}
    assert found == {"first", "2"}


def test_reading_does_not_wait_for_ever_for_a_process_that_keeps_the_lock(
    impatient: sqlite.SQLiteStore, path: Path
) -> None:
    """A webhook's token is looked up in a checkout, too: either it is found, or time is up."""
    impatient.add_click(SITE, click(HERO))
    with ThreadPoolExecutor(1) as pool, lock_held_by_another_process(path):
        future = pool.submit(impatient.last_click, SITE, HERO, NOON)
        wait_until(future.done)

    assert isinstance(future.exception(), StoreError | None)
    assert future.exception() is not None or future.result() == HERO.at


def test_a_program_without_our_lock_is_waited_for_as_long(
    impatient: sqlite.SQLiteStore, path: Path
) -> None:
    """The error says what to do where that program is the shop itself."""
    with (
        transaction_of_another_program(path),
        pytest.raises(StoreError, match="write transaction"),
    ):
        impatient.record(SITE, arrival("1"))

    wait_until(lambda: succeeds(lambda: impatient.record(SITE, arrival("2"))))


def test_a_sale_that_was_given_up_is_not_written_when_a_program_lets_go_at_last(
    impatient: sqlite.SQLiteStore, path: Path
) -> None:
    """Half of its time went to another worker, which waited for that program as well."""
    with (
        ThreadPoolExecutor(1) as pool,
        closing(FileLock(path.with_name("sales.db.lock"))) as another_worker,
        transaction_of_another_program(path),
    ):
        another_worker.acquire()
        sale = pool.submit(impatient.record, SITE, arrival("1"))
        with pytest.raises(TimeoutError):
            sale.result(timeout=1)
        another_worker.release()
        assert isinstance(sale.exception(), StoreError)

    wait_until(lambda: succeeds(lambda: impatient.record(SITE, arrival("2"))))
    found = {each.conversion.reference for each in all_of(impatient, SITE)}
    assert found == {"first", "2"}


def test_reports_are_read_while_somebody_writes(store: sqlite.SQLiteStore, path: Path) -> None:
    """They see what was committed before."""
    with transaction_of_another_program(path):
        (total,) = store.totals(SITE, Selection(by=("day",)))

    assert total.count == 1
