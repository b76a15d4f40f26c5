"""The tables as SQLAlchemy has them, for the host's own MetaData and for our migrations."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from ..statements import REFERRAL_COLUMNS, TABLES, TOUCH_COLUMNS
from . import ledger_tables
from .columns import id_column, long_text, of_conversion, site_column, text, touch_columns
from .indexes import add_indexes

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
    add_indexes(tables, prefix)
    return tables


def _clicks(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        id_column(),
        site_column(),
        Column("day", text(10), nullable=False),
        Column("visitor", BigInteger),
        Column("verdict", text(20), nullable=False),
        Column("destination", long_text(), nullable=False),
        *touch_columns(TOUCH_COLUMNS),
        PrimaryKeyConstraint("site", "id"),
    ]


def _conversions(prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        id_column(),
        site_column(),
        Column("scope", text(100), nullable=False),
        Column("dedupe_key", text(255)),
        Column("reference", text(255)),
        Column("occurred_at", BigInteger, nullable=False),
        Column("day", text(10), nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("changed_at", BigInteger, nullable=False),
        Column("visitor", BigInteger),
        Column("unsent", text(20)),
        Column("cancelled", SmallInteger, nullable=False),
        Column("refunded", BigInteger, nullable=False),
        Column("erased", SmallInteger, nullable=False),
        Column("source", text(20), nullable=False),
        Column("signed", SmallInteger, nullable=False),
        Column("target", text(100)),
        Column("affiliate_link", text(100)),
        Column("terms", long_text()),
        Column("revenue", BigInteger),
        Column("currency", text(3)),
        Column("exponent", SmallInteger),
        Column("quantity", BigInteger),
        Column("named_by", SmallInteger, nullable=False),
        Column("customer_ref", text(255)),
        Column("point_of_sale", text(255)),
        *touch_columns(TOUCH_COLUMNS),
        *touch_columns(REFERRAL_COLUMNS),
        PrimaryKeyConstraint("site", "id"),
        UniqueConstraint("site", "scope", "dedupe_key", name=f"{prefix}conversions_once"),
    ]


def _products(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        Column("product_id", text(255), nullable=False),
        Column("name", long_text(), nullable=False),
        Column("categories", long_text(), nullable=False),
        PrimaryKeyConstraint("site", "product_id"),
    ]


def _lines(prefix: str, schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        Column("conversion", BigInteger, nullable=False, autoincrement=False),
        Column("position", BigInteger, nullable=False, autoincrement=False),
        Column("product_id", text(255), nullable=False),
        Column("quantity", BigInteger, nullable=False),
        Column("unit_price", BigInteger, nullable=False),
        Column("is_first", SmallInteger, nullable=False),
        Column("returned", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "conversion", "position"),
        of_conversion(prefix, schema),
    ]


def _conflicts(prefix: str, schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        id_column(),
        Column("conversion", BigInteger, nullable=False, autoincrement=False),
        Column("at", BigInteger, nullable=False),
        Column("lost", long_text(), nullable=False),
        PrimaryKeyConstraint("site", "id"),
        of_conversion(prefix, schema),
    ]


def _adjustments(prefix: str, schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        id_column(),
        Column("conversion", BigInteger, nullable=False, autoincrement=False),
        Column("kind", text(20), nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("reference", text(255)),
        Column("amount", BigInteger),
        Column("currency", text(3)),
        Column("exponent", SmallInteger),
        Column("returned", long_text(), nullable=False),
        Column("unsent", text(20)),
        PrimaryKeyConstraint("site", "id"),
        UniqueConstraint("site", "conversion", "reference", name=f"{prefix}adjustments_once"),
        of_conversion(prefix, schema),
    ]


def _claims(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        Column("reference", text(255), nullable=False),
        Column("customer_ref", text(255), nullable=False),
        Column("visitor", BigInteger, nullable=False, autoincrement=False),
        Column("at", BigInteger, nullable=False),
        *touch_columns(TOUCH_COLUMNS),
        *touch_columns(REFERRAL_COLUMNS),
        PrimaryKeyConstraint("site", "reference", "customer_ref", "visitor"),
    ]


def _identities(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        Column("customer_ref", text(255), nullable=False),
        Column("contact", text(100), nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "customer_ref"),
    ]


def _separations(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        id_column(),
        Column("visitor", BigInteger),
        Column("contact", text(100)),
        Column("customer_ref", text(255)),
        Column("apart", SmallInteger, nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "id"),
    ]


def _hits(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        site_column(),
        id_column(),
        Column("at", BigInteger, nullable=False),
        Column("protocol", text(20), nullable=False),
        Column("outcome", text(20), nullable=False),
        Column("reason", long_text(), nullable=False),
        Column("parameters", long_text(), nullable=False),
        PrimaryKeyConstraint("site", "id"),
    ]


def _steps(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    return [
        Column("step", text(100), nullable=False),
        Column("taken_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("step"),
    ]


_COLUMNS_OF = {
    "clicks": _clicks,
    "conversions": _conversions,
    "products": _products,
    "lines": _lines,
    "conflicts": _conflicts,
    "adjustments": _adjustments,
    "claims": _claims,
    "identities": _identities,
    "separations": _separations,
    "publishers": ledger_tables.publishers,
    "commissions": ledger_tables.commissions,
    "commission_states": ledger_tables.commission_states,
    "payouts": ledger_tables.payouts,
    "payout_states": ledger_tables.payout_states,
    "payout_entries": ledger_tables.payout_entries,
    "hits": _hits,
    "steps": _steps,
}
