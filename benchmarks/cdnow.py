"""The purchases of CDNOW's customers, and an independent account of them.

Nothing here uses salestrack: these sums are what its report has to agree with.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.errors import BenchmarkError

_FILE = Path(__file__).resolve().parent.parent / "tests" / "data" / "cdnow_master.txt.gz"

CURRENCY = "USD"
NEWSLETTERS = [f"{1997 + month // 12}-{month % 12 + 1:02}" for month in range(24)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """One line of the file.

    :param number: which purchase of the file it is, from 1; its reference.
    :param customer: the customer's id, as it stands in the file.
    :param day: when it was, ``YYYY-MM-DD``.
    :param quantity: how many CDs.
    :param revenue: in dollars.
    """

    number: int
    customer: str
    day: str
    quantity: int
    revenue: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """How many purchases, how many CDs, and how many dollars."""

    count: int = 0
    quantity: int = 0
    revenue: Decimal = Decimal(0)

    def __add__(self, other: Totals) -> Totals:
        """Give the totals of both."""
        return Totals(
            count=self.count + other.count,
            quantity=self.quantity + other.quantity,
            revenue=self.revenue + other.revenue,
        )

    def __str__(self) -> str:
        """Say it as a reader would."""
        purchases, discs = f"{self.count:,} purchases", f"{self.quantity:,} CDs"
        return f"{purchases}, {discs}, {self.revenue:,.2f} {CURRENCY}"


#: The totals that the file was published with.
PUBLISHED = Totals(count=69_659, quantity=167_881, revenue=Decimal("2500315.63"))


def read_purchases(limit: int | None = None) -> list[Purchase]:
    """Read the file.

    :param limit: how many purchases from its beginning; None: all.
    :raises BenchmarkError: the whole file does not have the published totals.
    """
    with gzip.open(_FILE, "rt", encoding="ascii") as lines:
        next(lines)  # the header
        purchases = [_purchase(number, line) for number, line in enumerate(lines, start=1)]
    found = whole(totals(purchases))
    if found != PUBLISHED:
        raise BenchmarkError(f"{_FILE.name} was changed: {found}, but published with {PUBLISHED}")
    return purchases[:limit]


def newsletter_of(customer: str) -> str | None:
    """Give the newsletter whose link the customer clicked; one customer in 25 clicked none."""
    remainder = int(customer) % (len(NEWSLETTERS) + 1)
    return NEWSLETTERS[remainder] if remainder < len(NEWSLETTERS) else None


def totals(purchases: Iterable[Purchase]) -> dict[str | None, Totals]:
    """Give the totals of each newsletter; None: those of customers who clicked none."""
    sums: dict[str | None, Totals] = {}
    for purchase in purchases:
        newsletter = newsletter_of(purchase.customer)
        one = Totals(count=1, quantity=purchase.quantity, revenue=purchase.revenue)
        sums[newsletter] = sums.get(newsletter, Totals()) + one
    return sums


def whole(sums: Mapping[str | None, Totals]) -> Totals:
    """Give the totals of all newsletters together."""
    return sum(sums.values(), start=Totals())


def _purchase(number: int, line: str) -> Purchase:
    customer, day, quantity, revenue = line.split()
    return Purchase(
        number=number,
        customer=customer,
        day=f"{day[:4]}-{day[4:6]}-{day[6:]}",
        quantity=int(quantity),
        revenue=Decimal(revenue),
    )
