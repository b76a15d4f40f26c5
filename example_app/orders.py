"""Orders: placed in one transaction with the stock, found by an unguessable key, cancelled."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Update, insert, select, update
from sqlalchemy.orm import Session

from example_app.cart import CartLine
from example_app.prices import as_decimal
from example_app.tables import order_lines, orders, products

__all__ = [
    "NotEnoughLeft",
    "Order",
    "OrderLine",
    "cancel",
    "find_order",
    "find_order_number",
    "place",
]

KEY = re.compile(r"[A-Za-z0-9_-]{22}")
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class NotEnoughLeft(Exception):
    """Somebody was faster: fewer pieces are left than the cart holds.

    :param name: of the product.
    :param left: pieces left.
    """

    def __init__(self, name: str, left: int) -> None:
        super().__init__(name, left)
        self.name = name
        self.left = left


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """A product as it was sold.

    :param unit_cents: price of one in minor units.
    """

    slug: str
    name: str
    quantity: int
    unit_cents: int

    @property
    def cents(self) -> int:
        """Price of the line in minor units."""
        return self.unit_cents * self.quantity


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order as the shop keeps it.

    :param number: counts up; what people and the tracker call the order.
    :param key: random; stands in the addresses of the order's pages.
    :param placed_at: aware UTC.
    """

    number: int
    key: str
    name: str
    email: str
    is_cancelled: bool
    placed_at: datetime
    lines: tuple[OrderLine, ...]

    @property
    def cents(self) -> int:
        """Total in minor units."""
        return sum(line.cents for line in self.lines)

    @property
    def revenue(self) -> Decimal:
        """Total as an exact decimal, for the tracker."""
        return as_decimal(self.cents)

    @property
    def quantity(self) -> int:
        """Pieces in all."""
        return sum(line.quantity for line in self.lines)


def place(
    database: Session,
    *,
    lines: Sequence[CartLine],
    name: str,
    email: str,
    attempt: str,
    now: datetime,
) -> Order:
    """Sell.

    :param database: the running transaction, which the order is committed with.
    :param lines: what, at least one line.
    :param attempt: random text of the filled form. A second click on its button finds the first
        one's order and buys nothing more.
    :param now: aware UTC.
    :returns: the order.
    :raises NotEnoughLeft: a product has run out meanwhile.
    :raises IntegrityError: a second click was as fast as the first; try again.
    """
    order = _find(database, orders.c.attempt == attempt)
    if order is not None:
        return order
    key = secrets.token_urlsafe(16)
    values = {
        "key": key,
        "attempt": attempt,
        "name": name,
        "email": email,
        "placed_at": now.isoformat(),
    }
    # Written before anything else is read: so nobody comes between the reading and the writing.
    database.execute(insert(orders).values(values))
    number = database.scalars(select(orders.c.number).where(orders.c.key == key)).one()
    # In the same order for everybody, or two customers could wait for each other.
    for line in sorted(lines, key=lambda line: line.product.slug):
        _take_from_stock(database, line)
        _insert_line(database, number, line)
    order = _find(database, orders.c.key == key)
    if order is None:
        raise LookupError("an order that was just placed is gone")
    return order


def find_order(database: Session, key: str) -> Order | None:
    """Look an order up for whoever knows its key.

    :param database: the running transaction.
    :param key: from the address, so it may be anything.
    :returns: the order, or None.
    """
    return _find(database, orders.c.key == key) if KEY.fullmatch(key) else None


def find_order_number(database: Session, reference: str | None) -> int | None:
    """Say which order a reference of the tracker's means.

    :param database: the running transaction.
    :param reference: of a conversion, so anybody may have made it up; 01001 is not order 1001.
    :returns: the order's number, or None.
    """
    if reference is None or not NUMBER.fullmatch(reference):
        return None
    return database.scalar(select(orders.c.number).where(orders.c.number == int(reference)))


def cancel(database: Session, order: Order) -> None:
    """Cancel an order and put its pieces back on the shelf; once, however often it is asked.

    :param database: the running transaction.
    :param order: the order.
    """
    cancelled = (
        update(orders)
        .where(orders.c.number == order.number, orders.c.status == "placed")
        .values(status="cancelled")
    )
    if not _changes_a_row(database, cancelled):
        return
    for line in order.lines:
        database.execute(
            update(products)
            .where(products.c.slug == line.slug)
            .values(stock=products.c.stock + line.quantity)
        )


def _find(database: Session, which: ColumnElement[bool]) -> Order | None:
    row = database.execute(select(orders).where(which)).mappings().first()
    if row is None:
        return None
    query = select(
        order_lines.c.slug, order_lines.c.name, order_lines.c.quantity, order_lines.c.unit_cents
    )
    lines = database.execute(
        query.where(order_lines.c.order_number == row["number"]).order_by(order_lines.c.slug)
    )
    return Order(
        number=row["number"],
        key=row["key"],
        name=row["name"],
        email=row["email"],
        is_cancelled=row["status"] == "cancelled",
        placed_at=datetime.fromisoformat(row["placed_at"]),
        lines=tuple(OrderLine(**line) for line in lines.mappings()),
    )


def _take_from_stock(database: Session, line: CartLine) -> None:
    here = products.c.slug == line.product.slug
    taken = (
        update(products)
        .where(here, products.c.stock >= line.quantity)
        .values(stock=products.c.stock - line.quantity)
    )
    if not _changes_a_row(database, taken):
        # As it is now, not as it was when the transaction began.
        left = database.scalar(select(products.c.stock).where(here).with_for_update())
        raise NotEnoughLeft(line.product.name, left or 0)


def _changes_a_row(database: Session, statement: Update) -> bool:
    # SQLAlchemy's types promise the count of Connection.execute() only.
    result = cast("CursorResult[Any]", database.execute(statement))
    return result.rowcount > 0


def _insert_line(database: Session, number: int, line: CartLine) -> None:
    database.execute(
        insert(order_lines).values(
            order_number=number,
            slug=line.product.slug,
            name=line.product.name,
            quantity=line.quantity,
            unit_cents=line.product.cents,
        )
    )
