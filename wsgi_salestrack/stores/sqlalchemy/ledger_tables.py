"""The tables of publishers, their commissions and payouts, as SQLAlchemy has them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from .columns import id_column, long_text, of_conversion, site_column, text


def publishers(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    """Publishers who were written down."""
    return [
        site_column(),
        Column("publisher", text(100), nullable=False),
        Column("name", text(255)),
        Column("parent", text(100)),
        Column("rules", long_text(), nullable=False),
        Column("contact", text(100)),
        Column("customer_ref", text(255)),
        PrimaryKeyConstraint("site", "publisher"),
    ]


def commissions(prefix: str, schema: str | None) -> list[SchemaItem]:
    """The entries of the ledger."""
    return [
        site_column(),
        id_column(),
        Column("conversion", BigInteger, nullable=False, autoincrement=False),
        Column("publisher", text(100), nullable=False),
        Column("tier", SmallInteger, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", text(3), nullable=False),
        Column("exponent", SmallInteger, nullable=False),
        Column("rule", long_text(), nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "id"),
        of_conversion(prefix, schema),
    ]


def commission_states(prefix: str, schema: str | None) -> list[SchemaItem]:
    """What became of the entries."""
    return [
        site_column(),
        id_column(),
        Column("commission", BigInteger, nullable=False, autoincrement=False),
        Column("state", text(20), nullable=False),
        Column("reason", text(255)),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "id"),
        UniqueConstraint("site", "commission", "state", name=f"{prefix}commission_states_once"),
        _of("commission", prefix, schema),
    ]


def payouts(_prefix: str, _schema: str | None) -> list[SchemaItem]:
    """What publishers are paid at once."""
    return [
        site_column(),
        id_column(),
        Column("publisher", text(100), nullable=False),
        Column("name", text(255)),
        Column("currency", text(3), nullable=False),
        Column("exponent", SmallInteger, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("sales", BigInteger, nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "id"),
    ]


def payout_states(prefix: str, schema: str | None) -> list[SchemaItem]:
    """What became of the payouts."""
    return [
        site_column(),
        id_column(),
        Column("payout", BigInteger, nullable=False, autoincrement=False),
        Column("state", text(20), nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "id"),
        UniqueConstraint("site", "payout", "state", name=f"{prefix}payout_states_once"),
        _of("payout", prefix, schema),
    ]


def payout_entries(prefix: str, schema: str | None) -> list[SchemaItem]:
    """What is in them; an entry is held by one, and of one that was dropped ``held`` is NULL."""
    return [
        site_column(),
        Column("payout", BigInteger, nullable=False, autoincrement=False),
        Column("commission", BigInteger, nullable=False, autoincrement=False),
        Column("held", SmallInteger),
        PrimaryKeyConstraint("site", "payout", "commission"),
        UniqueConstraint("site", "commission", "held", name=f"{prefix}payout_entries_once"),
        _of("payout", prefix, schema),
        _of("commission", prefix, schema),
    ]


def _of(name: str, prefix: str, schema: str | None) -> ForeignKeyConstraint:
    """The key of the commission or payout that a row belongs to."""
    table = f"{schema}.{prefix}{name}s" if schema else f"{prefix}{name}s"
    return ForeignKeyConstraint(["site", name], [f"{table}.site", f"{table}.id"])
