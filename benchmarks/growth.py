"""What recording a sale costs beside 1,000 and beside 1,000,000 that are stored."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.course import Course
from benchmarks.figures import Figure
from benchmarks.progress import say
from wsgi_salestrack import Config, Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores import rows
from wsgi_salestrack.stores.statements import CONVERSION_COLUMNS, insert_many

_FEW, _MANY = 1_000, 1_000_000
_TURNS = 20
_SALES = 50  # in a turn
_START = datetime(2025, 1, 1, tzinfo=UTC)
_SITE = "default"


def measure_growth(course: Course) -> list[Figure]:
    """Record by turns into a small and a large database."""
    trackers = [_filled(course.folder / f"{count}.db", count) for count in (_FEW, _MANY)]
    times: list[list[float]] = [[], []]
    for turn in range(_TURNS):
        for tracker, taken in zip(trackers, times, strict=True):
            taken.append(_record(tracker, turn))
    for tracker in trackers:
        tracker.close()
    few, many = (median(taken) * 1e6 for taken in times)
    return [
        Figure(
            name="a sale recorded where 1,000,000 are stored, beside where 1,000 are",
            measured=many / few,
            unit="x",
            goal=1.3,
            at_most=True,
            beside=f"{_MANY:,}: {many:,.0f} us, {_FEW:,}: {few:,.0f} us; an order of two products",
        )
    ]


def _filled(path: Path, count: int) -> Tracker:
    """A tracker whose database has so many conversions, a minute apart or less."""
    tracker = Tracker(Config(secret_keys=["a secret of the benchmarks, 32 bytes"], database=path))
    tracker.store.migrate()
    say(f"  storing {count:,} conversions")
    statement = insert_many("conversions", CONVERSION_COLUMNS, 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(statement, (_stored(number) for number in range(count)))
    return tracker


def _stored(number: int) -> rows.Values:
    at = _START + timedelta(seconds=30 * number)
    conversion = Conversion(
        reference=f"stored-{number}", revenue=Money.from_minor(1000, "USD", 2), occurred_at=at
    )
    return rows.arrival_values(
        _SITE,
        Arrival(
            conversion=conversion,
            touch=Touch(at=at, newsletter=f"n{number % 24}", contact=f"c{number % 50_000}"),
            referral=None,
            visitor=number,
            at=at,
            window=timedelta(days=30),
            day=f"{at:%Y-%m-%d}",
        ),
    )


def _record(tracker: Tracker, turn: int) -> float:
    """The seconds that a sale takes, of a few."""
    lines = tuple(
        Line(product_id=id, name=id, quantity=1, unit_price=Money("5", "USD")) for id in ("a", "b")
    )
    started = time.perf_counter()
    for number in range(_SALES):
        sale = Conversion(reference=f"{turn}-{number}", order=Order(lines=lines))
        tracker.record(sale, touch=Touch(newsletter="n1"))
    return (time.perf_counter() - started) / _SALES
