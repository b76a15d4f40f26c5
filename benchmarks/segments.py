"""Segments of CDNOW's customers held against the file, and of 1,000,000 contacts in little memory.

What is walked is not kept: the memory of a process that walks 1,000,000 buyers, and of one that
writes them as CSV, is compared with that for 10,000.
"""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Final

from benchmarks.buying import CANCELLED, CONDITIONS, REFUNDED, Customer, customers
from benchmarks.cdnow import CURRENCY, Purchase, newsletter_of, read_purchases
from benchmarks.errors import BenchmarkError
from benchmarks.progress import say
from wsgi_salestrack import Buyer, Config, Conversion, Money, Touch, Tracker
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.reports.segments import render_buyers
from wsgi_salestrack.stores import rows
from wsgi_salestrack.stores.statements import CONVERSION_COLUMNS, insert_many

FEW, MANY = 10_000, 1_000_000
_ORDERS = 2  # of each contact
#: Megabytes that the walk through MANY may take above that through FEW.
GOAL = 50
_SITE = "default"
_START = datetime(2025, 1, 1, tzinfo=UTC)
_MODULE: Final = "benchmarks.segments"


def segments(*, limit: int | None, directory: Path | None) -> str:
    """Compare and measure.

    :param limit: how many purchases from the file's beginning; None: all, and then memory is
        measured as well.
    :raises BenchmarkError: a segment does not agree with the file.
    """
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        lines = list(_compared(Path(folder) / "cdnow.db", read_purchases(limit)))
        if limit is None:
            lines += _memory(Path(folder))
    return "\n".join(lines)


def _tracker(path: Path) -> Tracker:
    return Tracker(Config(secret_keys=["a secret of the benchmarks, 32 bytes"], database=path))


def _compared(path: Path, purchases: list[Purchase]) -> Iterator[str]:
    with closing(_tracker(path)) as tracker:
        say(f"importing {len(purchases):,} purchases")
        for imported in tracker.import_conversions(_imported(purchases)):
            if imported.outcome != "recorded":
                raise BenchmarkError(f"{imported.reference}: {imported.outcome}, {imported.reason}")
        say("refunding and cancelling")
        for purchase in purchases:
            if not purchase.number % REFUNDED and purchase.revenue:
                tracker.refund(str(purchase.number))
            if not purchase.number % CANCELLED:
                tracker.cancel(str(purchase.number))
        say("comparing")
        expected = customers(purchases)
        require_agreement([_account(each) for each in expected], map(_found, tracker.segment()))
        yield f"{len(expected):,} customers: every figure and quintile agrees with the file"
        for where, holds in CONDITIONS.items():
            started = time.perf_counter()
            found = [buyer.contact for buyer in tracker.segment(where)]
            seconds = time.perf_counter() - started
            require_agreement([each.id for each in expected if holds(each)], found)
            yield f"  {1000 * seconds:6,.0f} ms  {len(found):6,} for {where}"


def _imported(purchases: Iterable[Purchase]) -> Iterator[Mapping[str, object]]:
    """Every second one is of a product, which is all that it has of the kind."""
    for purchase in purchases:
        newsletter = newsletter_of(purchase.customer)
        product = {
            "product_id": "cd",
            "name": "CD",
            "quantity": purchase.quantity,
            "unit_price": "0",
        }
        yield {
            "reference": str(purchase.number),
            "revenue": str(purchase.revenue),
            "currency": CURRENCY,
            "occurred_at": f"{purchase.day}T12:00:00+00:00",
            "contact": purchase.customer,
            **({} if newsletter is None else {"newsletter": newsletter}),
            **({"quantity": purchase.quantity} if purchase.number % 2 else {"lines": [product]}),
        }


def _account(customer: Customer) -> tuple[object, ...]:
    return (
        *(customer.id, customer.count, customer.quantity, customer.gross, customer.net),
        *(customer.days, customer.scores),
    )


def _found(buyer: Buyer) -> tuple[object, ...]:
    (spent,) = buyer.spent
    return (
        *(buyer.contact, spent.count, spent.quantity, spent.gross, spent.net),
        (f"{buyer.first_order:%Y-%m-%d}", f"{buyer.last_order:%Y-%m-%d}"),
        [buyer.recency, buyer.frequency, spent.monetary],
    )


def require_agreement(expected: Iterable[object], found: Iterable[object]) -> None:
    """Compare a segment with the file.

    :raises BenchmarkError: they differ; the text names the first that does.
    """
    for one, other in zip_longest(expected, found):
        if one != other:
            raise BenchmarkError(f"the segment has {other}, the file {one}")


def _memory(folder: Path) -> Iterator[str]:
    """Walk few and many, each in a process of its own."""
    figures = {}
    for contacts in (FEW, MANY):
        path = folder / f"{contacts}.db"
        say(f"storing {_ORDERS * contacts:,} orders of {contacts:,} contacts")
        _fill(path, contacts)
        for how in ("walk", "csv"):
            run = subprocess.run(
                [sys.executable, "-m", _MODULE, str(path), how],
                capture_output=True,
                text=True,
                check=False,
            )
            if run.returncode:
                raise BenchmarkError(run.stderr)
            found, megabytes, seconds = run.stdout.split()
            if int(found) != contacts:
                raise BenchmarkError(f"{found} of {contacts} contacts were found")
            figures[how, contacts] = float(megabytes)
            took = f"{float(seconds):6.1f} s, {megabytes} MB at most"
            yield f"{contacts:9,} contacts, {how:4}: {took}"
    most = max(figures[how, MANY] - figures[how, FEW] for how in ("walk", "csv"))
    yield f"100 times as many contacts take {most:.0f} MB more (goal: at most {GOAL} MB)"


def _fill(path: Path, contacts: int) -> None:
    """Write the rows past the store's commits, which are measured elsewhere."""
    with closing(_tracker(path)) as tracker:
        tracker.store.migrate()
    statement = insert_many("conversions", CONVERSION_COLUMNS, 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(statement, _stored(contacts))


def _stored(contacts: int) -> Iterator[rows.Values]:
    """In no order of the contacts."""
    for number in range(_ORDERS * contacts):
        at = _START + timedelta(seconds=number)
        contact = f"contact-{number * 7919 % contacts:07}"
        arrival = Arrival(
            conversion=Conversion(
                reference=str(number), revenue=Money(number % 500, CURRENCY), occurred_at=at
            ),
            touch=Touch(at=at, newsletter=f"n{number % 24}", contact=contact),
            referral=None,
            visitor=number,
            at=at,
            window=timedelta(days=30),
            day=f"{at:%Y-%m-%d}",
        )
        yield rows.arrival_values(_SITE, arrival)


def _walk(path: Path, how: str) -> str:
    """How many there were, the most megabytes of this process, and how many seconds it took."""
    with closing(_tracker(path)) as tracker:
        started = time.perf_counter()
        buyers = tracker.segment("count >= 1")
        if how == "csv":
            pieces = render_buyers(buyers, "csv", UTC)
            found = sum(piece.count("\r\n") for piece in pieces) - 1
        else:
            found = sum(1 for _ in buyers)
        seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{found} {megabytes:.0f} {seconds:.2f}"


if __name__ == "__main__":
    print(_walk(Path(sys.argv[1]), sys.argv[2]))
