"""Looks into the shop's own database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from flask import Flask


def rows(app: Flask, query: str) -> list[tuple[object, ...]]:
    """The rows that a query finds."""
    with closing(sqlite3.connect(app.config["DATABASE"])) as database:
        return database.execute(query).fetchall()


def change(app: Flask, statement: str) -> None:
    """Change something as nobody could from outside."""
    with closing(sqlite3.connect(app.config["DATABASE"])) as database, database:
        database.execute(statement)
