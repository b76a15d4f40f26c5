"""All models over 70,000 conversions and 200,000 touches: their time, memory and money."""

from __future__ import annotations

import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.progress import say
from wsgi_salestrack import Click, Config, Conversion, Money, Touch, Tracker
from wsgi_salestrack.crediting import MODELS
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores import rows, statements

CONVERSIONS = 70_000
# 200,000 touches, and 40,000 persons.
_TOUCHES_EACH, _PERSONS_EACH = Fraction(20, 7), Fraction(4, 7)
#: Seconds for all models, and megabytes of the whole process.
GOALS = 3.0, 300
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=365)
_SITE = "default"


def models(*, conversions: int = CONVERSIONS, directory: Path | None) -> str:
    """Make the database, and measure in a process of its own.

    :param conversions: how many; touches and persons are in proportion.
    :raises BenchmarkError: if a model has other totals than the stored credits.
    """
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        path = Path(folder) / "sales.db"
        say(f"writing {_size(conversions)}")
        _fill(path, conversions)
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.models", str(path), str(conversions)],
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode:
        raise BenchmarkError(run.stderr)
    return run.stdout.rstrip()


def _size(conversions: int) -> str:
    touches = int(conversions * _TOUCHES_EACH)
    return f"{conversions:,} conversions and {touches:,} touches"


def _fill(path: Path, conversions: int) -> None:
    """Write the rows past the store's commits, which are measured elsewhere."""
    with closing(_tracker(path)) as tracker:
        tracker.store.migrate()
    persons = int(conversions * _PERSONS_EACH)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            statements.insert_many("clicks", statements.CLICK_COLUMNS, 1),
            _clicks(int(conversions * _TOUCHES_EACH), persons),
        )
        connection.executemany(
            statements.insert_many("conversions", statements.CONVERSION_COLUMNS, 1),
            _sales(conversions, persons),
        )


def _clicks(touches: int, persons: int) -> Iterator[rows.Values]:
    """Each person reads mail on two devices and buys on one of them."""
    chance = random.Random(1)
    moments = sorted(chance.random() for _ in range(touches))
    for id, moment in enumerate(moments, start=1):
        person = chance.randrange(persons)
        touch = Touch(
            at=_BEGIN + moment * _YEAR,
            contact=f"c{person}",
            newsletter=f"2026-{int(moment * 12) + 1:02}",
            link=f"link{chance.randrange(10)}",
            list="main",
            publisher=f"p{chance.randrange(50)}" if chance.random() < 0.2 else None,
        )
        visitor = 2 * person + chance.randrange(2)
        click = Click(
            id=id,
            touch=touch,
            day=f"{touch.at:%Y-%m-%d}",
            visitor=visitor,
            verdict="valid",
            destination="/p/socks",
        )
        yield rows.click_values(_SITE, click)


def _sales(conversions: int, persons: int) -> Iterator[rows.Values]:
    chance = random.Random(2)
    for number in range(conversions):
        person = chance.randrange(persons)
        at = _BEGIN + chance.random() * _YEAR
        currency = chance.choice(["USD", "EUR", "JPY", "BHD"])
        sale = Conversion(
            reference=str(number), revenue=Money(chance.randrange(1, 500), currency), quantity=3
        )
        arrival = Arrival(
            conversion=sale,
            touch=None,
            referral=None,
            visitor=2 * person,
            at=at,
            window=timedelta(days=30),
            day=at.date().isoformat(),
        )
        yield rows.arrival_values(_SITE, arrival)


def _tracker(path: Path) -> Tracker:
    return Tracker(Config(secret_keys=["k" * 32], database=path, window=_YEAR))


def _measure(path: Path, conversions: int) -> str:
    with closing(_tracker(path)) as tracker:
        start = time.perf_counter()
        stored = tracker.report(figures=())
        by_sql = time.perf_counter() - start
        start = time.perf_counter()
        reports = tracker.compare(journey="both", models=MODELS)
        together = time.perf_counter() - start
        start = time.perf_counter()
        tracker.report(model="linear", figures=())
        alone = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for model, report in reports.items():
        if set(report.totals) != set(stored.totals):
            raise BenchmarkError(f"the model {model} does not conserve the totals")
    seconds, megabytes = GOALS
    return "\n".join(
        (
            f"{', '.join(MODELS)} over {_size(conversions)}:",
            f"  all of them at once  {together:6.2f} s   (goal: under {seconds} s)",
            f"  linear alone         {alone:6.2f} s",
            f"  last, as stored      {by_sql:6.2f} s",
            f"  memory at most       {memory:6.0f} MB  (goal: under {megabytes} MB)",
            "  all models have the same totals, to the minor unit",
        )
    )


if __name__ == "__main__":
    print(_measure(Path(sys.argv[1]), int(sys.argv[2])))
