"""All figures of speed in one run, each beside its goal."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.answering import measure_answering
from benchmarks.course import Course
from benchmarks.databases import measure_databases
from benchmarks.figures import Figure
from benchmarks.growth import measure_growth
from benchmarks.load import require_wrk, wrk_version
from benchmarks.passing import measure_passing
from benchmarks.progress import say
from benchmarks.recording import measure_recording
from benchmarks.serving import measure_clicks, measure_granian, measure_recorded, measure_served

Measure = Callable[[Course], list[Figure]]

#: name -> what it measures. Those that need wrk are in :data:`_UNDER_LOAD`.
MEASURES: dict[str, Measure] = {
    "passing": lambda course: measure_passing(course.seconds * 2),
    "answering": lambda course: measure_answering(course.seconds * 2),
    "served": measure_served,
    "recorded": measure_recorded,
    "granian": measure_granian,
    "in-process": measure_recording,
    "clicks": measure_clicks,
    "databases": measure_databases,
    "growth": measure_growth,
}
_UNDER_LOAD = {"served", "recorded", "granian", "clicks", "databases"}


def measure(
    names: Sequence[str], *, seconds: float, rounds: int, directory: Path | None, peers: Path
) -> list[Figure]:
    """Measure what is named, one after the other.

    :param names: keys of :data:`MEASURES`.
    :param seconds: of each turn; those without turns take twice that.
    :param rounds: how many turns each side of a comparison has.
    :param directory: where databases are made and removed; None: the system's temporary directory.
    :param peers: where the environment of flask-track-usage is kept.
    :raises BenchmarkError: wrk is missing, or what is measured does not work.
    """
    if _UNDER_LOAD.intersection(names):
        require_wrk()
    figures: list[Figure] = []
    for number, name in enumerate(names, start=1):
        say(f"{name} ({number} of {len(names)})")
        with tempfile.TemporaryDirectory(prefix="salestrack-speed-", dir=directory) as folder:
            course = Course(seconds=seconds, rounds=rounds, folder=Path(folder), peers=peers)
            figures += MEASURES[name](course)
    return figures


def conditions(directory: Path | None) -> str:
    """Say on what the figures were measured; nothing that tells one machine from another.

    :param directory: where the databases are.
    """
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    packages = ("gunicorn", "granian", "werkzeug", "whitenoise", "sqlalchemy", "psycopg", "pymysql")
    versions += [f"{package} {importlib.metadata.version(package)}" for package in packages]
    cores = len(os.sched_getaffinity(0))
    synced = f"{_fdatasync(directory) * 1e6:,.0f} us for one fdatasync"
    return f"{cores} cores, {synced}; {', '.join(versions)}, wrk {wrk_version()}"


def _fdatasync(directory: Path | None) -> float:
    """The median time of a page's way to the disk, in seconds; next to none on a RAM disk."""
    times = []
    with tempfile.TemporaryFile(dir=directory) as file:
        for _ in range(101):
            file.write(bytes(4096))
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    return sorted(times)[50]
