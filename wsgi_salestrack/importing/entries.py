"""From rows to conversions and their touches: pure, and never failing as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from ..checks import LONGEST_REFERENCE
from ..errors import BadValue
from ..model import ORDER_SCOPE, Conversion
from ..money import Money, exponent_of
from ..orders import Line, Order
from ..touches import TOUCH_NAMES, Touch
from . import values
from .products import PRODUCT_VALUES, lines_of
from .rows import Given, Row
from .values import Assumed

_CANCELLED: Final = {"cancelled": True, "canceled": True, "paid": False}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A conversion as a row tells it, or several rows of one order.

    :param line: of the first row.
    :param touch: whom to credit, if anybody.
    :param cancelled: whether the shop has cancelled it; None: the row does not say.
    :param refunded: how much the shop took back; None: the row does not say.
    """

    line: int
    reference: str
    conversion: Conversion
    touch: Touch
    cancelled: bool | None = None
    refunded: Money | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What can't be a conversion.

    :param line: where it is wrong.
    :param reference: as far as it can be read.
    :param problem: naming the column.
    """

    line: int
    reference: str | None
    problem: str


def read_entries(rows: Iterable[Row | Given], assumed: Assumed) -> Iterator[Entry | Refused]:
    """The conversions of rows, in their order.

    Rows with a product that follow each other and have one reference (and scope) are one order.
    Where a row can't be read at all, the order before it and the order after it are refused, too:
    it may have been theirs, and once they were recorded without it they would stay so.
    """
    for group, neighbour in _groups(_numbered(rows)):
        first = group[0]
        if first.problem is not None:
            yield Refused(line=first.line, reference=None, problem=first.problem)
        elif neighbour is not None and _has_product(first):
            problem = f"line {neighbour} can't be read, and may be one of this order's"
            yield Refused(line=first.line, reference=readable(first), problem=problem)
        else:
            yield _entry(group, assumed)


def readable(row: Row) -> str | None:
    """A row's reference for people, even where it is none."""
    reference = row.values.get("reference")
    if reference is None or reference == "":
        return None
    return str(reference)[:LONGEST_REFERENCE].encode("utf-8", "replace").decode()


def _numbered(rows: Iterable[Row | Given]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        yield row if isinstance(row, Row) else Row(line=number, values=row)


def _groups(rows: Iterable[Row]) -> Iterator[tuple[list[Row], int | None]]:
    """The rows of each conversion, and the line next to them that can't be read, if any."""
    group: list[Row] = []
    neighbour: int | None = None
    for row in rows:
        is_unreadable = row.problem is not None or (_has_product(row) and not _key(row)[0])
        if group and not is_unreadable and _is_of(group[0], row):
            group.append(row)
            continue
        if group:
            yield group, neighbour or (row.line if is_unreadable else None)
            group, neighbour = [], None
        if is_unreadable:
            yield [row], None
            neighbour = row.line
        else:
            group = [row]
    if group:
        yield group, neighbour


def _is_of(first: Row, row: Row) -> bool:
    return _has_product(first) and _has_product(row) and _key(first) == _key(row)


def _has_product(row: Row) -> bool:
    return row.values.get("product_id") not in (None, "")


def _key(row: Row) -> tuple[object, object]:
    return row.values.get("reference") or "", row.values.get("scope") or ORDER_SCOPE


def _entry(group: Sequence[Row], assumed: Assumed) -> Entry | Refused:
    line = group[0].line
    try:
        given = _together(group)
        reference = values.reference(given)
        currency = values.word(given, "currency") or assumed.currency
        exponent_of(currency)
        products: tuple[Line, ...] = ()
        for row in group:
            line = row.line
            products += lines_of(row.values, currency)
        line = group[0].line
        conversion = _conversion(given, reference, currency, products, assumed)
        return Entry(
            line=line,
            reference=reference,
            conversion=conversion,
            touch=_touch(given, conversion, assumed),
            cancelled=_is_cancelled(given),
            refunded=_refunded(given, conversion, currency),
        )
    except BadValue as error:
        return Refused(line=line, reference=readable(group[0]), problem=str(error))


def _together(group: Sequence[Row]) -> Given:
    """What the rows of an order say of it as a whole: the same, or only some of them say it."""
    if len(group) == 1:
        return group[0].values
    together: dict[str, object] = {}
    for row in group:
        for column, value in row.values.items():
            if column in PRODUCT_VALUES or value is None or value == "":
                continue
            if together.setdefault(column, value) != value:
                raise BadValue(column, "is not the same in all lines of the order")
    return together


def _conversion(
    given: Given, reference: str, currency: str, products: tuple[Line, ...], assumed: Assumed
) -> Conversion:
    customer_ref = values.text(given, "customer_ref")
    point_of_sale = values.text(given, "point_of_sale")
    order = None
    if products or customer_ref is not None or point_of_sale is not None:
        order = Order(customer_ref=customer_ref, point_of_sale=point_of_sale, lines=products)
    return Conversion(
        source="import",
        scope=values.text(given, "scope") or ORDER_SCOPE,
        reference=reference,
        revenue=values.money(given, "revenue", currency),
        # A row with a product has the product's quantity, and the order's is the sum of them.
        quantity=None if products and not given.get("lines") else values.quantity(given),
        occurred_at=values.occurred_at(given, assumed),
        order=order,
        target=values.text(given, "target"),
    )


def _touch(given: Given, conversion: Conversion, assumed: Assumed) -> Touch:
    occurred_at = conversion.occurred_at or assumed.at
    names = {name: values.text(given, name) for name in TOUCH_NAMES}
    at = values.clicked_at(given, occurred_at, assumed)
    return Touch(at=at, **names).check()


def _is_cancelled(given: Given) -> bool | None:
    status = values.word(given, "status")
    if status is None:
        return None
    try:
        return _CANCELLED[status.lower()]
    except KeyError:
        raise BadValue("status", "is neither paid nor cancelled") from None


def _refunded(given: Given, conversion: Conversion, currency: str) -> Money | None:
    refunded = values.money(given, "refunded", currency)
    sold = conversion.revenue
    if refunded is not None and refunded.minor > (sold.minor if sold else 0):
        raise BadValue("refunded", "is more than the revenue")
    return refunded
