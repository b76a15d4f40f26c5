"""What the plain model is told, in the simplest types that can hold it; money in minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final, Literal, NamedTuple

Programme = Literal["newsletters", "publishers"]
Kind = Literal["cancellation", "refund", "chargeback", "reinstatement"]
Outcome = Literal["recorded", "duplicate", "enriched", "conflict"]

#: Decimals of the currencies, as ISO 4217 has them.
DECIMALS: Final[Mapping[str, int]] = {"JPY": 0, "USD": 2, "BHD": 3, "KWD": 3}

#: How long before a sale a click may be.
WINDOW: Final = timedelta(days=30)


class Refused(Exception):
    """It can't be done, and nothing changes."""


class Touch(NamedTuple):
    """A click on a link.

    :param at: when; None: nobody knows, and it counts as one in the moment of the sale.
    """

    at: datetime | None = None
    contact: str | None = None
    list: str | None = None
    newsletter: str | None = None
    link: str | None = None
    publisher: str | None = None

    @property
    def programmes(self) -> frozenset[Programme]:
        """A publisher's link is a newsletter's as well, if it names anything of one."""
        if self.publisher is None:
            return frozenset(("newsletters",))
        if self.contact or self.list or self.newsletter:
            return frozenset(("newsletters", "publishers"))
        return frozenset(("publishers",))

    @property
    def clicked(self) -> Touch:
        """What was clicked, whenever and by whomever."""
        return self._replace(at=None, contact=None)

    def is_within(self, sold_at: datetime) -> bool:
        """Whether a sale at that time may be credited to it."""
        return self.at is None or timedelta(0) <= sold_at - self.at <= WINDOW


class Line(NamedTuple):
    """So many of a product, each at a price."""

    product: str
    quantity: int
    price: int


class Rule(NamedTuple):
    """What is earned: a percentage of what is left of a sale, or an amount while anything is."""

    kind: Literal["percent", "fixed"]
    value: Fraction

    def earned(self, net: int, currency: str) -> int:
        """Half a unit goes to the even one."""
        if self.kind == "percent":
            return round(net * self.value / 100)
        units: int = 10 ** DECIMALS[currency]
        return round(self.value * units)


class Rules(NamedTuple):
    """Those of a tracking code, by tier; and what the hit itself said of tier 1."""

    tier1: Rule | None
    tier2: Rule | None = None
    override: Rule | None = None


@dataclass(frozen=True)
class Told:
    """What an arrival says of a sale, or all of them together.

    :param trust: in whoever says what was paid; 1 for what a browser may forge, 2 for a signed
        pixel, 3 for the shop itself.
    :param lines: empty: it does not say.
    :param rules: of the tracking code that it came by.
    """

    trust: int
    minor: int
    currency: str
    quantity: int | None = None
    lines: tuple[Line, ...] = ()
    customer: str | None = None
    rules: Rules | None = None

    @property
    def named_by(self) -> int:
        """How far what it says of the order is trusted; 0: it says nothing of it."""
        return self.trust if self.lines or self.customer or self.quantity is not None else 0

    def contradicts(self, other: Told) -> bool:
        """Whether both say something, and not the same."""
        return self.money != other.money or any(
            ours and theirs and ours != theirs
            for ours, theirs in (
                (self.quantity, other.quantity),
                (self.lines, other.lines),
                (self.customer, other.customer),
            )
        )

    @property
    def money(self) -> tuple[int, str]:
        """What was paid."""
        return self.minor, self.currency
