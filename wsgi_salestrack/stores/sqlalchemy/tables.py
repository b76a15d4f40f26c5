"""The tables as SQLAlchemy has them, for the host's own MetaData and for our migrations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.mysql import LONGTEXT, VARCHAR
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from ..statements import REFERRAL_COLUMNS, TABLES, TOUCH_COLUMNS

#: What the names of our tables begin with, beside the host's own.
PREFIX = "salestrack_"


def add_tables(
    metadata: MetaData, *, prefix: str = PREFIX, schema: str | None = None
) -> dict[str, Table]:
    """Add our tables to a MetaData, so that Alembic and Flask-Migrate see them.

    :param prefix: of their names; the same that the store is given.
    :param schema: of the database, likewise; None: the default one.
    :returns: name without the prefix -> table.
    """
    tables = {
        name: Table(prefix + name, metadata, *_COLUMNS_OF[name](prefix, schema), schema=schema)
        for name in (*TABLES, "steps")
    }
    conversions, clicks, conflicts = (tables[n] for n in ("conversions", "clicks", "conflicts"))
    Index(f"{prefix}conversions_by_time", conversions.c.site, conversions.c.occurred_at)
    Index(
        f"{prefix}conversions_unsent",
        conversions.c.site,
        conversions.c.unsent,
        postgresql_where=conversions.c.unsent.is_not(None),
        sqlite_where=conversions.c.unsent.is_not(None),
    )
    Index(f"{prefix}clicks_by_contact", clicks.c.site, clicks.c.touch_contact, clicks.c.touch_at)
    Index(f"{prefix}conflicts_by_conversion", conflicts.c.site, conflicts.c.conversion)
    return tables


def _text(length: int) -> TypeEngine[str]:
    """Text that is the same only where each character is, trailing spaces included."""
    return (
        String(length)
        .with_variant(VARCHAR(length, charset="utf8mb4", collation="utf8mb4_0900_bin"), "mysql")
        .with_variant(VARCHAR(length, charset="utf8mb4", collation="utf8mb4_nopad_bin"), "mariadb")
    )


def _long_text() -> TypeEngine[str]:
    return (
        Text()
        .with_variant(LONGTEXT(charset="utf8mb4", collation="utf8mb4_0900_bin"), "mysql")
        .with_variant(LONGTEXT(charset="utf8mb4", collation="utf8mb4_nopad_bin"), "mariadb")
    )


def _id() -> Column[int]:
    # The application makes them: the database counts nothing.
    return Column("id", BigInteger, nullable=False, autoincrement=False)


def _site() -> Column[str]:
    return Column("site", _text(100), nullable=False)


def _touch(columns: tuple[str, ...]) -> list[Column[Any]]:
    at, *names = columns
    return [Column(at, BigInteger), *(Column(name, _text(100)) for name in names)]


def _clicks(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        _id(),
        _site(),
        Column("visitor", BigInteger),
        Column("verdict", _text(20), nullable=False),
        Column("destination", _long_text(), nullable=False),
        *_touch(TOUCH_COLUMNS),
        PrimaryKeyConstraint("site", "id"),
    ]


def _conversions(prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        _id(),
        _site(),
        Column("scope", _text(100), nullable=False),
        Column("dedupe_key", _text(255)),
        Column("reference", _text(255)),
        Column("occurred_at", BigInteger, nullable=False),
        Column("day", _text(10), nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("changed_at", BigInteger, nullable=False),
        Column("visitor", BigInteger),
        Column("unsent", _text(20)),
        Column("source", _text(20), nullable=False),
        Column("signed", SmallInteger, nullable=False),
        Column("target", _text(100)),
        Column("revenue", BigInteger),
        Column("currency", _text(3)),
        Column("exponent", SmallInteger),
        Column("quantity", BigInteger),
        Column("customer_ref", _text(255)),
        Column("point_of_sale", _text(255)),
        *_touch(TOUCH_COLUMNS),
        *_touch(REFERRAL_COLUMNS),
        PrimaryKeyConstraint("site", "id"),
        UniqueConstraint("site", "scope", "dedupe_key", name=f"{prefix}conversions_once"),
    ]


def _products(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        _site(),
        Column("product_id", _text(255), nullable=False),
        Column("name", _long_text(), nullable=False),
        Column("categories", _long_text(), nullable=False),
        PrimaryKeyConstraint("site", "product_id"),
    ]


def _lines(prefix: str, schema: str | None) -> list[SchemaItem]:
    return [
        _site(),
        Column("conversion", BigInteger, nullable=False, autoincrement=False),
        Column("position", BigInteger, nullable=False, autoincrement=False),
        Column("product_id", _text(255), nullable=False),
        Column("quantity", BigInteger, nullable=False),
        Column("unit_price", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "conversion", "position"),
        _of_conversion(prefix, schema),
    ]


def _conflicts(prefix: str, schema: str | None) -> list[SchemaItem]:
    return [
        _site(),
        _id(),
        Column("conversion", BigInteger, nullable=False, autoincrement=False),
        Column("at", BigInteger, nullable=False),
        Column("lost", _long_text(), nullable=False),
        PrimaryKeyConstraint("site", "id"),
        _of_conversion(prefix, schema),
    ]


def _steps(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        Column("step", _text(100), nullable=False),
        Column("taken_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("step"),
    ]


def _of_conversion(prefix: str, schema: str | None) -> ForeignKeyConstraint:
    conversions = f"{schema}.{prefix}conversions" if schema else f"{prefix}conversions"
    return ForeignKeyConstraint(
        ["site", "conversion"], [f"{conversions}.site", f"{conversions}.id"]
    )


_COLUMNS_OF = {
    "clicks": _clicks,
    "conversions": _conversions,
    "products": _products,
    "lines": _lines,
    "conflicts": _conflicts,
    "steps": _steps,
}
