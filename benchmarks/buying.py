"""CDNOW's customers by plain counting over the file: what a segment of them has to agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from benchmarks.cdnow import Purchase, newsletter_of

#: Every so many purchases are refunded wholly, or cancelled.
REFUNDED: Final = 50
CANCELLED: Final = 37


@dataclass(kw_only=True, slots=True)
class Customer:
    """A customer with at least one purchase that was not cancelled.

    :param first: the day of the first purchase, ``YYYY-MM-DD``.
    :param last: likewise.
    :param scores: the quintiles of last purchase, count and net, 5 the best.
    """

    id: str
    purchases: list[Purchase] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Of purchases."""
        return len(self.purchases)

    @property
    def quantity(self) -> int:
        """Of CDs."""
        return sum(purchase.quantity for purchase in self.purchases)

    @property
    def gross(self) -> Decimal:
        """In dollars."""
        return sum((purchase.revenue for purchase in self.purchases), Decimal(0))

    @property
    def net(self) -> Decimal:
        """The same without what was refunded."""
        kept = (each.revenue for each in self.purchases if each.number % REFUNDED)
        return sum(kept, Decimal(0))

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last one of a purchase, ``YYYY-MM-DD``."""
        days = [purchase.day for purchase in self.purchases]
        return min(days), max(days)


def customers(purchases: Iterable[Purchase]) -> list[Customer]:
    """All customers who bought, in the order of their ids."""
    of: dict[str, Customer] = {}
    for purchase in purchases:
        if purchase.number % CANCELLED:
            of.setdefault(purchase.customer, Customer(id=purchase.customer)).purchases.append(
                purchase
            )
    found = [of[id] for id in sorted(of)]
    _score(found, lambda each: ())
    _score(found, lambda each: each.count)
    _score(found, lambda each: each.net)
    return found


def _score(found: Sequence[Customer], figure: Callable[[Customer], Any]) -> None:
    """Cut them into fifths; of equals the later purchase is better, and then the greater id."""
    best_first = sorted(found, key=lambda each: (figure(each), each.days[1], each.id), reverse=True)
    whole, rest = divmod(len(found), 5)
    place = 0
    for score in (5, 4, 3, 2, 1):
        end = place + whole + (5 - score < rest)
        for customer in best_first[place:end]:
            customer.scores.append(score)
        place = end


#: Conditions as they are written, and by plain counting.
CONDITIONS: Final[Mapping[str, Callable[[Customer], bool]]] = {
    "count >= 1": lambda each: True,
    "total >= 100": lambda each: each.net >= 100,
    "total < 20 or count > 10": lambda each: each.net < 20 or each.count > 10,
    "average >= 50": lambda each: Fraction(each.net) / each.count >= 50,
    "quantity = 3": lambda each: each.quantity == 3,
    "last_order since 1998-01-01": lambda each: each.days[1] >= "1998-01-01",
    "first_order since 1997-03-01 and not count = 1": lambda each: (
        each.days[0] >= "1997-03-01" and each.count > 1
    ),
    "newsletter in ('1997-02', '1998-12')": lambda each: (
        newsletter_of(each.id) in {"1997-02", "1998-12"}
    ),
    "product = cd and not newsletter = 1997-02": lambda each: (
        any(not purchase.number % 2 for purchase in each.purchases)
        and newsletter_of(each.id) != "1997-02"
    ),
    "recency = 5 and frequency >= 4 and monetary >= 4": lambda each: (
        each.scores[0] == 5 and each.scores[1] >= 4 and each.scores[2] >= 4
    ),
    "recency <= 2 and monetary = 5": lambda each: each.scores[0] <= 2 and each.scores[2] == 5,
}
