from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from benchmarks import databases
from benchmarks.apps import PIXEL_PATH
from benchmarks.bare_insert import ROW_VARIABLE, TABLE, URL_VARIABLE
from benchmarks.browser import Browser
from benchmarks.course import Course
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Figure, markdown, plain
from benchmarks.servers import gunicorn
from tests.stores.values import HERO, arrival
from tests.support.databases import DatabaseServer, connecting_each_time, execute
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore, add_tables


@pytest.fixture(params=["postgresql", "mariadb"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of each kind."""
    server: DatabaseServer = request.getfixturevalue(request.param)
    with server.fresh_database() as fresh:
        yield fresh


def test_the_bare_insert_keeps_the_row_that_a_hit_makes(url: str) -> None:
    with closing(SQLAlchemyStore(url)) as store:
        store.record("shop", arrival("ours", touch=HERO))
    engine = connecting_each_time(url)
    metadata = MetaData()
    plain_tables = add_tables(metadata, prefix="plain_")
    metadata.create_all(engine, tables=[plain_tables["conversions"]])
    with engine.connect() as connection:
        found = connection.execute(add_tables(MetaData())["conversions"].select())
        row = dict(found.mappings().one())

    environment = {URL_VARIABLE: url, ROW_VARIABLE: json.dumps(row)}
    with (
        gunicorn("bare", "benchmarks.bare_insert:bare_insert", environment=environment) as server,
        closing(Browser(server)) as browser,
    ):
        for reference in ("1", "2"):
            assert browser.pixel(f"{PIXEL_PATH}{reference}", cookie=None) is None

    changed = {"id", "reference", "dedupe_key"}
    others = ", ".join(name for name in row if name not in changed)
    kept = execute(url, f"SELECT {others} FROM {TABLE}")  # noqa: S608  # our own columns
    assert kept == [tuple(row[name] for name in row if name not in changed)] * 2
    references = execute(url, f"SELECT reference, dedupe_key FROM {TABLE} ORDER BY id")  # noqa: S608
    assert references == [("1", "1"), ("2", "2")]


def test_what_is_not_installed_is_not_measured_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(folder: Path) -> AbstractContextManager[str]:
        raise BenchmarkError("Oracle is missing; buy it")

    monkeypatch.setattr(databases, "KINDS", {"Oracle": missing})
    course = Course(seconds=1, rounds=1, folder=tmp_path, peers=tmp_path)
    (figure,) = databases.measure_databases(course)
    assert figure.verdict == "not measured"
    assert figure.beside == "Oracle is missing; buy it"


def test_a_figure_without_a_goal_is_for_information() -> None:
    figure = Figure(name="p99", measured=5, unit="ms", goal=None, at_most=True, beside="others")
    assert markdown([figure]).splitlines()[-1] == "| p99 | 5.00 ms |  |  | others |"
    assert plain([figure]) == f"{'':12}  p99: 5.00 ms\n{'':14}others"
