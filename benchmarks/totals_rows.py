"""Millions of conversions with realistic touches, written by one statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.progress import say
from wsgi_salestrack import Click, Conversion, Money, Touch
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores import rows

SITE: Final = "default"
DAYS: Final = 3 * 365
BEGIN: Final = datetime(2023, 11, 21, tzinfo=UTC)
END: Final = BEGIN + timedelta(days=DAYS)

_AT_ONCE = 500_000
_IDS_BEGIN = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_SPAN = DAYS * 24 * 3600 * 1_000_000
# A clock's microseconds; sales are evenly spread, as in a shop that neither grows nor sleeps.
_AT = f"({int(BEGIN.timestamp()) * 1_000_000} + number * ({_SPAN} / :count))"


def _chance(which: int, below: int) -> str:
    """An integer from 0, another for each number, but the same each time."""
    return f"((number * 2654435761 + {which * 40503}) % 4294967291 * 48271 % 2147483647 % {below})"


# One a week. It sells for eight weeks, the most in the first ones, and brings five sales of six.
_NEWSLETTER = (
    f"CASE WHEN {_chance(1, 6)} THEN 'week-' || "
    f"(number * {DAYS // 7} / :count - MIN({_chance(2, 8)}, {_chance(3, 8)}) + 8) END"
)
_LINK = f"CASE WHEN {_chance(1, 6)} THEN 'link-' || {_chance(4, 200)} END"
_PUBLISHER = f"CASE WHEN {_chance(5, 5)} = 0 THEN 'p' || {_chance(6, 40)} END"
_CURRENCY = (
    f"CASE WHEN {_chance(7, 10)} < 7 THEN 'USD' WHEN {_chance(7, 10)} < 9 THEN 'EUR' ELSE 'JPY' END"
)
_REVENUE = f"(500 + {_chance(8, 20_000)})"
_ID = f"(({_AT} - {_IDS_BEGIN}) * 4096 + {_chance(9, 4096)})"
_DAY = f"DATE({_AT} / 1000000, 'unixepoch')"

_SALE: Final[Mapping[str, str]] = {
    "id": _ID,
    "dedupe_key": "'order-' || number",
    "reference": "'order-' || number",
    "occurred_at": _AT,
    "day": _DAY,
    "recorded_at": _AT,
    "changed_at": _AT,
    "visitor": f"number * 7919 + {_chance(10, 1000)}",
    "cancelled": f"{_chance(11, 100)} = 0",
    "refunded": f"CASE WHEN {_chance(12, 50)} = 0 THEN {_REVENUE} / 2 ELSE 0 END",
    "revenue": _REVENUE,
    "currency": _CURRENCY,
    "exponent": f"CASE WHEN {_chance(7, 10)} < 9 THEN 2 ELSE 0 END",
    "quantity": f"1 + {_chance(13, 4)}",
    "touch_at": f"{_AT} - 3600000000",
    "touch_contact": f"'c' || {_chance(14, 500_000)}",
    "touch_newsletter": _NEWSLETTER,
    "touch_link": _LINK,
    "referral_at": f"CASE WHEN {_chance(5, 5)} = 0 THEN {_AT} - 7200000000 END",
    "referral_publisher": _PUBLISHER,
}
_CLICK: Final[Mapping[str, str]] = {
    "id": _ID,
    "day": _DAY,
    "visitor": f"number * 7919 + {_chance(10, 1000)}",
    "touch_at": _AT,
    "touch_contact": f"'c' || {_chance(14, 500_000)}",
    "touch_newsletter": _NEWSLETTER,
    "touch_link": _LINK,
    "touch_publisher": _PUBLISHER,
}


def fill(path: Path, count: int) -> None:
    """Write so many conversions, a third of them with two products, and half as many clicks.

    :param path: a file with our tables and without rows.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Written past the store's commits, which are measured elsewhere.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-500000")
        connection.executemany(
            "INSERT INTO products VALUES (?, ?, ?, '[]')",
            [(SITE, f"product-{number}", f"Product {number}") for number in range(500)],
        )
        for first in range(0, count, _AT_ONCE):
            say(f"  {first:,} of {count:,} conversions")
            numbers = {"count": count, "first": first, "last": min(first + _AT_ONCE, count) - 1}
            _insert(
                connection,
                "conversions",
                _SALE,
                rows.arrival_row(rows.arrival_values(SITE, _a_sale())),
                numbers,
            )
            numbers = {"count": count // 2, "first": first // 2, "last": (numbers["last"] - 1) // 2}
            _insert(connection, "clicks", _CLICK, rows.click_row(SITE, _a_click()), numbers)
        connection.execute(
            "INSERT INTO lines SELECT site, id, place, 'product-' || ((id / 4096 + 97 * place) "
            "% 500), 1, 500, 1, 0 FROM conversions CROSS JOIN (SELECT 0 AS place UNION ALL "
            "SELECT 1) WHERE id % 3 = 0"
        )
        connection.execute("PRAGMA journal_mode=WAL")


def _insert(
    connection: sqlite3.Connection,
    table: str,
    told: Mapping[str, str],
    example: Mapping[str, object],
    numbers: Mapping[str, int],
) -> None:
    """Write rows that are like an example, but for what is told."""
    values = ", ".join(told.get(name, f":{name}") for name in example)
    statement = (
        "WITH RECURSIVE numbers (number) AS (VALUES (:first) UNION ALL "  # noqa: S608  our own words
        "SELECT number + 1 FROM numbers WHERE number < :last) "
        f"INSERT INTO {table} ({', '.join(example)}) SELECT {values} FROM numbers"
    )
    connection.execute(statement, {**example, **numbers})


def _a_sale() -> Arrival:
    conversion = Conversion(
        reference="1", revenue=Money("1", "USD"), occurred_at=BEGIN, target="1", quantity=1
    )
    return Arrival(
        conversion=conversion,
        touch=Touch(at=BEGIN, list="main"),
        referral=None,
        visitor=1,
        at=BEGIN,
        window=timedelta(days=30),
        day="",
    )


def _a_click() -> Click:
    return Click(
        id=1,
        touch=Touch(at=BEGIN, list="main"),
        day="",
        visitor=1,
        verdict="valid",
        destination="/p/socks",
    )
