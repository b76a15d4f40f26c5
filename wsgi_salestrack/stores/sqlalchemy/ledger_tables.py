"""The tables of publishers and their commissions, as SQLAlchemy has them."""

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
    entries = f"{schema}.{prefix}commissions" if schema else f"{prefix}commissions"
    return [
        site_column(),
        id_column(),
        Column("commission", BigInteger, nullable=False, autoincrement=False),
        Column("state", text(20), nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("site", "id"),
        UniqueConstraint("site", "commission", "state", name=f"{prefix}commission_states_once"),
        ForeignKeyConstraint(["site", "commission"], [f"{entries}.site", f"{entries}.id"]),
    ]
