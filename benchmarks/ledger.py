"""Real purchases imported, every 10th refunded and every 37th cancelled, held against the file."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.cdnow import CURRENCY, Purchase, newsletter_of, read_purchases
from benchmarks.errors import BenchmarkError
from benchmarks.progress import say
from wsgi_salestrack import Config, Tracker
from wsgi_salestrack.crediting import MODELS

_REFUNDED, _CANCELLED = 10, 37


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """What was sold and is not cancelled, and how much of it was taken back."""

    count: int = 0
    gross: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    net: Decimal = Decimal(0)

    def __add__(self, other: Sums) -> Sums:
        """Give the sums of both."""
        return Sums(
            count=self.count + other.count,
            gross=self.gross + other.gross,
            refunded=self.refunded + other.refunded,
            net=self.net + other.net,
        )


def ledger(*, limit: int | None, directory: Path | None) -> str:
    """Import, adjust and compare.

    :param limit: how many purchases from the file's beginning; None: all.
    :raises BenchmarkError: something does not agree with the file to the cent.
    """
    purchases = read_purchases(limit)
    with tempfile.TemporaryDirectory(dir=directory) as folder, closing(_tracker(folder)) as tracker:
        started = time.perf_counter()
        say(f"importing {len(purchases):,} purchases")
        for imported in tracker.import_conversions(_rows(purchases)):
            if imported.outcome != "recorded":
                raise BenchmarkError(f"{imported.reference}: {imported.outcome}, {imported.reason}")
        say("refunding and cancelling")
        _adjust(tracker, purchases)
        say("comparing")
        _compare(tracker, expected(purchases))
        seconds = time.perf_counter() - started
    whole = sum(expected(purchases).values(), start=Sums())
    return (
        f"{whole.count:,} purchases that are not cancelled: gross {whole.gross:,.2f}, refunded "
        f"{whole.refunded:,.2f}, net {whole.net:,.2f} {CURRENCY}; each newsletter to the cent, "
        f"and the total by each of {len(MODELS)} models; {seconds:.0f} s"
    )


def expected(purchases: Iterable[Purchase]) -> dict[str | None, Sums]:
    """The sums of each newsletter by the file alone."""
    sums: dict[str | None, Sums] = {}
    for purchase in purchases:
        if purchase.number % _CANCELLED:
            refunded = Decimal(0) if purchase.number % _REFUNDED else purchase.revenue
            newsletter = newsletter_of(purchase.customer)
            one = Sums(
                count=1,
                gross=purchase.revenue,
                refunded=refunded,
                net=purchase.revenue - refunded,
            )
            sums[newsletter] = sums.get(newsletter, Sums()) + one
    return sums


def _tracker(folder: str) -> Tracker:
    path = Path(folder) / "sales.db"
    return Tracker(Config(secret_keys=["a secret of the benchmarks, 32 bytes"], database=path))


def _rows(purchases: Iterable[Purchase]) -> Iterator[Mapping[str, object]]:
    for purchase in purchases:
        newsletter = newsletter_of(purchase.customer)
        yield {
            "reference": str(purchase.number),
            "revenue": str(purchase.revenue),
            "currency": CURRENCY,
            "quantity": str(purchase.quantity),
            **({} if newsletter is None else {"newsletter": newsletter}),
        }


def _adjust(tracker: Tracker, purchases: Iterable[Purchase]) -> None:
    """Twice: the second time changes nothing."""
    for purchase in purchases:
        for _ in range(2):
            if not purchase.number % _REFUNDED and purchase.revenue:
                tracker.refund(str(purchase.number), adjustment_ref=f"refund-{purchase.number}")
            if not purchase.number % _CANCELLED:
                tracker.cancel(str(purchase.number))


def _compare(tracker: Tracker, sums: Mapping[str | None, Sums]) -> None:
    found = {
        row.dimension: Sums(
            count=int(row.count),
            gross=row.revenue or Decimal(0),
            refunded=row.refunded or Decimal(0),
            net=row.net or Decimal(0),
        )
        for row in tracker.report("newsletter").rows
    }
    for newsletter in {*sums, *found}:
        if sums.get(newsletter) != found.get(newsletter):
            raise BenchmarkError(
                f"{newsletter}: the report has {found.get(newsletter)}, the file "
                f"{sums.get(newsletter)}"
            )
    for finding in tracker.verify():
        if finding.problem is not None:
            raise BenchmarkError(f"{finding.subject}: {finding.problem}")
