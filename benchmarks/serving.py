"""Figures of real servers under load, each beside the bare pixel in the same server."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from benchmarks import apps
from benchmarks.contest import Contestant, Result, compete
from benchmarks.course import Course
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Figure
from benchmarks.load import Requests
from benchmarks.peers import track_usage
from benchmarks.progress import say
from benchmarks.servers import granian, gunicorn
from benchmarks.visitors import buyers, subscribers

_BARE_APP = "benchmarks.bare:bare_pixel"
_OUR_APP = "benchmarks.apps:salestrack"
_BARE = "bare pixel"
_OURS = "salestrack"
_RIVAL = "flask-track-usage"
_REQUESTS = "requests.tsv"


def measure_served(course: Course) -> list[Figure]:
    """A pixel without a store under gunicorn."""
    tracker = apps.tracker(None)
    with gunicorn(_BARE, _BARE_APP) as bare, gunicorn(_OURS, _OUR_APP) as ours:
        requests = Requests(course.folder / _REQUESTS, buyers(ours, tracker))
        contestants = {_BARE: Contestant(server=bare), _OURS: Contestant(server=ours)}
        results = compete(contestants, requests, course)
    return [_beside_bare("pixel hit, no store, gunicorn", results, goal=0.9)]


def measure_recorded(course: Course) -> list[Figure]:
    """A pixel recorded under FULL with gunicorn, beside flask-track-usage too."""
    database, rival_database = course.folder / "salestrack.db", course.folder / "track_usage.db"
    name = "pixel hit recorded under FULL, gunicorn"
    with contextlib.ExitStack() as servers:
        bare = servers.enter_context(gunicorn(_BARE, _BARE_APP))
        ours = servers.enter_context(gunicorn(_OURS, _OUR_APP, environment=_variables(database)))
        contestants = {_BARE: Contestant(server=bare), _OURS: Contestant(server=ours)}
        try:
            rival = servers.enter_context(track_usage(course.peers, rival_database))
            contestants[_RIVAL] = Contestant(server=rival, faultless=False)
            missing = ""
        except BenchmarkError as error:
            missing = str(error)
            say(missing)
        requests = Requests(course.folder / _REQUESTS, buyers(ours, apps.tracker(None)))
        results = compete(contestants, requests, course)
    _require_stored(results[_OURS], database, "SELECT COUNT(*) FROM conversions")
    if missing:
        beside = missing.splitlines()[0]
    else:
        _require_stored(results[_RIVAL], rival_database, "SELECT COUNT(*) FROM flask_usage")
        beside = f"{_RIVAL} {results[_RIVAL].rate:,.0f} hits/s"
    return [
        _beside_bare(name, results, goal=0.35),
        _slowest(results, goal=50),
        Figure(
            name="the same, beside flask-track-usage with its SQLite storage",
            measured=None if missing else results[_OURS].beside(results[_RIVAL]),
            unit="x",
            goal=6,
            at_most=False,
            beside=beside,
        ),
    ]


def measure_granian(course: Course) -> list[Figure]:
    """A pixel recorded under FULL with granian."""
    database = course.folder / "granian.db"
    with (
        granian(_BARE, _BARE_APP) as bare,
        granian(_OURS, _OUR_APP, environment=_variables(database)) as ours,
    ):
        requests = Requests(course.folder / _REQUESTS, buyers(ours, apps.tracker(None)))
        contestants = {_BARE: Contestant(server=bare), _OURS: Contestant(server=ours)}
        results = compete(contestants, requests, course)
    _require_stored(results[_OURS], database, "SELECT COUNT(*) FROM conversions")
    name = "pixel hit recorded under FULL, granian"
    return [_beside_bare(name, results, goal=0.14), _slowest(results, goal=20)]


def measure_clicks(course: Course) -> list[Figure]:
    """A whole click under gunicorn: token opened, click stored, cookie sealed, redirect."""
    database = course.folder / "clicks.db"
    with (
        gunicorn(_BARE, _BARE_APP) as bare,
        gunicorn(_OURS, _OUR_APP, environment=_variables(database)) as ours,
    ):
        requests = Requests(course.folder / _REQUESTS, subscribers(apps.tracker(None)))
        contestants = {_BARE: Contestant(server=bare), _OURS: Contestant(server=ours, status=302)}
        results = compete(contestants, requests, course)
    _require_stored(results[_OURS], database, "SELECT COUNT(*) FROM clicks WHERE verdict = 'valid'")
    return [_beside_bare("whole click, 2,000 distinct user agents, gunicorn", results, goal=0.25)]


def _variables(database: Path) -> dict[str, str]:
    return {apps.DATABASE_VARIABLE: str(database)}


def _beside_bare(name: str, results: dict[str, Result], *, goal: float) -> Figure:
    return Figure(
        name=f"{name}, beside the bare pixel",
        measured=results[_OURS].beside(results[_BARE]),
        unit="x",
        goal=goal,
        at_most=False,
        beside=f"{_OURS} {results[_OURS].rate:,.0f}, {_BARE} {results[_BARE].rate:,.0f} hits/s",
    )


def _slowest(results: dict[str, Result], *, goal: float) -> Figure:
    slowest = max(turn.p99 for turn in results[_OURS].turns)
    return Figure(
        name="the same, p99",
        measured=results[_OURS].p99 * 1000,
        unit="ms",
        goal=goal,
        at_most=True,
        beside=f"{slowest * 1000:,.0f} ms in the worst turn; "
        f"{_BARE} {results[_BARE].p99 * 1000:,.0f} ms",
    )


def _require_stored(result: Result, database: Path, count: str) -> None:
    """Hold the answers against the database, lest an error path be measured."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (rows,) = connection.execute(count).fetchone()
    if rows < result.accepted:
        raise BenchmarkError(
            f"{result.accepted:,} hits were acknowledged, but {database.name} has {rows:,} rows"
        )
    say(f"  {database.name}: {rows:,} rows for {result.accepted:,} acknowledged hits")
