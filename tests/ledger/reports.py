"""Reports of the plain model: sums of what touches have of sales."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tests.ledger.crediting import Share
from tests.ledger.model import Shop
from tests.ledger.sales import Sale
from tests.ledger.values import Programme, Touch


@dataclass
class Row:
    """Sums over sales, or over parts of them.

    :ivar close: how many units may have gone to another row, for they hung by a hair.
    """

    count: Fraction = Fraction(0)
    quantity: Fraction = Fraction(0)
    net: int = 0
    refunded: int = 0
    close: int = 0

    def add(self, sale: Sale, share: Share) -> None:
        """What one touch has of one sale."""
        self.count += share.part
        self.quantity += share.part * (sale.told.quantity or 0)
        self.net += share.net
        self.refunded += share.refunded
        self.close += share.is_close


#: By the value of the dimension, and the currency.
Rows = dict[tuple[str | None, str], Row]


def rows(shop: Shop, by: str, credited: Iterable[tuple[Sale, Share]]) -> Rows:
    """By newsletter, link, contact, list or publisher.

    A sale that no contact is credited with is that of the contact who its customer is.
    """
    sums: Rows = {}
    for sale, share in credited:
        value: str | None = None if share.touch is None else getattr(share.touch, by)
        if by == "contact":
            value = value or shop.contact_of(sale.told.customer)
        sums.setdefault((value, sale.told.currency), Row()).add(sale, share)
    return sums


def recorded(shop: Shop, programme: Programme) -> list[tuple[Sale, Share]]:
    """What each sale was credited to when it was recorded."""
    return [
        (sale, _whole(sale)._replace(touch=_own(sale, programme)))
        for sale in shop.sales
        if not sale.cancelled
    ]


def _own(sale: Sale, programme: Programme) -> Touch | None:
    return sale.touch if programme == "newsletters" else sale.referral


def totals(shop: Shop) -> dict[str, Row]:
    """What was sold, and what is left of it, by currency."""
    sums: dict[str, Row] = {}
    for sale in shop.sales:
        if not sale.cancelled:
            sums.setdefault(sale.told.currency, Row()).add(sale, _whole(sale))
    return sums


def _whole(sale: Sale) -> Share:
    return Share(None, Fraction(1), sale.net, sale.refunded)
