"""When totals are read, when rows are added to them, and what is found where they are wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from tests.stores.kept import Kept
from tests.stores.values import NOON, arrival, click, line, order
from wsgi_salestrack import Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.days import day_of
from wsgi_salestrack.stores.base import Clicks, Selection, Total
from wsgi_salestrack.stores.host_transaction import HostTransaction
from wsgi_salestrack.stores.sqlite import SQLiteStore
from wsgi_salestrack.stores.totals import Totals
from wsgi_salestrack.stores.totals_keeping import is_due
from wsgi_salestrack.stores.totals_schema import TOTALS_TABLES, totals_ddl

SITE = "default"
DAY = timedelta(days=1)
_EVERY = 512


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """One with a file of its own."""
    with closing(SQLiteStore(path)) as opened:
        yield opened


def move_mark(store: SQLiteStore) -> None:
    """Add all that is new."""
    Kept(store, SITE).move_mark()


def mark(path: Path) -> tuple[int, int]:
    """Up to which conversion and click everything is in the totals."""
    with closing(sqlite3.connect(path)) as connection:
        found: tuple[int, int] = connection.execute(
            "SELECT conversions, clicks FROM totalled"
        ).fetchone()
        return found


def run(path: Path, *statements: str) -> None:
    """Change the file behind the library's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def count(store: SQLiteStore, selection: Selection) -> int:
    """How many conversions are selected."""
    return sum(int(total.count) for total in store.totals(SITE, selection))


def problems(store: SQLiteStore) -> list[str]:
    """What does not hold."""
    return [found.problem for found in store.verify(SITE) if found.problem is not None]


def unread(selection: Selection) -> list[Total]:
    """The rows of a selection, which are not to be read."""
    raise AssertionError(selection)


def unread_clicks(selection: Selection) -> list[Clicks]:
    """The same of clicks."""
    raise AssertionError(selection)


@pytest.mark.parametrize(
    ("asked", "is_known"),
    [
        (Selection(by=("newsletter",)), True),
        (Selection(by=("publisher", "month")), True),
        (Selection(by=("product",), currency="USD"), True),
        (Selection(by=("day",), where={"newsletter": "a"}), True),
        (Selection(by=("newsletter",), since=NOON - DAY, until=NOON + DAY), True),
        (Selection(by=("contact",)), False),
        (Selection(by=("hour",)), False),
        (Selection(by=("newsletter", "link")), False),
        (Selection(by=("newsletter",), where={"link": "b"}), False),
        (Selection(by=("newsletter",), where={"target": None}), False),
    ],
)
def test_totals_answer_what_they_know_and_nothing_else(
    store: SQLiteStore, asked: Selection, is_known: bool
) -> None:
    """Without a look at the rows that were added to them."""
    for number in range(3):
        at = NOON + number * timedelta(minutes=1)
        store.record(SITE, arrival(str(number), at=at, touch=Touch(newsletter="a")))
    move_mark(store)

    with Kept(store, SITE).transaction() as transaction:
        found = Totals(transaction).sales(asked, unread)

    assert (found is not None) == is_known
    if found is not None:
        assert sum(int(total.count) for total in found) == 3


def test_clicks_are_told_without_their_rows(store: SQLiteStore) -> None:
    """By what a click knows; a condition on a target is of sales."""
    store.add_click(SITE, click(Touch(at=NOON, newsletter="a", link="b")))
    move_mark(store)
    asked = Selection(by=("newsletter",), where={"target": "1"})

    with Kept(store, SITE).transaction() as transaction:
        found = Totals(transaction).clicks(asked, unread_clicks)

        assert found == [Clicks(values=("a",), clicks=1)]
        by_contact = msgspec.structs.replace(asked, by=("contact",))
        assert Totals(transaction).clicks(by_contact, unread_clicks) is None


def test_every_512th_id_on_average_adds_what_is_new(store: SQLiteStore, path: Path) -> None:
    """Of sales and of clicks, by the write itself; nobody else has to think of it."""
    sales = [store.record(SITE, arrival(None)).id for _ in range(2 * _EVERY)]
    touch = Touch(at=NOON, newsletter="a")
    clicks = [store.add_click(SITE, click(touch)).id for _ in range(2 * _EVERY)]
    last_sale, last_click = (max(filter(is_due, ids), default=0) for ids in (sales, clicks))

    assert mark(path) == (last_sale, last_click)
    assert last_sale
    assert last_click
    assert count(store, Selection(by=())) == 2 * _EVERY
    assert problems(store) == []


def test_an_adjustment_does_as_well_where_nothing_else_comes(
    store: SQLiteStore, path: Path
) -> None:
    """A day of many refunds and no sale leaves few rows that are not in the totals."""
    sale = store.record(SITE, arrival())
    move_mark(store)
    change = Change(kind="refund", amount="3")
    for id in (_EVERY - 1, _EVERY):
        store.adjust(SITE, "order", "1001", change, id=id, at=NOON, announced=False)

    assert mark(path)[0] == sale.id
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM loose_conversions").fetchall() == []
    assert store.totals(SITE, Selection(by=()))[0].refunded == 600


@pytest.mark.parametrize("is_added", [False, True], ids=["as rows", "as totals"])
def test_a_period_is_the_same_by_totals_and_by_moments_where_the_zone_was_changed(
    store: SQLiteStore, is_added: bool
) -> None:
    """Half of the sales are of days that began ten hours earlier."""
    moments = [NOON + number * timedelta(hours=1) for number in range(-72, 72)]
    for at in moments:
        zone = UTC if at < NOON else timezone(timedelta(hours=10))
        store.record(SITE, arrival(None, at=at, day=day_of(at, zone)))
    if is_added:
        move_mark(store)

    for hours in range(-50, 50, 7):
        since = NOON + timedelta(hours=hours)
        for until in (None, since + timedelta(hours=5), since + timedelta(hours=41)):
            expected = sum(since <= at and (until is None or at < until) for at in moments)
            assert count(store, Selection(by=(), since=since, until=until)) == expected


@pytest.mark.parametrize(
    "insert", ["INSERT OR IGNORE INTO", "INSERT OR REPLACE INTO", "INSERT INTO"]
)
def test_what_a_statement_does_with_conflicts_is_no_matter_of_the_totals(
    store: SQLiteStore, path: Path, insert: str
) -> None:
    """SQLite lets the word of a statement count for that of its triggers, too."""
    store.record(SITE, arrival("1", touch=Touch(newsletter="a")))
    move_mark(store)
    run(
        path,
        "PRAGMA recursive_triggers=ON",
        "CREATE TEMP TABLE copy AS SELECT * FROM conversions",
        "UPDATE copy SET id = 77, reference = '2', dedupe_key = '2', revenue = 500",
        f"{insert} conversions SELECT * FROM copy",  # noqa: S608  one of three
        "UPDATE OR IGNORE conversions SET touch_newsletter = 'b' WHERE id = 77",
    )

    assert count(store, Selection(by=("newsletter",), where={"newsletter": "b"})) == 1
    move_mark(store)
    assert count(store, Selection(by=("newsletter",))) == 2
    assert problems(store) == []


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_a_sale_in_the_hosts_own_transaction_counts_as_any_other(
    store: SQLiteStore, path: Path, recursive: str
) -> None:
    """Its connection is made by the host, with other settings; what is undone never counted."""
    store.record(SITE, arrival("1", touch=Touch(newsletter="a")))
    move_mark(store)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA recursive_triggers={recursive}")
        for reference in ("2", "3"):
            order_of_shop = arrival(reference, order=order(line()), touch=Touch(newsletter="a"))
            store.record(SITE, order_of_shop, HostTransaction(connection))
            if reference == "2":
                connection.commit()
            else:
                connection.execute("UPDATE totalled SET conversions = conversions")
                connection.rollback()

    assert count(store, Selection(by=("product",), where={"product": "s1"})) == 1
    assert count(store, Selection(by=("newsletter",))) == 2
    assert problems(store) == []


def test_rows_that_were_there_before_the_totals_are_counted_from_the_first_moment(
    store: SQLiteStore, path: Path
) -> None:
    """As where a later version makes the tables; until the rows are added, they are read."""
    for number in range(3):
        store.record(SITE, arrival(str(number), touch=Touch(newsletter="a")))
    with closing(sqlite3.connect(path)) as connection, connection:
        made = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in made.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for table in TOTALS_TABLES:
            connection.execute(f"DROP TABLE {table}")
        for statement in totals_ddl():
            connection.execute(statement)

    assert count(store, Selection(by=("newsletter",))) == 3
    move_mark(store)
    assert count(store, Selection(by=("newsletter",))) == 3
    assert problems(store) == []
