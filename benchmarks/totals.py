"""Reports over 1,000,000 and 10,000,000 conversions, and what the kept totals cost a write."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from benchmarks.apps import SECRET_KEY
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Figure, plain
from benchmarks.progress import say
from benchmarks.totals_beside import WAYS, Sums
from benchmarks.totals_rows import END, fill
from benchmarks.totals_writing import measure_writing
from wsgi_salestrack import Config, Tracker
from wsgi_salestrack.reports import Report
from wsgi_salestrack.stores.base import Dimension, Selection

Answer = TypeVar("Answer")

SIZES: Final = (1_000_000, 10_000_000)
_TIMES: Final = 9
#: Question -> since when.
_REPORTS: Final[Mapping[str, datetime | None]] = {
    "all time by newsletter and currency": None,
    "30 days by newsletter and currency": END - timedelta(days=30),
}
_OVERVIEW: Final = "what the dashboard's overview of 30 days asks the store"
_CHARTS: Final[tuple[Dimension, ...]] = ("newsletter", "link", "publisher", "product", "day")
#: Milliseconds.
_GOALS: Final = dict(zip((*_REPORTS, _OVERVIEW), (5, 20, 100), strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How many milliseconds the questions took.

    :param ours: question -> by the kept totals.
    :param beside: question -> way -> in other ways.
    """

    ours: dict[str, float] = field(default_factory=dict)
    beside: dict[str, dict[str, float]] = field(default_factory=dict)


def totals(*, sizes: Sequence[int] = SIZES, directory: Path | None) -> str:
    """Measure.

    :param sizes: how many conversions the databases have.
    :raises BenchmarkError: if two ways to ask get another answer.
    """
    asked = {}
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        figures = measure_writing(Path(folder))
        for size in sizes:
            path = Path(folder) / f"{size}.db"
            with _filled(path, size) as tracker:
                say(f"asking {size:,}")
                asked[size] = _ask(tracker, path)
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()
    figures += [figure for size in sizes for figure in _times(size, asked[size])]
    figures += _growth(sizes, asked)
    return plain(figures)


@contextmanager
def _filled(path: Path, size: int) -> Iterator[Tracker]:
    config = Config(secret_keys=[SECRET_KEY], database=path)
    with closing(Tracker(config, clock=lambda: END)) as tracker:
        tracker.store.migrate()
        tracker.close()
        say(f"writing {size:,} conversions")
        fill(path, size)
        say("adding them to the totals")
        started = time.perf_counter()
        tracker.recount()
        say(f"  {(time.perf_counter() - started) / size * 1e6:.1f} us for each")
        yield tracker


def _ask(tracker: Tracker, path: Path) -> Asked:
    asked = Asked()
    sums = {}
    for question, since in _REPORTS.items():
        asked.ours[question], report = _timed(
            partial(tracker.report, since=since, figures=("clicks",))
        )
        sums[question] = _sums(report)
    asked.ours[_OVERVIEW], _ = _timed(partial(_overview, tracker))
    # One way after the other: who has the index would take it wherever it is slower.
    for way, prepare in WAYS.items():
        ask = prepare(path)
        if ask is None:
            say(f"  {way} is not installed")
            continue
        for question, since in _REPORTS.items():
            milliseconds, found = _timed(partial(ask, since), times=1)
            asked.beside.setdefault(question, {})[way] = milliseconds
            if found != sums[question]:
                raise BenchmarkError(f"{question}: {way} gives another answer")
    return asked


def _overview(tracker: Tracker) -> None:
    """Sums and clicks of the period and of the one before it, the best-selling, and a chart."""
    store, site, month = tracker.store, tracker.config.site, timedelta(days=30)
    for until in (END, END - month):
        whole = Selection(by=(), since=until - month, until=until)
        store.totals(site, whole)
        store.clicks(site, whole, visitors=False)
    for dimension in _CHARTS:
        chart = Selection(by=(dimension,), since=END - month, until=END)
        store.totals(site, chart)
        if dimension != "product":
            store.clicks(site, chart, visitors=False)


def _sums(report: Report) -> Sums:
    """What a report says, in minor units: two decimals, but for the yen."""
    return {
        (row.dimension, row.currency): (
            int(row.count),
            int(row.revenue.scaleb(0 if row.currency == "JPY" else 2)),
        )
        for row in report.rows
        if row.currency is not None and row.revenue is not None
    }


def _timed(ask: Callable[[], Answer], times: int = _TIMES) -> tuple[float, Answer]:
    """The median of the milliseconds, and the last answer; a first one warms up, if many count."""
    taken, answers = [], []
    for _ in range(times + (times > 1)):
        started = time.perf_counter()
        answers.append(ask())
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken[-times:]), answers[-1]


def _times(size: int, asked: Asked) -> Iterator[Figure]:
    for question, milliseconds in asked.ours.items():
        beside = [f"{way} {taken:,.0f} ms" for way, taken in asked.beside.get(question, {}).items()]
        yield Figure(
            name=f"{question}, {size:,} conversions",
            measured=milliseconds,
            unit="ms",
            goal=_GOALS[question],
            at_most=True,
            beside=", ".join(beside) or "all of its sums and clicks",
        )


def _growth(sizes: Sequence[int], asked: Mapping[int, Asked]) -> Iterator[Figure]:
    """What more conversions of the same newsletters, links and days cost: nothing."""
    if len(sizes) < 2:
        return
    few, many = sizes[0], sizes[-1]
    for question in asked[few].ours:
        times = [asked[size].ours[question] for size in (many, few)]
        yield Figure(
            name=f"{question}, {many:,} beside {few:,}",
            measured=times[0] / times[1],
            unit="x",
            goal=None,
            at_most=True,
            beside=f"{times[0]:,.1f} ms and {times[1]:,.1f} ms",
        )
