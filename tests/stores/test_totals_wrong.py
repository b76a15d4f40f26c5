"""What is found where totals are wrong, and how they are mended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stores.kept import Kept
from tests.stores.values import NOON, arrival, click, line, order
from wsgi_salestrack import Money, Touch
from wsgi_salestrack.stores.base import Selection, Total
from wsgi_salestrack.stores.sqlite import SQLiteStore
from wsgi_salestrack.stores.totals import Totals

SITE = "default"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """One with a file of its own."""
    with closing(SQLiteStore(path)) as opened:
        yield opened


def move_mark(store: SQLiteStore) -> None:
    """Add all that is new."""
    Kept(store, SITE).move_mark()


def run(path: Path, *statements: str) -> None:
    """Change the file behind the library's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def problems(store: SQLiteStore) -> list[str]:
    """What does not hold."""
    return [found.problem for found in store.verify(SITE) if found.problem is not None]


def unread(selection: Selection) -> list[Total]:
    """The rows of a selection, which are not to be read."""
    raise AssertionError(selection)


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE totals SET revenue = revenue + 1 WHERE dimension = 'newsletter'", "newsletter a"),
        ("UPDATE totals SET conversions = 9 WHERE period = ''", "all none of all days"),
        ("UPDATE totals SET quantity = 0 WHERE dimension = 'product'", "product s1"),
        ("UPDATE totals SET first_at = first_at + 1", "all none on 2026-11-21"),
        ("DELETE FROM totals WHERE dimension = 'link'", "link b"),
        ("UPDATE totals SET value = 'x' WHERE dimension = 'publisher'", "publisher x"),
        ("UPDATE click_totals SET clicks = 2 WHERE dimension = 'link'", "link b"),
        ("UPDATE totalled SET conversions = 0", "newsletter a"),
        ("UPDATE totalled SET conversions_closed = ''", "all none of all days"),
        ("UPDATE totalled SET clicks_closed = '2026-11-21'", "link b of all days"),
        ("DELETE FROM loose_conversions", "newsletter a"),
        ("UPDATE lines SET returned = 1", "a line of"),
        ("UPDATE lines SET is_first = 0", "s1 of"),
    ],
)
def test_a_total_that_somebody_changed_is_found_and_mended(
    store: SQLiteStore, path: Path, tampering: str, named: str
) -> None:
    """Each sum, for each day and for all of them; the finding says how to mend it."""
    for reference in ("1", "2"):
        sale = arrival(
            reference,
            order=order(line(quantity=2)),
            touch=Touch(newsletter="a", link="b"),
            referral=Touch(publisher="p"),
        )
        store.record(SITE, sale)
    store.add_click(SITE, click(Touch(at=NOON, link="b")))
    store.record(SITE, arrival("3", at=NOON + timedelta(days=3), day="2026-11-24"))
    move_mark(store)
    run(path, "UPDATE conversions SET revenue = 1500 WHERE reference = '1'")
    assert problems(store) == []

    run(path, tampering)

    (problem,) = [found for found in problems(store) if "does not" in found or "are not" in found]
    assert named in problem
    if "lines" not in tampering:
        assert "verify --recount" in problem
        store.recount()
        assert problems(store) == []


def test_adding_up_anew_changes_nothing_that_is_right(store: SQLiteStore, path: Path) -> None:
    for number in range(5):
        store.record(SITE, arrival(str(number), touch=Touch(newsletter=f"n{number % 2}")))
    store.add_click(SITE, click(Touch(at=NOON, newsletter="n1")))
    move_mark(store)
    with closing(sqlite3.connect(path)) as connection:
        select = "SELECT * FROM totals UNION ALL SELECT *, 0, 0, 0, 0, 0 FROM click_totals"
        before = connection.execute(select).fetchall()

        store.recount()

        assert connection.execute(select).fetchall() == before
    assert before


def test_a_sum_beyond_all_money_is_read_from_the_rows(store: SQLiteStore) -> None:
    """Whoever forges a pixel may name any quantity; no sale is lost for it, and no sum is wrong."""
    absurd = order(line(quantity=999_999_998, unit_price=Money("99999999.99", "USD")), line("s2"))
    for reference in ("1", "2"):
        store.record(SITE, arrival(reference, order=absurd, revenue=Money("10", "USD")))
        move_mark(store)
    asked = Selection(by=("product",))

    by_product = {total.values[0]: total for total in store.totals(SITE, asked)}

    assert by_product["s1"].revenue == 2 * 999_999_998 * 9_999_999_999
    assert by_product["s2"].revenue == 2000
    with Kept(store, SITE).transaction() as transaction:
        assert Totals(transaction).sales(asked, unread) is None
        assert Totals(transaction).sales(Selection(by=("newsletter",)), unread) is not None
    assert problems(store) == []
