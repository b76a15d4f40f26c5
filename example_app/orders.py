"""Orders: placed in one transaction with the stock, found by an unguessable key, cancelled."""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from example_app.cart import CartLine
from example_app.database import connection, transaction
from example_app.prices import as_decimal

__all__ = ["NotEnoughLeft", "Order", "OrderLine", "cancel", "find_order", "place"]


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
    *, lines: Sequence[CartLine], name: str, email: str, attempt: str, now: datetime
) -> Order:
    """Sell.

    :param lines: what, at least one line.
    :param attempt: random text of the filled form. A second click on its button finds the first
        one's order and buys nothing more.
    :param now: aware UTC.
    :returns: the order, committed.
    :raises NotEnoughLeft: a product has run out meanwhile; nothing was sold.
    """
    with transaction() as database:
        earlier = database.execute("SELECT key FROM orders WHERE attempt = ?", (attempt,))
        row = earlier.fetchone()
        if row is not None:
            key = row["key"]
        else:
            key = _insert(database, lines, name=name, email=email, attempt=attempt, now=now)
    order = find_order(key)
    if order is None:
        raise LookupError("an order that was just committed is gone")
    return order


def find_order(key: str) -> Order | None:
    """Look an order up for whoever knows its key.

    :param key: from the address, so it may be anything.
    :returns: the order, or None.
    """
    database = connection()
    row = database.execute("SELECT * FROM orders WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    lines = database.execute(
        "SELECT slug, name, quantity, unit_cents FROM order_lines WHERE order_number = ?"
        " ORDER BY slug",
        (row["number"],),
    )
    return Order(
        number=row["number"],
        key=row["key"],
        name=row["name"],
        email=row["email"],
        is_cancelled=row["status"] == "cancelled",
        placed_at=datetime.fromisoformat(row["placed_at"]),
        lines=tuple(OrderLine(**dict(line)) for line in lines),
    )


def cancel(order: Order) -> None:
    """Cancel an order and put its pieces back on the shelf; once, however often it is asked.

    :param order: the order.
    """
    with transaction() as database:
        changed = database.execute(
            "UPDATE orders SET status = 'cancelled' WHERE number = ? AND status = 'placed'",
            (order.number,),
        )
        if changed.rowcount:
            database.executemany(
                "UPDATE products SET stock = stock + ? WHERE slug = ?",
                [(line.quantity, line.slug) for line in order.lines],
            )


def _insert(
    database: sqlite3.Connection,
    lines: Sequence[CartLine],
    *,
    name: str,
    email: str,
    attempt: str,
    now: datetime,
) -> str:
    key = secrets.token_urlsafe(16)
    number = database.execute(
        "INSERT INTO orders (key, attempt, name, email, placed_at) VALUES (?, ?, ?, ?, ?)",
        (key, attempt, name, email, now.isoformat()),
    ).lastrowid
    for line in lines:
        slug, quantity = line.product.slug, line.quantity
        changed = database.execute(
            "UPDATE products SET stock = stock - ? WHERE slug = ? AND stock >= ?",
            (quantity, slug, quantity),
        )
        if not changed.rowcount:
            left = database.execute("SELECT stock FROM products WHERE slug = ?", (slug,))
            raise NotEnoughLeft(line.product.name, left.fetchone()["stock"])
        database.execute(
            "INSERT INTO order_lines VALUES (?, ?, ?, ?, ?)",
            (number, slug, line.product.name, quantity, line.product.cents),
        )
    return key
