"""The least that keeps a hit: the GIF, and one INSERT by the database's driver.

It is written as somebody would who cares for speed: a connection for each thread, which stays
open, values bound, and no transaction around the one statement but its own.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.engine import make_url

from benchmarks.bare import pixel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: The variable that tells the server its database, as a URL of SQLAlchemy's.
URL_VARIABLE: Final = "BARE_INSERT_BENCHMARK_URL"
#: The variable with the row to insert, as JSON; its id and references are made anew.
ROW_VARIABLE: Final = "BARE_INSERT_BENCHMARK_ROW"
#: Where to.
TABLE: Final = "plain_conversions"

Insert = Callable[[Mapping[str, Any]], object]


class BareInsert:
    """A pixel that is inserted before it is answered.

    :param url: of the database.
    :param row: column -> value.
    """

    def __init__(self, url: str, row: Mapping[str, Any]) -> None:
        self._url = url
        self._row = row
        self._numbers = itertools.count()
        self._own = threading.local()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer; without a reference nothing is inserted."""
        reference = environ["QUERY_STRING"].rpartition("st_reference=")[2]
        if reference:
            row = {**self._row, "reference": reference, "dedupe_key": reference}
            if not hasattr(self._own, "insert"):
                self._own.insert = _inserting(self._url, list(row))
                # Of this thread alone, also among the workers.
                self._own.number = os.getpid() % 8 * 8 + next(self._numbers) % 8
            # Time-ordered, as ours are.
            row["id"] = time.time_ns() // 64 * 64 + self._own.number
            self._own.insert(row)
        return pixel(environ, start_response)


def _inserting(url: str, columns: list[str]) -> Insert:
    """Connect; each call is committed when it returns."""
    address = make_url(url)
    arguments = {
        "host": address.host,
        "port": address.port,
        "user": address.username,
        "password": address.password,
        "autocommit": True,
    }
    places = ", ".join(f"%({column})s" for column in columns)
    statement = f"INSERT INTO {TABLE} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # our own columns
    # By name, for one of them may not be installed.
    driver = importlib.import_module(address.get_driver_name())
    if driver.__name__ == "psycopg":
        connection = driver.connect(**arguments, dbname=address.database)
        return lambda row: connection.execute(statement, row)
    cursor = driver.connect(**arguments, database=address.database, charset="utf8mb4").cursor()
    return lambda row: cursor.execute(statement, row)


def bare_insert() -> WSGIApplication:
    """Make the application; a factory, as the servers call it."""
    return BareInsert(os.environ[URL_VARIABLE], json.loads(os.environ[ROW_VARIABLE]))
