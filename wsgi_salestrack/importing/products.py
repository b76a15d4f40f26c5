"""The products of an order: a row each in CSV, a list in JSON lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import BadValue
from ..orders import Line
from . import values
from .columns import PRODUCT_COLUMNS
from .rows import Given

#: Columns whose value is that of a product, where there is one.
PRODUCT_VALUES: Final = frozenset((*PRODUCT_COLUMNS, "quantity"))
_KEYS: Final = PRODUCT_VALUES | {"categories"}


def lines_of(row: Given, currency: str) -> tuple[Line, ...]:
    """The product of a row, or those that it lists; none where there are none.

    :raises BadValue: naming the column.
    """
    listed = row.get("lines")
    given = [name for name in PRODUCT_COLUMNS if row.get(name) not in (None, "")]
    if listed in (None, "", []):
        return (_line(row, currency),) if given else ()
    if given:
        raise BadValue(given[0], "is given, and so are lines; use one of them")
    if not isinstance(listed, list | tuple):
        raise BadValue("lines", "are no list")
    return tuple(_listed_line(line, currency) for line in listed)


def _listed_line(line: object, currency: str) -> Line:
    if not isinstance(line, Mapping):
        raise BadValue("lines", "hold what is no object")
    unknown = line.keys() - _KEYS
    if unknown:
        raise BadValue("lines", f"have an unknown {min(map(str, unknown))!r}")
    return _line(line, currency)


def _line(row: Given, currency: str) -> Line:
    product_id, name = (_required(row, column) for column in ("product_id", "name"))
    quantity = values.quantity(row)
    if quantity is None:
        raise BadValue("quantity", "is missing, of a product")
    unit_price = values.money(row, "unit_price", currency)
    if unit_price is None:
        raise BadValue("unit_price", "is missing, of a product")
    return Line(
        product_id=product_id,
        name=name,
        categories=_categories(row),
        quantity=quantity,
        unit_price=unit_price,
    )


def _required(row: Given, column: str) -> str:
    found = values.text(row, column)
    if found is None:
        raise BadValue(column, "is missing, of a product")
    return found


def _categories(row: Given) -> tuple[str, ...]:
    listed = row.get("categories")
    if isinstance(listed, list | tuple) and "category" not in row:
        named = [values.text({"categories": each}, "categories") for each in listed]
        return tuple(each for each in named if each is not None)
    if listed is not None:
        raise BadValue("categories", "are no list, or category is given, too")
    category = values.text(row, "category")
    return () if category is None else (category,)
