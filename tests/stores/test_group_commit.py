from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.stores.traced_file import TracedFile, Work, insert
from tests.stores.waiting import threads_that_wait_for_a_commit, wait_until
from wsgi_salestrack import BadValue, StoreError
from wsgi_salestrack.stores.file_lock import FileLock
from wsgi_salestrack.stores.group_commit import GroupCommit


@pytest.fixture
def file(tmp_path: Path) -> TracedFile:
    return TracedFile(tmp_path / "numbers.db")


@pytest.fixture
def writer(file: TracedFile) -> Iterator[GroupCommit]:
    with closing(GroupCommit(file, timeout=30)) as made:
        made.run(lambda _: None)
        file.statements.clear()
        yield made


def run_together(writer: GroupCommit, file: TracedFile, works: list[Work]) -> list[Future[object]]:
    """Run each in a thread of its own, while the disk is so slow that all have to wait."""
    with (
        ThreadPoolExecutor(len(works)) as pool,
        closing(FileLock(file.file_lock.path)) as slow_disk,
    ):
        slow_disk.acquire()
        futures = [pool.submit(writer.run, work) for work in works]
        wait_until(lambda: threads_that_wait_for_a_commit() == len(works))
        slow_disk.release()
    return futures


def test_what_work_returns_is_returned(writer: GroupCommit) -> None:
    """To the thread that asked for it."""
    assert writer.run(lambda connection: connection.execute("SELECT 6 * 7").fetchone()) == (42,)


def test_who_waits_at_the_same_time_shares_a_commit(writer: GroupCommit, file: TracedFile) -> None:
    """Sixteen rows, and the disk is asked once; each thread has its own answer."""

    def work(number: int) -> Work:
        return lambda connection: (insert(number)(connection), number)[1]

    futures = run_together(writer, file, [work(number) for number in range(16)])

    assert [future.result() for future in futures] == list(range(16))
    assert file.numbers() == set(range(16))
    assert file.commits == 1


def test_what_comes_one_after_another_is_committed_one_by_one(
    writer: GroupCommit, file: TracedFile
) -> None:
    """Nobody waits for company."""
    for number in range(5):
        writer.run(insert(number))

    assert file.commits == 5


def test_nothing_is_acknowledged_before_it_is_committed(
    writer: GroupCommit, file: TracedFile
) -> None:
    """Others see nothing while the work runs, and everything when the call returns."""
    seen: list[set[int]] = []

    def work(connection: sqlite3.Connection) -> None:
        insert(1)(connection)
        seen.append(file.numbers())

    writer.run(work)

    assert seen == [set()]
    assert file.numbers() == {1}


def test_everybody_sees_their_row_when_they_are_told(writer: GroupCommit, file: TracedFile) -> None:
    """Many threads, many rounds."""

    def count(first: int) -> list[bool]:
        return [
            writer.run(insert(number)) is not None and number in file.numbers()
            for number in range(first, first + 20)
        ]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(count, range(0, 800, 100)))

    assert all(all(answers) for answers in found)


def fail(error: Exception) -> Work:
    """Work that writes something first."""

    def work(connection: sqlite3.Connection) -> object:
        insert(1000)(connection)
        raise error

    return work


def test_a_bad_row_fails_alone(writer: GroupCommit, file: TracedFile) -> None:
    """Beside good ones in one transaction; nothing of it is left, not even what went well."""
    bad: dict[int, Work] = {
        1: fail(ValueError("no such thing")),
        4: insert(0),
        6: lambda connection: connection.execute("INSERT INTO missing VALUES (1)"),
        7: fail(BadValue("quantity", "is wrong")),
    }
    works = [bad.get(number, insert(number)) for number in range(9)]
    writer.run(insert(0))
    works[0] = insert(9)
    file.statements.clear()

    futures = run_together(writer, file, works)

    errors = {number: future.exception() for number, future in enumerate(futures)}
    assert {number for number, error in errors.items() if error is not None} == set(bad)
    assert isinstance(errors[1], StoreError)
    assert isinstance(errors[1].__cause__, ValueError)
    assert isinstance(errors[4], StoreError)
    assert isinstance(errors[4].__cause__, sqlite3.IntegrityError)
    assert isinstance(errors[6], StoreError)
    assert "no such table" in str(errors[6])
    assert isinstance(errors[7], BadValue)
    assert file.numbers() == {0, 9, 2, 3, 5, 8}
    assert file.commits <= len(bad) + 1


def test_a_commit_that_fails_is_told_to_everybody(writer: GroupCommit, file: TracedFile) -> None:
    """And nothing of the whole transaction is there; the next one is as good as ever."""

    def promise(connection: sqlite3.Connection) -> object:
        return connection.execute("INSERT INTO promises VALUES (-1)")

    futures = run_together(writer, file, [insert(1), promise, insert(2)])

    assert all(isinstance(future.exception(), StoreError) for future in futures)
    assert all("FOREIGN KEY" in str(future.exception()) for future in futures)
    assert file.numbers() == set()
    writer.run(insert(1))
    assert file.numbers() == {1}


def test_a_transaction_that_sqlite_gave_up_is_told_to_everybody(
    writer: GroupCommit, file: TracedFile
) -> None:
    """As it does when the disk is full: those who seemed to have succeeded have not."""
    writer.run(insert(1))

    def give_up(connection: sqlite3.Connection) -> object:
        return connection.execute("INSERT OR ROLLBACK INTO numbers VALUES (1)")

    futures = run_together(writer, file, [insert(2), give_up, insert(3)])

    failed = [future.exception() is not None for future in futures]
    assert failed[1]
    assert file.numbers() == {1} | {
        number for number, future in ((2, futures[0]), (3, futures[2])) if not future.exception()
    }
    writer.run(insert(4))
    assert 4 in file.numbers()


def test_a_closed_writer_opens_again(writer: GroupCommit, file: TracedFile) -> None:
    writer.run(insert(1))
    writer.close()
    writer.close()

    writer.run(insert(2))

    assert file.numbers() == {1, 2}
