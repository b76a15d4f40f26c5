"""Pixel hits recorded in database servers, each beside one INSERT by the same driver."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, MetaData, NullPool, create_engine, func, select

from benchmarks import apps, bare_insert
from benchmarks.browser import Browser
from benchmarks.contest import Contestant, Result, compete
from benchmarks.course import Course
from benchmarks.database_servers import OpenDatabase, mariadb, postgresql
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Figure
from benchmarks.load import Request, Requests
from benchmarks.progress import say
from benchmarks.servers import Server, gunicorn
from benchmarks.visitors import buyers
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore, add_tables

#: name -> how it is had.
KINDS: Mapping[str, OpenDatabase] = {"PostgreSQL": postgresql, "MariaDB": mariadb}
_OUR_APP = "benchmarks.apps:salestrack"
_BARE_APP = "benchmarks.bare_insert:bare_insert"
_OURS = "salestrack"
_BARE = "bare INSERT"
_SQLITE = "salestrack in SQLite"
_GOAL = 0.7


def measure_databases(course: Course) -> list[Figure]:
    """A pixel recorded in PostgreSQL and MariaDB; what is not installed is not measured."""
    figures: list[Figure] = []
    for kind, open_database in KINDS.items():
        with contextlib.ExitStack() as stack:
            try:
                # Not in the course's own folder: nobody but its owner may enter that.
                url = stack.enter_context(open_database(course.folder.parent))
            except BenchmarkError as error:
                say(str(error))
                figures.append(_ratio(kind, None, str(error)))
                continue
            figures += _measure(kind, url, course)
    return figures


def _measure(kind: str, url: str, course: Course) -> list[Figure]:
    _require_durable(url)
    file = course.folder / f"{kind}.db"
    with contextlib.ExitStack() as servers:
        ours = servers.enter_context(gunicorn(_OURS, _OUR_APP, environment=_variables(url)))
        in_file = servers.enter_context(
            gunicorn(_SQLITE, _OUR_APP, environment=_variables(str(file)))
        )
        visitors = buyers(ours, apps.tracker(None))
        row = _recorded_row(ours, visitors[0], url)
        _make_plain_table(url)
        environment = {bare_insert.URL_VARIABLE: url, bare_insert.ROW_VARIABLE: json.dumps(row)}
        bare = servers.enter_context(gunicorn(_BARE, _BARE_APP, environment=environment))
        contestants = {
            _BARE: Contestant(server=bare),
            _OURS: Contestant(server=ours),
            _SQLITE: Contestant(server=in_file),
        }
        requests = Requests(course.folder / "requests.tsv", visitors)
        results = compete(contestants, requests, course)
    _require_stored(url, "salestrack_", results[_OURS])
    _require_stored(url, "plain_", results[_BARE])
    rates = ", ".join(f"{name} {result.rate:,.0f}" for name, result in results.items())
    beside = f"{rates} hits/s; {kind} {_version(url)}"
    return [
        _ratio(kind, results[_OURS].beside(results[_BARE]), beside),
        Figure(
            name="the same, p99",
            measured=results[_OURS].p99 * 1000,
            unit="ms",
            goal=None,
            at_most=True,
            beside=", ".join(
                f"{name} {result.p99 * 1000:,.0f} ms" for name, result in results.items()
            ),
        ),
    ]


def _variables(database: str) -> dict[str, str]:
    return {apps.DATABASE_VARIABLE: database}


def _ratio(kind: str, measured: float | None, beside: str) -> Figure:
    return Figure(
        name=f"pixel hit recorded in {kind}, gunicorn, beside a bare INSERT by the same driver",
        measured=measured,
        unit="x",
        goal=_GOAL,
        at_most=False,
        beside=beside,
    )


def _version(url: str) -> str:
    with _engine(url).connect() as connection:
        numbers = connection.dialect.server_version_info or ()
    return ".".join(str(number) for number in numbers)


def _require_durable(url: str) -> None:
    """Make the tables, and see that a commit waits for the disk: without that anybody is fast."""
    with contextlib.closing(SQLAlchemyStore(url)) as store:
        problems = [finding.problem for finding in store.examine() if finding.problem]
    if problems:
        raise BenchmarkError("; ".join(problems))


def _engine(url: str) -> Engine:
    """One that leaves no connection open, which the server would have to keep."""
    return create_engine(url, poolclass=NullPool)


def _recorded_row(server: Server, visitor: Request, url: str) -> dict[str, Any]:
    """The row that a hit makes."""
    with contextlib.closing(Browser(server)) as browser:
        failure = browser.pixel(f"{apps.PIXEL_PATH}example", cookie=visitor.cookie)
    if failure is not None:
        raise BenchmarkError(f"the first hit was not recorded: {failure}")
    conversions = add_tables(MetaData())["conversions"]
    with _engine(url).connect() as connection:
        return dict(connection.execute(select(conversions)).mappings().one())


def _make_plain_table(url: str) -> None:
    """The same columns, keys and indexes under another name."""
    metadata = MetaData()
    tables = add_tables(metadata, prefix="plain_")
    metadata.create_all(_engine(url), tables=[tables["conversions"]])


def _require_stored(url: str, prefix: str, result: Result) -> None:
    """Hold the answers against the database, lest an error path be measured."""
    conversions = add_tables(MetaData(), prefix=prefix)["conversions"]
    with _engine(url).connect() as connection:
        rows = connection.execute(select(func.count()).select_from(conversions)).scalar_one()
    if rows < result.accepted:
        raise BenchmarkError(
            f"{result.accepted:,} hits were acknowledged, but {conversions.name} has {rows:,} rows"
        )
    say(f"  {conversions.name}: {rows:,} rows for {result.accepted:,} acknowledged hits")
