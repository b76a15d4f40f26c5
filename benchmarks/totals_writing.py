"""What the kept totals cost a write, beside a database that keeps none."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from benchmarks import apps
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Figure
from benchmarks.progress import say
from benchmarks.recording import record
from benchmarks.totals_rows import fill
from benchmarks.writers import OpenWriter
from wsgi_salestrack import Conversion, Money, Touch, Tracker

_STORED: Final = 100_000
_TURNS, _SALES = 80, 64
_LOADED_TURNS, _SECONDS = 5, 4.0
_MOST: Final = 15.0


def measure_writing(folder: Path) -> list[Figure]:
    """Record by turns with totals and without, one after the other and under load."""
    kept, plain = folder / "kept.db", folder / "plain.db"
    for path in (kept, plain):
        say(f"writing {_STORED:,} conversions")
        with closing(apps.tracker(str(path))) as tracker:
            tracker.store.migrate()
            tracker.close()
            fill(path, _STORED)
            tracker.recount()
    stop_keeping(plain)
    figures = [_one_by_one(kept, plain), _loaded(kept, plain)]
    _require_totals(kept)
    return figures


def stop_keeping(path: Path) -> None:
    """Keep no totals in a file from now on."""
    with closing(sqlite3.connect(path)) as connection, connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in found.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        # So that nothing is ever after the mark.
        connection.execute("UPDATE totalled SET conversions = (1 << 62), clicks = (1 << 62)")


def _one_by_one(kept: Path, plain: Path) -> Figure:
    trackers = [apps.tracker(str(path)) for path in (kept, plain)]
    chance = Random(1)
    times: list[list[float]] = [[], []]
    for turn in range(_TURNS):
        for tracker, taken in zip(trackers, times, strict=True):
            taken.append(_record(tracker, f"single-{turn}", chance))
    for tracker in trackers:
        tracker.close()
    with_totals, without = (median(taken) * 1e6 for taken in times)
    return Figure(
        name="what the totals add to a sale, one after the other in one process",
        measured=100 * (with_totals / without - 1),
        unit="%",
        goal=_MOST,
        at_most=True,
        beside=f"with totals {with_totals:,.0f} us, without {without:,.0f} us, under FULL",
    )


def _record(tracker: Tracker, label: str, chance: Random) -> float:
    """The seconds that a sale takes, of a few: about as many as are added to the totals at once."""
    touches = [_touch(chance) for _ in range(_SALES)]
    started = time.perf_counter()
    for number, (touch, referral) in enumerate(touches):
        sale = Conversion(reference=f"{label}-{number}", revenue=Money("9.95", "USD"), quantity=2)
        tracker.record(sale, touch=touch if referral is None else referral)
    return (time.perf_counter() - started) / _SALES


def _touch(chance: Random) -> tuple[Touch, Touch | None]:
    at = datetime.now(UTC)
    names = {
        "newsletter": f"week-{chance.randrange(150, 157)}",
        "link": f"link-{chance.randrange(200)}",
    }
    referred = Touch(at=at, publisher=f"p{chance.randrange(40)}", **names)
    return Touch(at=at, contact="c81", **names), referred if chance.random() < 0.2 else None


def writers(path: Path) -> OpenWriter:
    """Record through one tracker, which all threads of the process share."""
    tracker = apps.tracker(str(path))

    def open_writer(thread: int) -> Writer:
        return Writer(tracker, Random(thread))

    return open_writer


class Writer:
    """Records sales, each with touches of its own."""

    def __init__(self, tracker: Tracker, chance: Random) -> None:
        self._tracker = tracker
        self._chance = chance

    def __call__(self, reference: str) -> object:
        """Record a sale under a reference that nobody else uses."""
        touch, referral = _touch(self._chance)
        sale = Conversion(reference=reference, revenue=Money("9.95", "USD"), quantity=2)
        return self._tracker.record(sale, touch=touch if referral is None else referral)


def _loaded(kept: Path, plain: Path) -> Figure:
    rates: list[list[float]] = [[], []]
    stalls: list[list[float]] = [[], []]
    for turn in range(_LOADED_TURNS):
        for place, path in enumerate((kept, plain)):
            recorded = record(partial(writers, path), f"load-{turn}", _SECONDS)
            rates[place].append(recorded.rate)
            stalls[place].append(recorded.longest)
        with_totals, without = (each[-1] for each in rates)
        say(f"  turn {turn + 1}: with totals {with_totals:,.0f}, without {without:,.0f} rows/s")
    ratio = median(without / with_totals for with_totals, without in zip(*rates, strict=True))
    longest, longest_without = (max(each) * 1000 for each in stalls)
    return Figure(
        name="the same under load, 2 processes x 8 threads",
        measured=100 * (ratio - 1),
        unit="%",
        goal=_MOST,
        at_most=True,
        beside=(
            f"with totals {median(rates[0]):,.0f} rows/s and stalls of up to {longest:,.0f} ms, "
            f"without {median(rates[1]):,.0f} rows/s and {longest_without:,.0f} ms"
        ),
    )


def _require_totals(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        select = "SELECT COUNT(*) FROM conversions WHERE id > (SELECT conversions FROM totalled)"
        (new,) = connection.execute(select).fetchone()
        (sales,) = connection.execute("SELECT COUNT(*) FROM conversions").fetchone()
    if sales <= _STORED or new > _STORED / 10:
        raise BenchmarkError(f"of {sales:,} sales, {new:,} are not in the totals")
