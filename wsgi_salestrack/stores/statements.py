"""The SQL, written once with named parameters, for any database that a store may use."""

from __future__ import annotations

from typing import Final

from ..model import TOUCH_NAMES
from .base import Dimension, Selection

TOUCH_COLUMNS: Final = tuple(f"touch_{name}" for name in ("at", *TOUCH_NAMES))
REFERRAL_COLUMNS: Final = tuple(f"referral_{name}" for name in ("at", *TOUCH_NAMES))

CLICK_COLUMNS: Final = ("id", "site", "visitor", "verdict", "destination", *TOUCH_COLUMNS)

# What a repeat may change comes after what it never does.
_IDENTITY_COLUMNS: Final = ("id", "site", "scope", "dedupe_key", "reference")
_TIME_COLUMNS: Final = ("occurred_at", "day", "recorded_at", "changed_at", "visitor")
VALUE_COLUMNS: Final = (
    "source",
    "target",
    "revenue",
    "currency",
    "exponent",
    "quantity",
    "customer_ref",
    "point_of_sale",
    *TOUCH_COLUMNS,
    *REFERRAL_COLUMNS,
)
CONVERSION_COLUMNS: Final = (*_IDENTITY_COLUMNS, *_TIME_COLUMNS, *VALUE_COLUMNS)

_COLUMN_OF: Final[dict[Dimension, str]] = {
    "newsletter": "touch_newsletter",
    "link": "touch_link",
    "contact": "touch_contact",
    "list": "touch_list",
    "target": "target",
    "day": "day",
}
DIMENSIONS: Final = tuple(_COLUMN_OF)


def _insert(table: str, columns: tuple[str, ...], otherwise: str = "") -> str:
    places = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {otherwise}".rstrip()


def insert_many(table: str, columns: tuple[str, ...], count: int) -> str:
    """Insert so many new rows, or none; for SQLite, by place: names take longer to bind."""
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"


_IF_NEW = "ON CONFLICT DO NOTHING"

INSERT_CLICK: Final = _insert("clicks", CLICK_COLUMNS, _IF_NEW)

INSERT_CONVERSION: Final = _insert("conversions", CONVERSION_COLUMNS, _IF_NEW)

SELECT_CONVERSION: Final = (
    f"SELECT {', '.join(CONVERSION_COLUMNS)} FROM conversions "
    "WHERE site = :site AND scope = :scope AND dedupe_key = :dedupe_key"
)

SELECT_CONVERSION_BY_ID: Final = (
    f"SELECT {', '.join(CONVERSION_COLUMNS)} FROM conversions WHERE id = :id"
)

# ``changed_at`` is NULL where only the bookkeeping changes: a replay has nothing new to tell.
UPDATE_CONVERSION: Final = (
    f"UPDATE conversions SET {', '.join(f'{name} = :{name}' for name in VALUE_COLUMNS)}, "
    "changed_at = COALESCE(:changed_at, changed_at) WHERE id = :id"
)

SELECT_CHANGED: Final = (
    "SELECT id FROM conversions WHERE site = :site AND changed_at >= :since ORDER BY changed_at, id"
)

INSERT_CONFLICT: Final = _insert("conflicts", ("id", "conversion", "at", "lost"), _IF_NEW)

SELECT_CONFLICT: Final = "SELECT id FROM conflicts WHERE conversion = :conversion AND lost = :lost"

_PRODUCT_COLUMNS: Final = ("site", "product_id", "name", "categories")

INSERT_PRODUCT: Final = _insert("products", _PRODUCT_COLUMNS, _IF_NEW)

RENAME_PRODUCT: Final = _insert(
    "products",
    _PRODUCT_COLUMNS,
    "ON CONFLICT (site, product_id) "
    "DO UPDATE SET name = excluded.name, categories = excluded.categories",
)

DELETE_LINES: Final = "DELETE FROM lines WHERE conversion = :conversion"

INSERT_LINE: Final = _insert(
    "lines", ("conversion", "position", "product_id", "quantity", "unit_price")
)

SELECT_LINES: Final = """\
SELECT lines.product_id, products.name, products.categories, lines.quantity, lines.unit_price
FROM lines JOIN products ON products.site = :site AND products.product_id = lines.product_id
WHERE lines.conversion = :conversion ORDER BY lines.position"""

SELECT_LAST_CLICK: Final = (
    "SELECT MAX(touch_at) FROM clicks WHERE site = :site AND touch_contact = :contact "
    "AND verdict = 'valid' AND touch_at <= :until "
    + " ".join(
        f"AND (touch_{name} = :{name} OR (touch_{name} IS NULL AND :{name} IS NULL))"
        for name in TOUCH_NAMES
        if name != "contact"
    )
)

FORGET_SITE: Final = tuple(
    f"DELETE FROM {table} WHERE {owned}"
    for table, owned in (
        ("conflicts", "conversion IN (SELECT id FROM conversions WHERE site = :site)"),
        ("lines", "conversion IN (SELECT id FROM conversions WHERE site = :site)"),
        ("conversions", "site = :site"),
        ("products", "site = :site"),
        ("clicks", "site = :site"),
    )
)


def select_totals(selection: Selection) -> str:
    """The query for a selection.

    Only names of columns come from it; its values are parameters (``since``, ``until``,
    ``currency``, ``where_<dimension>``).
    """
    column = _COLUMN_OF[selection.by]
    conditions = ["site = :site"]
    if selection.since is not None:
        conditions.append("occurred_at >= :since")
    if selection.until is not None:
        conditions.append("occurred_at < :until")
    if selection.currency is not None:
        conditions.append("currency = :currency")
    for dimension, value in selection.where.items():
        given = "IS NULL" if value is None else f"= :where_{dimension}"
        conditions.append(f"{_COLUMN_OF[dimension]} {given}")
    return (
        f"SELECT {column}, currency, exponent, COUNT(*), "
        "COALESCE(SUM(quantity), 0), COALESCE(SUM(revenue), 0) "
        f"FROM conversions WHERE {' AND '.join(conditions)} "
        f"GROUP BY {column}, currency, exponent"
    )
