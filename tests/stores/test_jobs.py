from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from wsgi_salestrack.stores.jobs import Insert, Job, insert_together


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.execute("CREATE TABLE numbers (number INTEGER UNIQUE CHECK (number < 1000)) STRICT")
        made.execute("CREATE TABLE names (name TEXT)")
        yield made


def numbers(count: int) -> str:
    return f"INSERT INTO numbers VALUES {', '.join(['(?)'] * count)}"  # noqa: S608  only marks


def names(count: int) -> str:
    return f"INSERT INTO names VALUES {', '.join(['(?)'] * count)}"  # noqa: S608  only marks


def no_work(_: sqlite3.Connection) -> object:
    raise AssertionError("its row was to be inserted with the others")


def job(number: object) -> Job:
    return Job(no_work, Insert(numbers, (number,), f"inserted {number}"))


def stored(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT number FROM numbers")]


def test_new_rows_are_inserted_by_one_statement(connection: sqlite3.Connection) -> None:
    """Which is a transaction of its own; every job has its own result."""
    jobs = [job(number) for number in range(5)]
    statements: list[str] = []
    connection.set_trace_callback(statements.append)

    assert insert_together(connection, jobs)

    assert len(statements) == 1
    assert not connection.in_transaction
    assert [each.result for each in jobs] == [f"inserted {number}" for number in range(5)]
    assert stored(connection) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(7, id="not new"),
        pytest.param(1, id="twice in the batch"),
        pytest.param(1000, id="refused by a check"),
        pytest.param("seven", id="of another type"),
        pytest.param(2**64, id="too large for SQLite"),
        pytest.param("\ud800", id="half a surrogate pair"),
        pytest.param(object(), id="of no type that SQLite knows"),
    ],
)
def test_one_bad_row_leaves_all_to_their_own_work(
    bad: object, connection: sqlite3.Connection
) -> None:
    """Nothing is written, so nobody is acknowledged by mistake."""
    connection.execute("INSERT INTO numbers VALUES (7)")
    jobs = [job(1), job(bad), job(2)]

    assert not insert_together(connection, jobs)

    assert stored(connection) == [7]
    assert not connection.in_transaction
    assert [each.result for each in jobs] == [None, None, None]


def test_work_that_is_more_than_a_row_is_left_to_itself(connection: sqlite3.Connection) -> None:
    """Whether it comes first or later; as are rows of different tables."""
    order = Job(no_work)
    name = Job(no_work, Insert(names, ("n",), None))

    for jobs in ([order, job(1)], [job(1), order], [job(1), name], [name, job(1)]):
        assert not insert_together(connection, jobs)

    assert stored(connection) == []


def test_nobody_s_row_is_not_written_after_all(connection: sqlite3.Connection) -> None:
    """Whose thread has given up was told that it was not recorded."""
    given_up = job(2)
    given_up.abandoned = True

    assert not insert_together(connection, [job(1), given_up])

    assert stored(connection) == []


def test_a_disk_that_fails_is_told(connection: sqlite3.Connection) -> None:
    """One after another they would fail likewise."""
    connection.execute("PRAGMA query_only=ON")

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        insert_together(connection, [job(1)])
