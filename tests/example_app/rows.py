"""Looks into the shop's own database, and lets go of it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import URL, NullPool, create_engine, text

from example_app.database import NAME, url_of


def rows(app: Flask, query: str) -> list[tuple[object, ...]]:
    """The rows that a query finds."""
    return rows_in(url_of(app), query)


def rows_in(database: str | URL, query: str) -> list[tuple[object, ...]]:
    """The rows that a query finds in a database of which only the URL is known."""
    with create_engine(database, poolclass=NullPool).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def change(app: Flask, statement: str) -> None:
    """Change something as nobody could from outside."""
    with create_engine(url_of(app), poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def close(app: Flask) -> None:
    """Let go of the shop's database and of the tracker's."""
    app.extensions["salestrack"].close()
    app.extensions[NAME].dispose()
