"""The indexes as SQLAlchemy has them; by the same names as in SQLite, after the prefix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Index, Table, text

# Table and what the index is by -> its columns after the site.
_WHOLE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("clicks", "by_contact"): ("touch_contact", "touch_at"),
    ("conversions", "by_time"): ("occurred_at",),
    ("conflicts", "by_conversion"): ("conversion",),
    ("identities", "by_contact"): ("contact",),
    ("separations", "by_customer"): ("customer_ref",),
    ("commissions", "by_conversion"): ("conversion",),
    ("commissions", "by_publisher"): ("publisher",),
    ("payouts", "by_publisher"): ("publisher",),
    ("hits", "by_time"): ("at",),
}
_LINKS_A_CUSTOMER: Final = "visitor IS NOT NULL AND COALESCE(customer_ref, '') <> ''"
# Table and what the index is by -> its column after the site, and of which rows it is, where the
# database can leave the others out.
_PARTIAL: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("clicks", "by_visitor"): ("visitor", "visitor IS NOT NULL"),
    ("conversions", "by_visitor"): ("visitor", _LINKS_A_CUSTOMER),
    ("conversions", "by_customer"): ("customer_ref", "customer_ref IS NOT NULL"),
    ("conversions", "unsent"): ("unsent", "unsent IS NOT NULL"),
    ("adjustments", "unsent"): ("unsent", "unsent IS NOT NULL"),
}


def add_indexes(tables: Mapping[str, Table], prefix: str) -> None:
    """Add our indexes to our tables.

    :param tables: by their names without the prefix.
    :param prefix: of the indexes' names as well.
    """
    for (name, by), columns in _WHOLE.items():
        table = tables[name]
        Index(f"{prefix}{name}_{by}", table.c.site, *(table.c[column] for column in columns))
    for (name, by), (column, rows) in _PARTIAL.items():
        table, where = tables[name], text(rows)
        Index(
            f"{prefix}{name}_{by}",
            table.c.site,
            table.c[column],
            postgresql_where=where,
            sqlite_where=where,
        )
