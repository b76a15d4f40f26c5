"""The shop's own SQLite database: one connection for each request, explicit transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from flask import Flask, current_app, g

from example_app.seed import fill

__all__ = ["connection", "init_app", "transaction"]


def init_app(app: Flask) -> None:
    """Make the tables and the catalogue where they are missing; close connections after requests.

    :param app: the application; ``DATABASE`` in its config is the path.
    """
    app.teardown_appcontext(_close)
    schema = files("example_app").joinpath("schema.sql").read_text("utf-8")
    database = _open(app.config["DATABASE"])
    try:
        # One transaction, and the lock before the first look: several workers may start at once.
        database.executescript(f"BEGIN IMMEDIATE;\n{schema}")
        fill(database)
        database.execute("COMMIT")
    finally:
        database.close()


def connection() -> sqlite3.Connection:
    """Give the connection of the running request, opened when first asked for.

    :returns: a connection that commits only what :func:`transaction` wraps.
    """
    if "database" not in g:
        g.database = _open(current_app.config["DATABASE"])
    opened: sqlite3.Connection = g.database
    return opened


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """Wrap changes that belong together: all are committed, or none.

    ``IMMEDIATE`` takes the write lock before anything is read, so that what was read (the stock)
    still holds when it is written.

    :returns: the running request's connection.
    """
    database = connection()
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _open(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10, isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = ON")
    return database


def _close(_error: BaseException | None) -> None:
    opened: sqlite3.Connection | None = g.pop("database", None)
    if opened is not None:
        opened.close()
