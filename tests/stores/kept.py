"""A site in a SQLite file that keeps totals, and what these must be."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any, Final, TypeAlias

from tests.stores.values import NOON
from wsgi_salestrack.days import week_of
from wsgi_salestrack.stores import rows
from wsgi_salestrack.stores.base import Clicks, Dimension, Selection, Total
from wsgi_salestrack.stores.line_totals import LineTotals
from wsgi_salestrack.stores.reading import Reading
from wsgi_salestrack.stores.spelling import SQLITE_FILE
from wsgi_salestrack.stores.sqlite import SQLiteStore
from wsgi_salestrack.stores.statements import Statements
from wsgi_salestrack.stores.totals_keeping import TotalsKeeping
from wsgi_salestrack.stores.totals_verifying import TotalsVerifying
from wsgi_salestrack.stores.transaction import Transaction

Row: TypeAlias = dict[str, Any]
#: Values, currency and exponent -> sums.
Sums: TypeAlias = dict[tuple[Any, ...], tuple[int, ...]]

_STATEMENTS: Final = Statements(spelling=SQLITE_FILE)
HOUR = timedelta(hours=1)
NAMES: dict[Dimension, str] = {
    "newsletter": "touch_newsletter",
    "link": "touch_link",
    "publisher": "referral_publisher",
}

SINCE, UNTIL = NOON - 30 * HOUR, NOON + 17 * HOUR
SELECTIONS = [
    Selection(by=()),
    Selection(by=("newsletter",)),
    Selection(by=("link",)),
    Selection(by=("publisher",)),
    Selection(by=("day",)),
    Selection(by=("week",), currency="JPY"),
    Selection(by=("month", "newsletter")),
    Selection(by=("newsletter",), where={"newsletter": None}),
    Selection(by=("day", "link"), where={"link": "a"}),
    Selection(by=("publisher",), where={"day": "2026-11-21"}),
    Selection(by=("newsletter",), since=NOON),
    Selection(by=("day",), until=NOON),
    Selection(by=("publisher",), since=NOON, until=NOON),
    Selection(by=("newsletter",), since=SINCE, until=UNTIL),
    Selection(by=("link", "week"), since=SINCE, until=UNTIL),
    Selection(by=(), where={"publisher": "a"}, since=SINCE, until=UNTIL),
]
PRODUCTS = [
    Selection(by=("product",)),
    Selection(by=("day", "product"), since=SINCE, until=UNTIL),
    Selection(by=("month",), where={"product": "s1"}),
    Selection(by=("product",), where={"product": None}, since=NOON),
]


def value_of(row: Row, dimension: Dimension) -> str | None:
    """What a row is grouped by."""
    if dimension in NAMES:
        return row[NAMES[dimension]]  # type: ignore[no-any-return]  # text or nothing
    day: str = row["day"]
    return {"day": day, "week": week_of(day), "month": day[:7]}[dimension]


def counted(found: Iterable[Row], selection: Selection) -> Iterator[Row]:
    """The rows of a selection."""
    since, until = (
        None if at is None else rows.microseconds(at) for at in (selection.since, selection.until)
    )
    for row in found:
        if (
            (since is None or row["at"] >= since)
            and (until is None or row["at"] < until)
            and selection.currency in {None, row.get("currency")}
            and all(value_of(row, name) == value for name, value in selection.where.items())
        ):
            yield row


def added_up(found: Iterable[Row], selection: Selection) -> Sums:
    """What rows come to, counted one by one."""
    sums: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 4)
    for row in counted(found, selection):
        values = tuple(value_of(row, name) for name in selection.by)
        of = sums[*values, row.get("currency"), row.get("exponent")]
        of[0] += 1
        for place, name in enumerate(("quantity", "revenue", "refunded"), start=1):
            of[place] += row.get(name) or 0
    return {key: tuple(of) for key, of in sums.items()}


def told(found: Iterable[Total]) -> Sums:
    """What a store says they come to; it may say so in parts."""
    sums: Sums = {}
    for total in found:
        key = (*total.values, total.currency, total.exponent)
        more = (int(total.count), int(total.quantity), total.revenue, total.refunded)
        sums[key] = tuple(map(sum, zip(sums.get(key, (0,) * 4), more, strict=True)))
    return sums


def told_of_clicks(found: Iterable[Clicks]) -> dict[tuple[Any, ...], int]:
    """The same of clicks."""
    sums: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    for each in found:
        sums[each.values] += each.clicks
    return dict(sums)


class Kept:
    """A site in a store that keeps totals, and what they must be."""

    def __init__(self, store: SQLiteStore, site: str) -> None:
        self.store = store
        self.site = site

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One past the store, on a connection of its own."""
        with closing(sqlite3.connect(self.store.path, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("BEGIN")
            yield Transaction(connection.execute, _STATEMENTS, self.site)
            connection.execute("COMMIT")

    def move_mark(self) -> None:
        """Add all that is new to the totals."""
        with self.transaction() as transaction:
            while TotalsKeeping(transaction).add_more():
                pass

    def check(self, selections: Iterable[Selection], products: Iterable[Selection]) -> None:
        """Compare what is told with the rows, one by one; products, with each sale taken apart."""
        with self.transaction() as transaction:
            reading, apart = Reading(transaction), LineTotals(transaction)
            sales = rows_of(transaction, "conversions", "occurred_at AS at", "cancelled = 0")
            clicks = rows_of(
                transaction,
                "clicks",
                "touch_at AS at, touch_publisher AS referral_publisher",
                "verdict IN ('valid', 'refused')",
            )
            for each in selections:
                assert told(reading.totals(each)) == added_up(sales, each), each
                if each.currency is None:
                    clicked = {key[:-2]: sums[0] for key, sums in added_up(clicks, each).items()}
                    found = told_of_clicks(reading.clicks(each, visitors=False))
                    assert found == (clicked or told_of_nothing(each)), each
            for each in products:
                expected = told(apart.sales(each))
                assert told(reading.totals(each)) == expected, each

    def problems(self) -> list[str]:
        """What the store itself finds wrong with its totals."""
        with self.transaction() as transaction:
            found = TotalsVerifying(transaction).findings()
            return [each.problem for each in found if each.problem is not None]

    def kept(self) -> list[Row]:
        """The sums that are kept of it."""
        with self.transaction() as transaction:
            return [
                row for name in ("totals", "click_totals") for row in rows_of(transaction, name)
            ]


def rows_of(transaction: Transaction, table: str, more: str = "1", which: str = "1") -> list[Row]:
    """A site's rows of a table."""
    statement = f"SELECT *, {more} FROM {table} WHERE site = :site AND {which}"  # noqa: S608  our own words
    cursor: Any = transaction.run(statement)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def told_of_nothing(selection: Selection) -> dict[tuple[Any, ...], int]:
    """Of no clicks at all: none, where all are counted together."""
    return {} if selection.by else {(): 0}
