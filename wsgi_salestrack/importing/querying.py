"""Rows of the host's own database: whatever a query gives."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..errors import BadValue
from .columns import RECONCILE_COLUMNS, known_columns
from .rows import Row


def query_rows(
    database: str,
    query: str,
    *,
    columns: Collection[str] = RECONCILE_COLUMNS,
    ignored: Collection[str] = (),
) -> Iterator[Row]:
    """The rows that a query gives, which is run when the first is asked for; nothing is changed.

    :param database: a SQLAlchemy URL, or the path of a SQLite file.
    :param query: names the columns as a file's heading would: ``SELECT number AS reference, ...``.
    :raises BadValue: naming ``database``, ``query`` or the column.
    """
    if "://" in database:
        return _by_sqlalchemy(database, query, columns, ignored)
    return _by_sqlite(database, query, columns, ignored)


def _by_sqlite(
    path: str, query: str, columns: Collection[str], ignored: Collection[str]
) -> Iterator[Row]:
    if not Path(path).is_file():
        raise BadValue("database", f"{path} is no file, nor a URL")
    try:
        address = f"{Path(path).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            # Another file may be made, though this one is only read.
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            found = connection.execute(query)
            names = [column[0] for column in found.description or ()]
            yield from _rows(names, found, columns, ignored)
    except sqlite3.Error as error:
        raise BadValue("query", f"failed: {error}") from error


def _by_sqlalchemy(
    url: str, query: str, columns: Collection[str], ignored: Collection[str]
) -> Iterator[Row]:
    try:
        from sqlalchemy import create_engine  # noqa: PLC0415  an extra
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise BadValue(
            "database", 'is a URL, which needs pip install "flask-salestrack[sqlalchemy]"'
        ) from error
    try:
        engine = create_engine(url)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise BadValue("database", f"is no URL that can be used: {error}") from error
    options = {"stream_results": True, "no_parameters": True}  # a % or : in it means itself
    try:
        with engine.connect().execution_options(**options) as connection:
            found = connection.exec_driver_sql(query)
            if not found.returns_rows:
                raise BadValue("query", "gives no rows; write SELECT")
            yield from _rows(list(found.keys()), found, columns, ignored)
    except SQLAlchemyError as error:
        raise BadValue("query", f"failed: {error}") from error
    finally:
        engine.dispose()


def _rows(
    names: Sequence[str],
    found: Iterable[Sequence[Any]],
    columns: Collection[str],
    ignored: Collection[str],
) -> Iterator[Row]:
    meant = known_columns(names, columns, ignored)
    for number, cells in enumerate(found, 1):
        values = {
            name: _plain(cell) for name, cell in zip(meant, cells, strict=True) if name is not None
        }
        yield Row(line=number, values=values)


def _plain(cell: Any) -> object:
    """A cell as a file would have it.

    Many a shop keeps its prices as floats; the shortest text that means the same float is what was
    stored, and if that is no amount, the row is refused.
    """
    if cell is None or isinstance(cell, str | int | Decimal | date):
        return cell
    return repr(cell) if isinstance(cell, float) else str(cell)
