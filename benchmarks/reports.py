"""Every report over CDNOW's purchases: its time, and each row held against a plain sum."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.cdnow import read_purchases
from benchmarks.errors import BenchmarkError
from benchmarks.plain_sums import Asked, Sum, Values, plain_sums
from benchmarks.progress import say
from benchmarks.rule_filling import fill
from benchmarks.sales_by_rule import Clicked, Sale, clicks_of, sales_of
from wsgi_salestrack import Config, Report, ReportRow, Tracker
from wsgi_salestrack.stores.base import DIMENSIONS

#: Milliseconds that any report may take.
GOAL: Final = 300
_TIMES: Final = 3
_ZONE: Final = ZoneInfo("Europe/Berlin")
_SINCE, _UNTIL = date(1997, 4, 1), date(1997, 9, 30)
_CROSSED: Final = (
    *combinations(("newsletter", "link", "publisher", "list", "month"), 2),
    *(("newsletter", "day"), ("newsletter", "product"), ("category", "month")),
    *(("source", "hour"), ("product", "publisher")),
)
_FILTERS: Final = (
    *({"newsletter": "1997-05"}, {"link": None}, {"publisher": "p5"}, {"product": "sku7"}),
    *({"category": "cat3"}, {"week": "1997-W20"}, {"source": "import"}),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Question:
    """A report.

    :param is_compared: of half a year, with the time before.
    """

    by: tuple[str, ...]
    where: Mapping[str, str | None] = field(default_factory=dict)
    is_compared: bool = False

    def __str__(self) -> str:
        conditions = "".join(f", {name} {value}" for name, value in self.where.items())
        return f"{' x '.join(self.by)}{conditions}{', compared' * self.is_compared}"

    @property
    def names(self) -> set[str]:
        """The dimensions that it is by, or of."""
        return {*self.by, *self.where}

    def read(self, tracker: Tracker) -> Report:
        """As a user asks for it."""
        if not self.is_compared:
            return tracker.report(self.by, where=self.where)
        return tracker.report(self.by, where=self.where, since=_SINCE, until=_UNTIL, before=True)

    @property
    def asked(self) -> Asked:
        """As the plain sums are asked for it."""
        if not self.is_compared:
            return Asked(by=self.by, where=self.where, zone=_ZONE)
        since, until = (
            datetime(day.year, day.month, day.day, tzinfo=_ZONE)
            for day in (_SINCE, _UNTIL + timedelta(days=1))
        )
        return Asked(by=self.by, where=self.where, since=since, until=until, zone=_ZONE)


def reports(
    *, limit: int | None, directory: Path | None, only: Collection[str] = DIMENSIONS
) -> str:
    """Record the purchases, and ask for every report.

    :param limit: how many purchases from the file's beginning; None: all.
    :param only: dimensions; of the reports, those by one of them or of one.
    :raises BenchmarkError: if a row is not the plain sum, to the cent.
    """
    sales = list(sales_of(read_purchases(limit)))
    clicks = list(clicks_of(sales))
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        path = Path(folder) / "sales.db"
        config = Config(secret_keys=["k" * 32], database=path, timezone=_ZONE.key)
        with closing(Tracker(config)) as tracker:
            say(f"recording {len(sales):,} sales and {len(clicks):,} clicks")
            fill(tracker, path, sales, clicks)
            say("asking")
            lines = [
                _measured(tracker, each, sales, clicks)
                for each in _questions()
                if not each.names.isdisjoint(only)
            ]
    counted = f"{len(sales):,} sales, {len(clicks):,} clicks: every row agrees with the file"
    return "\n".join((counted, *lines))


def _questions() -> Iterator[_Question]:
    for by in (*((name,) for name in DIMENSIONS), *_CROSSED):
        yield _Question(by=by)
    for where in _FILTERS:
        yield _Question(by=("month",), where=where)
    for name in ("newsletter", "product", "contact"):
        yield _Question(by=(name,), is_compared=True)


def _measured(
    tracker: Tracker, question: _Question, sales: list[Sale], clicks: list[Clicked]
) -> str:
    seconds = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        question.read(tracker)
        seconds.append(time.perf_counter() - start)
    report = question.read(tracker)
    _compare(str(question), report, plain_sums(sales, clicks, question.asked))
    median = statistics.median(seconds) * 1000
    missed = "" if median <= GOAL else f"  missed: the goal is {GOAL} ms"
    return f"{question!s:34} {len(report.rows):7,} rows {median:7,.0f} ms{missed}"


def _compare(name: str, report: Report, expected: dict[Values, Sum]) -> None:
    """Each row; of a comparison those of the period itself."""
    rows: dict[Values, ReportRow] = {
        (row.dimension,) if len(report.by) == 1 else (row.dimension, row.across): row
        for row in (*report.rows, *report.clicked)
    }
    for values, added in expected.items():
        row = report.totals[0] if values == () and report.totals else rows.pop(values, None)
        if (row is None and added.sales) or (row is not None and _differs(row, added)):
            raise BenchmarkError(f"{name}, {values}: the report has {row}, the file {added}")
    for values, row in rows.items():
        if row.count or row.clicks:
            raise BenchmarkError(f"{name}, {values}: the report has {row}, the file nothing")


def _differs(row: ReportRow, added: Sum) -> bool:
    amounts = [int((each or 0) * 100) for each in (row.revenue, row.refunded, row.commission)]
    found = (row.count, row.quantity, *amounts, row.clicks)
    visitors = None if added.clicks is None else len(added.visitors)
    return (*found, row.visitors) != (
        *(len(added.sales), added.quantity, added.revenue, added.refunded, added.commission),
        *(added.clicks, visitors),
    )
