"""Writing a conversion once, inside a transaction that the store has begun."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from ..errors import StoreError
from ..identity import new_id
from ..model import TRUST, Arrival, Click, Conversion, Order, Recorded
from ..precedence import decide
from . import rows, statements

_MOST_COLLISIONS = 10


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


def record(execute: Execute, site: str, arrival: Arrival, row: rows.Row) -> Recorded:
    """Insert a conversion; where its reference is taken, let :mod:`~..precedence` decide.

    The insert comes first and its unique key decides: to look before would race.

    :param row: of the arrival, made by :func:`~.rows.arrival_row` before the transaction, which
        others wait for.
    """
    conversion = arrival.conversion
    for _ in range(_MOST_COLLISIONS):
        if execute(statements.INSERT_CONVERSION, row).rowcount == 1:
            if conversion.order is not None:
                _write_order(execute, site, row["id"], conversion, conversion.order)
            return Recorded(
                outcome="recorded",
                conversion=conversion,
                touch=arrival.touch,
                referral=arrival.referral,
                id=row["id"],
            )
        if conversion.reference is not None:
            stored = execute(statements.SELECT_CONVERSION, row).fetchone()
            if stored is not None:
                return _weigh(execute, site, load(execute, site, stored), arrival)
        # Neither new nor there: another process made the same id.
        row["id"] = new_id(arrival.at)
    raise StoreError("no free id was found; is the clock standing still?")


def load(execute: Execute, site: str, values: Any) -> Recorded:
    """A stored conversion with its lines, from a row of its columns."""
    lines = execute(statements.SELECT_LINES, {"site": site, "conversion": values[0]}).fetchall()
    return rows.recorded_of(values, lines, "duplicate")


def add_click(execute: Execute, site: str, click: Click) -> Click:
    """Insert a click, with a new id where its own is taken."""
    for _ in range(_MOST_COLLISIONS):
        if execute(statements.INSERT_CLICK, rows.click_row(site, click)).rowcount == 1:
            return click
        click = msgspec.structs.replace(click, id=click.id + 1)
    raise StoreError("no free id was found; is the clock standing still?")


def _weigh(execute: Execute, site: str, stored: Recorded, arrival: Arrival) -> Recorded:
    decision = decide(stored, arrival)
    standing, at = decision.standing, rows.microseconds(arrival.at)
    if standing.conversion != stored.conversion or standing.outcome == "enriched":
        values = rows.value_row(standing.conversion, standing.touch, standing.referral, at)
        execute(statements.UPDATE_CONVERSION, {**values, "id": stored.id})
        order = standing.conversion.order
        if order is not None and order != stored.conversion.order:
            _write_order(execute, site, stored.id, arrival.conversion, order)
    if decision.lost is not None:
        lost = msgspec.json.encode(decision.lost).decode()
        conflict = {"id": new_id(arrival.at), "conversion": stored.id, "at": at, "lost": lost}
        execute(statements.INSERT_CONFLICT, conflict)
    return standing


def _write_order(
    execute: Execute, site: str, conversion_id: int, said_by: Conversion, order: Order
) -> None:
    """Write the lines; only a source nobody can forge may rename a product."""
    trusted = TRUST[said_by.source] > TRUST["ecommerce_pixel"]
    write_product = statements.RENAME_PRODUCT if trusted else statements.INSERT_PRODUCT
    for product in rows.product_rows(site, order):
        execute(write_product, product)
    execute(statements.DELETE_LINES, {"conversion": conversion_id})
    for line in rows.line_rows(conversion_id, order):
        execute(statements.INSERT_LINE, line)
