"""The columns that our tables have in common, as SQLAlchemy has them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, String, Text
from sqlalchemy.dialects.mysql import LONGTEXT, VARCHAR
from sqlalchemy.types import TypeEngine


def text(length: int) -> TypeEngine[str]:
    """Text that is the same only where each character is, trailing spaces included."""
    return (
        String(length)
        .with_variant(VARCHAR(length, charset="utf8mb4", collation="utf8mb4_0900_bin"), "mysql")
        .with_variant(VARCHAR(length, charset="utf8mb4", collation="utf8mb4_nopad_bin"), "mariadb")
    )


def long_text() -> TypeEngine[str]:
    """Text of any length that is the same only where each character is."""
    return (
        Text()
        .with_variant(LONGTEXT(charset="utf8mb4", collation="utf8mb4_0900_bin"), "mysql")
        .with_variant(LONGTEXT(charset="utf8mb4", collation="utf8mb4_nopad_bin"), "mariadb")
    )


def id_column() -> Column[int]:
    """An id; the application makes them, and the database counts nothing."""
    return Column("id", BigInteger, nullable=False, autoincrement=False)


def site_column() -> Column[str]:
    """Whose rows; first in every key."""
    return Column("site", text(100), nullable=False)


def touch_columns(columns: tuple[str, ...]) -> list[Column[Any]]:
    """A touch: its time and its names."""
    at, *names = columns
    return [Column(at, BigInteger), *(Column(name, text(100)) for name in names)]


def of_conversion(prefix: str, schema: str | None) -> ForeignKeyConstraint:
    """The key of the conversion that a row belongs to."""
    conversions = f"{schema}.{prefix}conversions" if schema else f"{prefix}conversions"
    return ForeignKeyConstraint(
        ["site", "conversion"], [f"{conversions}.site", f"{conversions}.id"]
    )
