"""The shop's own database: SQLite beside its other files, or whichever SQLAlchemy speaks."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.orm import Session

from example_app.seed import fill
from example_app.tables import metadata

__all__ = ["NAME", "init_app", "transaction", "url_of"]

#: What the engine is called in ``app.extensions``.
NAME = "example_app.database"


def init_app(app: Flask) -> None:
    """Make the tables and the catalogue where they are missing.

    :param app: the application, its settings loaded.
    """
    # A connection that died in the pool is noticed before a visitor would.
    engine = create_engine(url_of(app), pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _check_foreign_keys)
    app.extensions[NAME] = engine
    # Several workers may start at once: one after the other looks, and makes what is missing.
    with (Path(app.instance_path) / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        metadata.create_all(engine)
        with app.app_context(), transaction() as database:
            fill(database)


def url_of(app: Flask) -> URL:
    """Say where the shop's tables are.

    :param app: the application; ``DATABASE`` in its config is a URL, or None.
    :returns: by default a file in the instance folder.
    """
    chosen: str | None = app.config["DATABASE"]
    if chosen is not None:
        return make_url(chosen)
    return URL.create("sqlite", database=str(Path(app.instance_path) / "shop.db"))


@contextmanager
def transaction() -> Iterator[Session]:
    """Wrap what belongs together: all of it is committed, or nothing.

    :returns: a session on a connection of its own. It gives the connection back before it tells
        salestrack of the commit; so a signal handler may have a transaction as well.
    """
    with Session(current_app.extensions[NAME]) as database, database.begin():
        yield database


def _check_foreign_keys(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
