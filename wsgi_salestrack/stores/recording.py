"""Writing a conversion once, inside a transaction that the store has begun."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

from ..errors import StoreError
from ..identity import new_id
from ..model import TRUST, Arrival, Click, Conversion, Order, Outcome, Recorded
from ..precedence import decide
from . import rows, statements

# How often an id may turn out to be taken, before something else must be wrong.
_ATTEMPTS: Final = range(10)
_NO_ID: Final = "no free id was found; is the clock standing still?"


class Cursor(Protocol):
    """What a statement gave, as DB-API has it."""

    @property
    def rowcount(self) -> int:
        """How many rows the statement wrote."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """All rows."""


class Execute(Protocol):
    """Runs one of our statements with its named parameters."""

    def __call__(self, statement: str, parameters: Mapping[str, Any], /) -> Cursor:
        """Run it."""


def record(execute: Execute, site: str, arrival: Arrival, values: rows.Values) -> Recorded:
    """Insert a conversion; where its reference is taken, let :mod:`~..precedence` decide.

    The insert comes first and its unique key decides: to look before would race.

    :param values: of the arrival, made by :func:`~.rows.arrival_values` before the transaction,
        which others wait for.
    """
    row = rows.arrival_row(values)
    for _ in _ATTEMPTS:
        if execute(statements.INSERT_CONVERSION, row).rowcount == 1:
            return _written(execute, site, arrival, row)
        if row["dedupe_key"] is not None:
            stored = execute(statements.SELECT_CONVERSION, row).fetchone()
            if stored is not None:
                return _weigh(execute, site, load(execute, site, stored, "duplicate"), arrival)
        # Neither new nor there: another process made the same id.
        row["id"] = new_id(arrival.at)
    raise StoreError(_NO_ID)


def load(execute: Execute, site: str, values: Any, outcome: Outcome) -> Recorded:
    """A stored conversion with its lines, from a row of its columns."""
    lines = execute(statements.SELECT_LINES, {"site": site, "conversion": values[0]}).fetchall()
    return rows.recorded_of(values, lines, outcome)


def add_click(execute: Execute, site: str, click: Click) -> Click:
    """Insert a click, with a new id where its own is taken."""
    for _ in _ATTEMPTS:
        if execute(statements.INSERT_CLICK, rows.click_row(site, click)).rowcount == 1:
            return click
        click = msgspec.structs.replace(click, id=click.id + 1)
    raise StoreError(_NO_ID)


def _written(execute: Execute, site: str, arrival: Arrival, row: rows.Row) -> Recorded:
    conversion = arrival.conversion
    if conversion.order is not None:
        _write_order(execute, site, row["id"], conversion, conversion.order)
        # Read back, for a product may have another name than an untrusted source says.
        stored = execute(statements.SELECT_CONVERSION_BY_ID, row).fetchone()
        return load(execute, site, stored, "recorded")
    return as_new(arrival, row["id"])


def as_new(arrival: Arrival, id: int) -> Recorded:
    """What became of a conversion that was new and has no order."""
    return Recorded(
        outcome="recorded",
        conversion=arrival.conversion,
        touch=arrival.touch,
        referral=arrival.referral,
        id=id,
    )


def _weigh(execute: Execute, site: str, stored: Recorded, arrival: Arrival) -> Recorded:
    decision = decide(stored, arrival)
    standing, at = decision.standing, rows.microseconds(arrival.at)
    if standing.conversion != stored.conversion or standing.outcome == "enriched":
        row = rows.changed_row(standing.conversion, standing.touch, standing.referral)
        row["id"] = stored.id
        row["changed_at"] = at if standing.outcome == "enriched" else None
        execute(statements.UPDATE_CONVERSION, row)
    order = standing.conversion.order
    if order != stored.conversion.order:
        execute(statements.DELETE_LINES, {"conversion": stored.id})
        if order is not None:
            _write_order(execute, site, stored.id, arrival.conversion, order)
            values = execute(statements.SELECT_CONVERSION_BY_ID, {"id": stored.id}).fetchone()
            standing = load(execute, site, values, standing.outcome)
    if decision.lost is not None:
        _write_conflict(execute, stored.id, arrival, decision.lost)
    return standing


def _write_conflict(
    execute: Execute, conversion_id: int, arrival: Arrival, lost: Conversion
) -> None:
    """Keep the values that lost, once: a page may be loaded again and again."""
    values = msgspec.structs.replace(lost, occurred_at=None)
    row = {
        "conversion": conversion_id,
        "at": rows.microseconds(arrival.at),
        "lost": msgspec.json.encode(values).decode(),
    }
    if execute(statements.SELECT_CONFLICT, row).fetchone() is not None:
        return
    for _ in _ATTEMPTS:
        row["id"] = new_id(arrival.at)
        if execute(statements.INSERT_CONFLICT, row).rowcount == 1:
            return
    raise StoreError(_NO_ID)


def _write_order(
    execute: Execute, site: str, conversion_id: int, said_by: Conversion, order: Order
) -> None:
    """Write the lines; only a source nobody can forge may rename a product."""
    trusted = TRUST[said_by.source] > TRUST["ecommerce_pixel"]
    write_product = statements.RENAME_PRODUCT if trusted else statements.INSERT_PRODUCT
    for product in rows.product_rows(site, order):
        execute(write_product, product)
    for line in rows.line_rows(conversion_id, order):
        execute(statements.INSERT_LINE, line)
