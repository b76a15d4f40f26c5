"""The columns that past conversions have, by the names of the fields that they fill."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from ..errors import BadValue
from ..touches import TOUCH_NAMES

#: Another name of a column.
SYNONYMS: Final = {"amount": "revenue"}

#: What a row with a product says of it; in JSON lines these stand in ``lines`` instead.
PRODUCT_COLUMNS: Final = ("product_id", "name", "category", "unit_price")

_CONVERSION_COLUMNS: Final = (
    *("reference", "revenue", "currency", "quantity", "occurred_at", "scope"),
    *("customer_ref", "point_of_sale", "target"),
)
_TOUCH_COLUMNS: Final = (*TOUCH_NAMES, "clicked_at")

#: Of a conversion to be imported.
IMPORT_COLUMNS: Final = (*_CONVERSION_COLUMNS, *_TOUCH_COLUMNS, *PRODUCT_COLUMNS, "lines")

#: Of an order to be compared: what became of it as well. The rest is used where it is missing here.
RECONCILE_COLUMNS: Final = (
    *(name for name in IMPORT_COLUMNS if name != "scope"),
    *("status", "refunded"),
)


def known_columns(
    names: Iterable[str], known: Collection[str], ignored: Collection[str]
) -> list[str | None]:
    """Which column each name of a heading means; None: it is not to be read.

    :raises BadValue: for a name that means nothing or the same as another one: a misspelt
        ``occurred_at`` would date everything today.
    """
    left_out = {_plain(name) for name in ignored}
    columns: list[str | None] = []
    for name in names:
        plain = _plain(name)
        column = SYNONYMS.get(plain, plain)
        if plain in left_out or column in left_out:
            columns.append(None)
        elif column not in known:
            raise BadValue("column", f"{name!r} is unknown; use {', '.join(known)}, or --ignore it")
        elif column in columns:
            raise BadValue("column", f"{column} is there twice")
        else:
            columns.append(column)
    if "reference" not in columns:
        raise BadValue("column", "reference is missing: without it, all would count twice")
    return columns


def _plain(name: str) -> str:
    return name.strip().lower()
