"""The totals that a SQLite file keeps of its conversions and clicks: their tables and triggers.

All rows up to a mark are in the totals, but for the loose ones. What is not is read with them, by
the same queries that add it (:mod:`~.totals_parts`), so that the sums are always exact. A row that
changes is loose from then on: before it does, it is taken out of the totals. So is one that comes
with an id below the mark, since another process was faster. That is done by triggers, which nobody
who writes can forget, by whatever statement.

The sums of all days are those of the closed days, up to the one before yesterday: what has to be
added to them is formed of the sums of days, when one is closed. Only what comes for a closed day
counts in both at once.

The mark is moved by whoever writes (:class:`~.totals_keeping.TotalsKeeping`): to add many rows at
once is a fraction of the work of adding each by itself, for most of them count in the same sums,
and each sum may be on a page of its own that a commit has to write. Triggers that did it would have
to be compiled with every statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .totals_parts import CLICKS, DAY_AND_CLOSED, SALES, Kept

# Beyond it an integer might overflow, and the sum is none; reports then read the rows.
_LARGEST_SUM: Final = 1 << 62

#: All tables of the totals.
TOTALS_TABLES: Final = (
    "totalled",
    *(name for kept in (SALES, CLICKS) for name in (kept.totals, kept.loose)),
)


def totals_ddl() -> Iterator[str]:
    """The statements that make them, after the tables whose rows they count."""
    yield """CREATE TABLE totalled (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        conversions INTEGER NOT NULL,
        conversions_closed TEXT NOT NULL,
        clicks INTEGER NOT NULL,
        clicks_closed TEXT NOT NULL
    ) STRICT"""
    yield "INSERT INTO totalled VALUES (1, 0, '', 0, '')"
    for kept in (SALES, CLICKS):
        yield from _tables(kept)
        yield from _triggers(kept)
    for event, row in (("INSERT", "new"), ("UPDATE", "old"), ("DELETE", "old")):
        # A sale's lines are a part of it.
        yield _trigger("lines", f"BEFORE {event}", _loosen(SALES, f"{row}.conversion"))


def merged(kept: Kept) -> str:
    """After an insert into the totals: what becomes of sums that are there already."""
    sums = ", ".join(
        f"{name} = CASE WHEN {name} + excluded.{name} BETWEEN -{_LARGEST_SUM} AND {_LARGEST_SUM} "
        f"THEN {name} + excluded.{name} END"
        for name in kept.sums
    )
    return (
        f"ON CONFLICT ({', '.join(kept.key)}) DO UPDATE SET {sums}, "
        "first_at = MIN(first_at, excluded.first_at), last_at = MAX(last_at, excluded.last_at)"
    )


def _tables(kept: Kept) -> Iterator[str]:
    columns = [
        f"{name} {'INTEGER' if name == 'exponent' else 'TEXT'} NOT NULL" for name in kept.key
    ]
    columns += [f"{name} INTEGER" for name in kept.sums]
    columns += ["first_at INTEGER NOT NULL", "last_at INTEGER NOT NULL"]
    yield (
        f"CREATE TABLE {kept.totals} ({', '.join(columns)}, "
        f"PRIMARY KEY ({', '.join(kept.key)})) STRICT, WITHOUT ROWID"
    )
    yield (
        f"CREATE INDEX {kept.totals}_of_nothing ON {kept.totals} ({kept.sums[0]}) "
        f"WHERE {kept.sums[0]} = 0"
    )
    yield (
        f"CREATE TABLE {kept.loose} (id INTEGER PRIMARY KEY, site TEXT NOT NULL, "
        "taken_out INTEGER NOT NULL) STRICT"
    )


def _triggers(kept: Kept) -> Iterator[str]:
    rows, mark = kept.rows, f"(SELECT {kept.rows} FROM totalled)"
    late = f"INSERT INTO {kept.loose} (id, site, taken_out) VALUES (new.id, new.site, 0);"
    yield _trigger(rows, "AFTER INSERT", (f"new.id <= {mark}", late))
    changes = " OR ".join(f"old.{name} IS NOT new.{name}" for name in kept.columns)
    condition, loosen = _loosen(kept, "old.id")
    change = f"BEFORE UPDATE OF {', '.join(kept.columns)}"
    yield _trigger(rows, change, (f"({changes}) AND {condition}", loosen))
    yield _trigger(rows, "BEFORE DELETE", (condition, loosen))
    gone = f"DELETE FROM {kept.loose} WHERE id = old.id;"
    yield _trigger(rows, "AFTER DELETE", (f"old.id <= {mark}", gone))
    # Names of which nothing is left are not kept.
    key, columns = ", ".join(kept.key), ", ".join((*kept.key, *kept.sums, "first_at, last_at"))
    negative = ", ".join(f"-{name}" for name in kept.sums)
    parts = " UNION ALL ".join(
        part.select(kept, DAY_AND_CLOSED, "counted.id = new.id") for part in kept.parts
    )
    taken_out = (
        f"INSERT INTO {kept.totals} ({columns}) SELECT {key}, {negative}, first_at, last_at "
        f"FROM ({parts}) WHERE TRUE {merged(kept)}; "
        f"DELETE FROM {kept.totals} WHERE {kept.sums[0]} = 0;"
    )
    yield _trigger(kept.loose, "AFTER UPDATE", ("new.taken_out = 1", taken_out))


def _loosen(kept: Kept, id: str) -> tuple[str, str]:
    """When and how a row is made loose that is in the totals, if it is there."""
    condition = (
        f"{id} <= (SELECT {kept.rows} FROM totalled) "
        f"AND NOT EXISTS (SELECT 1 FROM {kept.loose} WHERE id = {id})"
    )
    # Two statements: with the first, the trigger of the second would be compiled for every insert.
    return condition, (
        f"INSERT INTO {kept.loose} (id, site, taken_out) "
        f"SELECT id, site, 0 FROM {kept.rows} WHERE id = {id}; "
        f"UPDATE {kept.loose} SET taken_out = 1 WHERE id = {id};"
    )


def _trigger(table: str, event: str, does: tuple[str, str]) -> str:
    when, action = event.lower().split()[:2]
    condition, body = does
    return (
        f"CREATE TRIGGER {table}_{when}_{action} {event} ON {table} "
        f"WHEN {condition} BEGIN {body} END"
    )
