"""From what is configured as the database to the store that keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from ..errors import ConfigError
from .base import Store
from .sqlite import SQLiteStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: A SQLite file, a URL or Engine of SQLAlchemy's, a store, or None: nothing is stored.
Database: TypeAlias = "Path | str | Engine | Store | None"


def open_store(database: Database) -> Store | None:
    """The store of a configured database; nothing is connected to yet.

    :raises ConfigError: if a URL can't be used.
    """
    if isinstance(database, Path):
        return SQLiteStore(database)
    if database is not None and not hasattr(database, "record"):
        try:
            from .sqlalchemy import SQLAlchemyStore  # noqa: PLC0415  an extra
        except ModuleNotFoundError as error:
            if error.name != "sqlalchemy":
                raise
            raise ConfigError(
                "database",
                'is a URL, which needs SQLAlchemy: pip install "flask-salestrack[sqlalchemy]"',
            ) from None
        return SQLAlchemyStore(database)
    return cast("Store | None", database)
