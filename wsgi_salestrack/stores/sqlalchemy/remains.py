"""What a database keeps of deleted rows, and how to be rid of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, Table

from .. import erasing_file

# The tables that name somebody.
_PERSONAL: Final = (
    *("clicks", "conversions", "conflicts", "claims", "identities", "separations"),
    *("adjustments", "products", "publishers", "commission_states", "payouts"),
)
_OF_SERVER: Final[Mapping[str, str]] = {
    "postgresql": (
        "PostgreSQL keeps changed rows in its files until these are written anew: VACUUM FULL "
        "{tables}; (nobody reads or writes a table meanwhile), and in its write-ahead log until "
        "that is recycled: CHECKPOINT;"
    ),
    "mariadb": (
        "the server keeps changed rows in its files until these are written anew: OPTIMIZE TABLE "
        "{tables}; and in its binary log, if it writes one, until that is deleted: PURGE BINARY "
        "LOGS BEFORE NOW();"
    ),
}
_OF_ANY: Final = "this database may keep changed rows in its files and logs; see its manual"
_COPIES: Final = ". Archived logs, replicas and backups are yours to see to"


def scrub(engine: Engine, tables: Mapping[str, Table], *, large: bool) -> str | None:
    """Overwrite what was deleted, where that is in our hands: in a SQLite file.

    :returns: what may still hold it, and how to be rid of it; None: nothing does.
    :raises NotErased: if a file could not be written anew.
    """
    if engine.dialect.name != "sqlite":
        kind = engine.dialect.name.replace("mysql", "mariadb")
        quoted = engine.dialect.identifier_preparer.format_table
        names = ", ".join(quoted(tables[name]) for name in _PERSONAL)
        return _OF_SERVER.get(kind, _OF_ANY).format(tables=names) + _COPIES
    database = engine.url.database or ""
    if database in {"", ":memory:"}:
        return None
    if not Path(database).is_file():  # such as "file:...?uri=true"
        return "the database's file may hold old bytes: VACUUM; PRAGMA wal_checkpoint(TRUNCATE);"
    erasing_file.scrub(Path(database), None, large=large)
    return None
