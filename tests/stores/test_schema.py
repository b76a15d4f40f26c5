from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.stores.values import all_of, arrival
from wsgi_salestrack import SchemaError, Touch
from wsgi_salestrack.stores import schema
from wsgi_salestrack.stores.sqlite import SQLiteStore
from wsgi_salestrack.stores.statements import TABLES, Statements
from wsgi_salestrack.stores.totals_schema import TOTALS_TABLES

STATEMENTS = Statements()


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """A new database, as another program sees it."""
    with closing(SQLiteStore(path)) as store:
        store.record("default", arrival())
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_every_table_is_strict(database: sqlite3.Connection) -> None:
    """SQLite otherwise keeps whatever it is given, whatever the column says."""
    found = database.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
    strict = {name for name, is_strict in found if is_strict}

    assert strict == {*TABLES, *TOTALS_TABLES}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE conversions SET revenue = 'ten'",
        "UPDATE conversions SET revenue = 9.95",
        "UPDATE conversions SET occurred_at = 'today'",
        "UPDATE conversions SET site = NULL",
        "UPDATE conversions SET id = 'x'",
    ],
)
def test_a_value_of_another_type_is_refused(database: sqlite3.Connection, statement: str) -> None:
    """By the database itself."""
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE conversions SET revenue = NULL",
        "UPDATE conversions SET currency = NULL",
        "UPDATE conversions SET exponent = NULL",
    ],
)
def test_money_has_an_amount_a_currency_and_an_exponent_or_none_of_them(
    database: sqlite3.Connection, statement: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        database.execute(statement)


def test_the_database_itself_keeps_a_conversion_from_being_there_twice(
    database: sqlite3.Connection,
) -> None:
    """Whoever writes: site, scope and key together are unique."""
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE.*site.*scope.*dedupe_key"):
        database.executescript(
            "CREATE TEMP TABLE copy AS SELECT * FROM conversions;"
            "UPDATE copy SET id = 1;"
            "INSERT INTO conversions SELECT * FROM copy;"
        )


def test_an_empty_database_lacks_every_step_and_a_new_one_none(
    database: sqlite3.Connection,
) -> None:
    empty = Database(memory=True)

    assert schema.pending_steps(empty) == [step.name for step in schema.MIGRATIONS.pending(empty)]
    assert schema.pending_steps(empty) != []
    assert schema.pending_steps(Database(database)) == []
    empty.close()


def test_importing_the_library_leaves_no_connection_open() -> None:
    """From Python 3.13 on it says so, and hosts whose warnings are errors could not test."""
    program = "import gc, wsgi_salestrack; gc.collect()"
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert done.stderr == ""


def test_a_database_of_a_newer_version_is_refused_with_a_remedy_and_left_alone(path: Path) -> None:
    """An older program does not know what the new columns mean."""
    with closing(SQLiteStore(path)) as store:
        store.record("default", arrival())
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('salestrack', 'time_travel', '2036-11-21')"
        )
        before = list(newer.iterdump())

    with closing(SQLiteStore(path)) as store:
        for _ in range(2):
            with pytest.raises(SchemaError, match=r"newer.*time_travel.*upgrade.*pip install"):
                store.record("default", arrival("1002"))
            with pytest.raises(SchemaError):
                store.migrate()
            with pytest.raises(SchemaError):
                all_of(store, "default")

    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


def test_steps_of_others_are_none_of_our_business(path: Path) -> None:
    """A shop may keep its own migrations in the same file, by the same library."""
    theirs = Database(path)
    theirs.execute(
        "CREATE TABLE _sqlite_migrations "
        "(id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)"
    )
    theirs.execute("INSERT INTO _sqlite_migrations VALUES (1, 'shop', 'orders', '2026-11-21')")
    theirs.conn.commit()
    theirs.close()

    with closing(SQLiteStore(path)) as store:
        assert store.migrate() != []


@pytest.mark.parametrize(
    "statement",
    [
        STATEMENTS.select_conversion,
        STATEMENTS.update_conversion,
        STATEMENTS.orders.select_lines,
        STATEMENTS.orders.delete_lines,
        STATEMENTS.select_unsent,
        STATEMENTS.mark_sent,
        STATEMENTS.select_last_click(Touch(contact="c81", newsletter="2026-11")),
        *STATEMENTS.forget_site,
    ],
)
def test_no_hit_reads_a_whole_table(database: sqlite3.Connection, statement: str) -> None:
    """Each statement finds its rows by an index, however many there are."""
    parameters = dict.fromkeys(re.findall(r":(\w+)", statement))
    plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]

    assert any(step.startswith("SEARCH") for step in plan)
    assert not any(step.startswith("SCAN") for step in plan)


@pytest.mark.parametrize("count", [1, 64])
@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        ("links of visitor", ["INDEX clicks_by_visitor", "INDEX conversions_by_visitor"]),
        ("links of contact", ["INDEX clicks_by_contact", "INDEX identities_by_contact"]),
        ("links of customer_ref", ["INDEX conversions_by_customer", "PRIMARY KEY"]),
        ("clicks of visitor", ["INDEX clicks_by_visitor"]),
        ("clicks of contact", ["INDEX clicks_by_contact"]),
    ],
)
def test_only_the_rows_of_a_persons_own_names_are_read(
    database: sqlite3.Connection, statement: str, indexes: list[str], count: int
) -> None:
    """Each query goes by the index of the name that it looks for, and by no wider one."""
    what, _, kind = statement.split()
    select = getattr(STATEMENTS.trails, f"select_{what}")(kind, count)
    parameters = dict.fromkeys(re.findall(r":(\w+)", select))
    plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {select}", parameters)]

    used = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert len(used) == len(indexes), plan
    for step, index in zip(used, indexes, strict=True):
        assert re.search(rf"SEARCH \w+ USING (COVERING )?{index} \(site=\? AND \w+=\?", step)
