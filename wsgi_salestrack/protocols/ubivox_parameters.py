"""Ubivox's ``et_*`` parameters: an order with each of its products.

"There's multiple ways for the order data to enter the system, but all of them uses this common set
of parameters" [doc]. Where the vendor's documentation is silent, what is decided here says [ours].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from ..checks import LONGEST_REFERENCE, check_text, utc
from ..errors import BadHit, BadValue
from ..model import Conversion
from ..money import Money, exponent_of
from ..orders import Line, Order

T = TypeVar("T")

_LONGEST_NAME: Final = 1000
_LONGEST_NUMBER: Final = 9  # digits
_MOST_PROBLEMS: Final = 10  # that are named; they go into a header

_ORDER: Final = frozenset(
    f"et_{name}"
    for name in (
        *("products", "currency", "customer_ref", "order_ref", "point_of_sale", "added"),
        "digest",  # of a pixel only
    )
)
_PRODUCT: Final = re.compile(
    "et_prod_(?:(0|[1-9][0-9]{0,8})|.*)_(id|quantity|name|category|unit_price)", re.DOTALL
)
# What the model calls the sum of a parameter of all products.
_SUMMED: Final = {"revenue": "et_prod_i_unit_price", "quantity": "et_prod_i_quantity"}

_AHEAD: Final = timedelta(days=1)
# RFC 3339, and what ISO 8601 may leave out: seconds, and the offset or its minutes. The "+" of an
# offset arrives as a space where it was not encoded, and nothing else can be meant by one [ours].
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
    r"(?:[Zz]|([+ -])([0-9]{2})(?::?([0-9]{2}))?)?"
)


def is_known(name: str) -> bool:
    """Whether this is one of the vendor's parameters, which an answer may name."""
    return field_of(name) is not None


def field_of(name: str) -> str | None:
    """What the vendor calls a parameter: that of each product ``et_prod_i_id``, for one."""
    found = _PRODUCT.fullmatch(name)
    if found is None:
        return name if name in _ORDER else None
    return None if found[1] is None else f"et_prod_i_{found[2]}"


def conversion_of(
    values: Mapping[str, str], *, source: str, signed: bool, at: datetime
) -> Conversion:
    """The order that these parameters describe.

    :param values: decoded; parameters that are not the vendor's are no business of ours.
    :param at: when they came, aware UTC.
    :raises BadHit: naming every wrong parameter, or the first ten.
    """
    fields = _Fields(values)
    currency = fields.required("et_currency", _currency)
    customer_ref = fields.required("et_customer_ref", _text)
    reference = fields.required("et_order_ref", _text)
    point_of_sale = None
    if values.get("et_point_of_sale"):  # an empty text counts as none [ours]
        point_of_sale = fields.required("et_point_of_sale", _text)
    added = None
    if "et_added" in values:
        added = fields.required("et_added", partial(_moment, at))
    lines = tuple(_lines(fields, currency))
    fields.refuse_problems()
    try:
        return Conversion(
            source=source,
            reference=reference,
            occurred_at=added or at,
            order=Order(customer_ref=customer_ref, point_of_sale=point_of_sale, lines=lines),
            signed=signed,
        )
    except BadValue as error:  # each value is right, but not their sum
        raise BadHit(f"{_SUMMED[error.field]}: the {error}") from None


def parameters_of(order: Order) -> Iterator[tuple[str, str]]:
    """The parameters of an order, but for its reference and time."""
    yield "et_products", str(len(order.lines))
    yield "et_currency", order.lines[0].unit_price.currency
    if order.customer_ref is not None:
        yield "et_customer_ref", order.customer_ref
    if order.point_of_sale is not None:
        yield "et_point_of_sale", order.point_of_sale
    for index, line in enumerate(order.lines):
        yield f"et_prod_{index}_id", line.product_id
        yield f"et_prod_{index}_quantity", str(line.quantity)
        yield f"et_prod_{index}_name", line.name
        yield f"et_prod_{index}_category", ",".join(line.categories)
        yield f"et_prod_{index}_unit_price", f"{line.unit_price.amount:f}"


class _Fields:
    """Reads parameters, and keeps in mind what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    @property
    def are_hopeless(self) -> bool:
        """Whether more problems than are named have been found."""
        return len(self.problems) > _MOST_PROBLEMS

    def required(self, name: str, read: Callable[[str], T]) -> T | None:
        """What a parameter says; None where that is wrong, missing or empty."""
        value = self.values.get(name)
        if not value:
            self.problems.append(f"{name} is missing")
            return None
        try:
            return read(value)
        except BadValue as error:
            self.problems.append(f"{name} {error.problem}")
            return None

    def refuse_problems(self) -> None:
        """Raise what was found, if anything was."""
        if self.problems:
            more = ["and more"] if self.are_hopeless else []
            raise BadHit("; ".join(self.problems[:_MOST_PROBLEMS] + more))


def _lines(fields: _Fields, currency: str | None) -> Iterator[Line]:
    """The products from 0 to ``et_products`` - 1, as far as they are right."""
    products = fields.required("et_products", _number)
    if products is None:
        return
    fields.problems += _beyond(fields.values, products)
    for index in range(products):
        if fields.are_hopeless:  # anybody may claim a hundred thousand
            return
        line = _line(fields, f"et_prod_{index}_", currency)
        if line is not None:
            yield line


def _line(fields: _Fields, product: str, currency: str | None) -> Line | None:
    id = fields.required(f"{product}id", _text)
    quantity = fields.required(f"{product}quantity", _number)
    name = fields.required(f"{product}name", _name)
    categories = fields.required(f"{product}category", _categories)
    unit_price = fields.required(f"{product}unit_price", partial(_price, currency))
    if id and quantity and name and categories and unit_price:
        return Line(
            product_id=id,
            name=name,
            categories=categories,
            quantity=quantity,
            unit_price=unit_price,
        )
    return None


def _beyond(names: Mapping[str, str], products: int) -> Iterator[str]:
    """What is wrong with products that the order does not count [ours].

    Ignoring them would lose what was sold.
    """
    for name in names:
        found = _PRODUCT.fullmatch(name)
        if found is None:
            continue
        if found[1] is None:
            yield f"et_prod_i_{found[2]} is given with an i that is not 0, 1, 2, ..."
        elif int(found[1]) >= products:
            yield f"{name} is beyond et_products"


def _text(value: str) -> str:
    check_text("", value, LONGEST_REFERENCE)
    return value


def _name(value: str) -> str:
    check_text("", value, _LONGEST_NAME)
    return value


def _currency(value: str) -> str:
    exponent_of(value)
    return value


def _number(value: str) -> int:
    # isdigit() alone also takes Arabic digits.
    if len(value) <= _LONGEST_NUMBER and value.isdigit() and value.isascii() and int(value) >= 1:
        return int(value)
    raise BadValue("", "is not an integer from 1 to 999999999")


def _price(currency: str | None, value: str) -> Money | None:
    # Without a currency nobody can say which prices are right.
    return None if currency is None else Money(value, currency)


def _categories(value: str) -> tuple[str, ...]:
    """As [doc] "a comma separated list of categories", with or without spaces between [ours]."""
    names = tuple(name for part in value.split(",") if (name := part.strip()))
    if not names:
        raise BadValue("", "names no category")
    for name in names:
        check_text("", name, LONGEST_REFERENCE)
    return names


def _moment(at: datetime, value: str) -> datetime:
    """As [doc] "If not time zone offset is included, UTC is assumed".

    Clocks differ, and a shop may have left out its zone; what is later than that is a mistake,
    which would stand at the end of every report [ours].
    """
    moment = _timestamp(value)
    if moment > at + _AHEAD:
        raise BadValue("", "is still to come")
    return moment


def _timestamp(value: str) -> datetime:
    found = _MOMENT.fullmatch(value)
    if found is not None:
        day, time, sign, hours, minutes = found.groups()
        offset = f"{sign.replace(' ', '+')}{hours}:{minutes or '00'}" if sign else "+00:00"
        try:
            return utc("", datetime.fromisoformat(f"{day}T{time.replace(',', '.')}{offset}"))
        except ValueError:  # no such day or hour, or beyond what a datetime knows
            pass
    raise BadValue("", "is not a timestamp such as 2017-05-23T13:38:12+00:00")
