"""Contacts who bought, and what: the rows of a segment."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import msgspec

from .money import decimal_of


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What a contact bought in one currency.

    :param exponent: decimals of the currency.
    :param count: of orders, also of those that were refunded wholly; never of cancelled ones.
    :param quantity: of items.
    :param gross_minor: what they were sold for, in minor units.
    :param refunded_minor: how much of it was taken back, in minor units.
    :param monetary: the quintile of the net revenue among all who bought in this currency, 5 the
        best.
    """

    currency: str
    exponent: int
    count: int
    quantity: int
    gross_minor: int
    refunded_minor: int
    monetary: int

    @property
    def net_minor(self) -> int:
        """What is left, in minor units."""
        return self.gross_minor - self.refunded_minor

    @property
    def gross(self) -> Decimal:
        """What they were sold for."""
        return decimal_of(self.gross_minor, self.exponent)

    @property
    def refunded(self) -> Decimal:
        """How much of it was taken back."""
        return decimal_of(self.refunded_minor, self.exponent)

    @property
    def net(self) -> Decimal:
        """What is left of it."""
        return decimal_of(self.net_minor, self.exponent)

    @property
    def average(self) -> Decimal:
        """The net revenue of an order, half a minor unit rounded to the even one."""
        return decimal_of(round(Fraction(self.net_minor, self.count)), self.exponent)


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """A contact with at least one order, and what is known of their orders in a period.

    :param first_order: when the first one occurred, aware UTC.
    :param last_order: when the last one did.
    :param recency: the quintile of the last order among all buyers, 5 the latest.
    :param frequency: the quintile of the number of orders, 5 the most.
    :param spent: by currency, in the order of their codes.
    """

    contact: str
    first_order: datetime
    last_order: datetime
    recency: int
    frequency: int
    spent: tuple[Spent, ...]

    @property
    def count(self) -> int:
        """Of orders, in whatever currency."""
        return sum(spent.count for spent in self.spent)

    @property
    def quantity(self) -> int:
        """Of items, likewise."""
        return sum(spent.quantity for spent in self.spent)

    def in_currency(self, currency: str) -> Spent | None:
        """What they bought in a currency; None where that is nothing."""
        return next((spent for spent in self.spent if spent.currency == currency), None)
