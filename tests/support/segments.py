"""Segments by plain counting: sales in a list, contacts in a dict, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wsgi_salestrack import Buyer


@dataclass(frozen=True, kw_only=True)
class Sale:
    """A conversion with a revenue, of somebody who is known.

    :param names: kind -> what this sale has of it.
    """

    contact: str
    at: datetime
    revenue: Decimal
    currency: str = "USD"
    refunded: Decimal = Decimal(0)
    quantity: int = 0
    names: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def net(self) -> Decimal:
        return self.revenue - self.refunded


@dataclass(kw_only=True)
class Counted:
    """A contact, with all of their sales.

    :param monetary: by currency.
    """

    contact: str
    sales: list[Sale]
    recency: int = 0
    frequency: int = 0
    monetary: dict[str, int] = field(default_factory=dict)

    @property
    def first(self) -> datetime:
        return min(sale.at for sale in self.sales)

    @property
    def last(self) -> datetime:
        return max(sale.at for sale in self.sales)

    def of(self, currency: str) -> list[Sale]:
        return [sale for sale in self.sales if sale.currency == currency]

    def net(self, currency: str) -> Decimal:
        return sum((sale.net for sale in self.of(currency)), Decimal(0))

    def average(self, currency: str) -> Fraction | None:
        sales = self.of(currency)
        return Fraction(self.net(currency)) / len(sales) if sales else None

    def row(self) -> dict[str, Any]:
        """What a segment tells of them."""
        return {
            "contact": self.contact,
            "first": self.first,
            "last": self.last,
            "r": self.recency,
            "f": self.frequency,
            "spent": [
                {
                    "currency": currency,
                    "count": len(self.of(currency)),
                    "quantity": sum(sale.quantity for sale in self.of(currency)),
                    "gross": sum(sale.revenue for sale in self.of(currency)),
                    "refunded": sum(sale.refunded for sale in self.of(currency)),
                    "m": self.monetary[currency],
                }
                for currency in sorted(self.monetary)
            ],
        }


def row_of(buyer: Buyer) -> dict[str, Any]:
    """The same of a buyer as salestrack finds it."""
    return {
        "contact": buyer.contact,
        "first": buyer.first_order,
        "last": buyer.last_order,
        "r": buyer.recency,
        "f": buyer.frequency,
        "spent": [
            {
                "currency": spent.currency,
                "count": spent.count,
                "quantity": spent.quantity,
                "gross": spent.gross,
                "refunded": spent.refunded,
                "m": spent.monetary,
            }
            for spent in buyer.spent
        ],
    }


def counted(sales: Iterable[Sale]) -> list[Counted]:
    """Who bought, in the order of their names, with their quintiles."""
    of: defaultdict[str, list[Sale]] = defaultdict(list)
    for sale in sales:
        of[sale.contact].append(sale)
    buyers = [Counted(contact=contact, sales=of[contact]) for contact in sorted(of)]
    for buyer, score in _fifths(buyers, lambda each: each.last):
        buyer.recency = score
    for buyer, score in _fifths(buyers, lambda each: (len(each.sales), each.last)):
        buyer.frequency = score
    for currency in {sale.currency for sale in sales}:
        in_it = [buyer for buyer in buyers if buyer.of(currency)]
        for buyer, score in _fifths(in_it, _spending(currency)):
            buyer.monetary[currency] = score
    return buyers


def _spending(currency: str) -> Callable[[Counted], object]:
    def key(buyer: Counted) -> object:
        return buyer.net(currency), max(sale.at for sale in buyer.of(currency))

    return key


def _fifths(buyers: Sequence[Counted], key: Callable[[Counted], Any]) -> list[tuple[Counted, int]]:
    """Each with the fifth that they are in, cut from the best down; the first ones are larger."""
    ranked = sorted(buyers, key=lambda each: (key(each), each.contact), reverse=True)
    scores = []
    for score in (5, 4, 3, 2, 1):
        larger = 5 - score < len(ranked) % 5
        scores += [score] * (len(ranked) // 5 + larger)
    return list(zip(ranked, scores, strict=True))
