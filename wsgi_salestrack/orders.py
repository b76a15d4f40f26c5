"""What was bought in one go: the products, the customer and the place."""

from __future__ import annotations

import msgspec

from .checks import LONGEST_REFERENCE, check_money, check_quantity, check_text
from .errors import BadValue
from .money import Money


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One product of an order.

    :param product_id: the host's id of the product, which never changes.
    :param unit_price: in the order's currency.
    """

    product_id: str
    name: str
    categories: tuple[str, ...] = ()
    quantity: int
    unit_price: Money

    def __post_init__(self) -> None:
        check_text("product_id", self.product_id, LONGEST_REFERENCE)
        check_text("name", self.name, 1000)
        if not isinstance(self.categories, tuple):
            raise BadValue("categories", 'is not a tuple of text; write ("socks",)')
        for category in self.categories:
            check_text("categories", category, LONGEST_REFERENCE)
        check_quantity(self.quantity)
        check_money("unit_price", self.unit_price)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What was bought, by which customer and where, as far as either is known.

    :param customer_ref: the host's number of the customer.
    :param lines: the products, all in one currency.
    :raises BadValue: naming the field; an order that says nothing at all is refused as well.
    """

    customer_ref: str | None = None
    point_of_sale: str | None = None
    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        for field in ("customer_ref", "point_of_sale"):
            value = getattr(self, field)
            if value is not None:
                check_text(field, value, LONGEST_REFERENCE)
        if type(self.lines) is not tuple:
            raise BadValue("lines", "is not a tuple of Line; write (line,)")
        if not self.lines and self.customer_ref is None and self.point_of_sale is None:
            raise BadValue("lines", "is empty, and nothing else is known; leave the order out")
        if not all(isinstance(line, Line) for line in self.lines):
            raise BadValue("lines", "holds what is no Line")
        if len({line.unit_price.currency for line in self.lines}) > 1:
            raise BadValue("unit_price", "is in more than one currency")


def without_customer(order: Order | None) -> Order | None:
    """What is kept of an order of somebody who was forgotten; None where nothing else is known."""
    if order is None or order.customer_ref is None:
        return order
    if not order.lines and order.point_of_sale is None:
        return None
    return msgspec.structs.replace(order, customer_ref=None)
