"""CDNOW's purchases as real HTTP hits, and the report held against the file.

Each customer clicks a link of their newsletter, or none; each purchase is then a hit on the target
pixel with that customer's cookie, its number as reference. The purchases are sent twice.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks import apps
from benchmarks.cdnow import CURRENCY, Totals, read_purchases, totals, whole
from benchmarks.customers import BROWSERS, Customers
from benchmarks.errors import BenchmarkError
from benchmarks.servers import gunicorn
from wsgi_salestrack import Tracker

_WORKERS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """What a replay found, once everything agreed.

    :param newsletters: how many have sold something.
    :param clicks: how many customers clicked.
    :param first_seconds: how long the clicks and purchases took.
    :param second_seconds: how long the same purchases took again.
    """

    totals: Totals
    newsletters: int
    clicks: int
    first_seconds: float
    second_seconds: float

    def __str__(self) -> str:
        """Say it in the lines of a terminal."""
        hits = self.totals.count
        return (
            f"{self.totals}: the report agrees with the file, in all and for each of "
            f"{self.newsletters} newsletters\n"
            f"first:  {self.clicks:,} clicks and {hits:,} pixel hits "
            f"in {_pace(self.clicks + hits, self.first_seconds)}\n"
            f"second: the same {hits:,} pixel hits in {_pace(hits, self.second_seconds)}; "
            "nothing changed"
        )


def _pace(hits: int, seconds: float) -> str:
    return f"{seconds:.1f} s, {hits / seconds:,.0f} hits/s"


def replay(*, limit: int | None = None, directory: Path | None = None) -> Replay:
    """Send the purchases through gunicorn into a new SQLite file, twice; compare the report.

    :param limit: how many purchases from the file's beginning; None: all.
    :param directory: where the database is made and removed; None: the system's temporary one.
    :raises BenchmarkError: a hit was not acknowledged, or the report differs from the file.
    """
    purchases = read_purchases(limit)
    expected = totals(purchases)
    with tempfile.TemporaryDirectory(prefix="salestrack-replay-", dir=directory) as folder:
        database = str(Path(folder) / "replay.db")
        with gunicorn(
            "shop",
            "benchmarks.apps:salestrack",
            workers=_WORKERS,
            threads=BROWSERS // _WORKERS,
            environment={apps.DATABASE_VARIABLE: database},
        ) as server:
            tracker = apps.tracker(database)
            customers = Customers(server, tracker, purchases)
            first_seconds = customers.buy("first replay")
            require_agreement(expected, read_report(tracker))
            second_seconds = customers.buy("second replay")
            require_agreement(expected, read_report(tracker))
            tracker.close()
    return Replay(
        totals=whole(expected),
        newsletters=len(expected.keys() - {None}),
        clicks=customers.clicks,
        first_seconds=first_seconds,
        second_seconds=second_seconds,
    )


def read_report(tracker: Tracker) -> dict[str | None, Totals]:
    """Read the report by newsletter.

    :raises BenchmarkError: a row is in another currency, or a newsletter has two rows.
    """
    found: dict[str | None, Totals] = {}
    for row in tracker.report(by="newsletter").rows:
        if row.currency != CURRENCY or row.dimension in found:
            raise BenchmarkError(f"the report has a row that no purchase asks for: {row}")
        revenue = row.revenue if row.revenue is not None else Decimal(0)
        found[row.dimension] = Totals(
            count=int(row.count), quantity=int(row.quantity), revenue=revenue
        )
    return found


def require_agreement(
    expected: Mapping[str | None, Totals], found: Mapping[str | None, Totals]
) -> None:
    """Compare a report with the sums over the file.

    :raises BenchmarkError: they differ; the text names each newsletter that does, and the whole.
    """
    nothing = Totals()
    differences = [
        f"{newsletter or 'no newsletter'}: the report has {found.get(newsletter, nothing)}, "
        f"the file {expected.get(newsletter, nothing)}"
        for newsletter in sorted(expected.keys() | found.keys(), key=str)
        if found.get(newsletter) != expected.get(newsletter)
    ]
    if differences:
        differences.append(f"all: the report has {whole(found)}, the file {whole(expected)}")
        raise BenchmarkError("\n  ".join(["the report differs from the file", *differences]))
