"""One sale of the plain model: who is believed, and what is left of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from tests.ledger.values import Kind, Outcome, Refused, Told, Touch


class Change(NamedTuple):
    """What is asked for after the sale.

    :param minor: so much of the money; None with no products either: all that there is.
    :param products: product -> how many of it.
    :param reference: of the change itself.
    """

    kind: Kind
    minor: int | None = None
    products: tuple[tuple[str, int], ...] = ()
    reference: str | None = None


@dataclass
class Sale:
    """What is known of it.

    :ivar told: by all who told of it, as far as they are believed.
    :ivar named_by: how far whoever named what was bought is trusted.
    :ivar visitor: whose browser told of it first, or else credited it first.
    :ivar made: the changes that were made, each with what it took or gave, and its currency.
    """

    number: int
    reference: str | None
    at: datetime
    told: Told
    named_by: int
    visitor: int | None
    touch: Touch | None
    referral: Touch | None
    cancelled: bool = False
    refunded: int = 0
    made: list[tuple[Change, tuple[int, str]]] = field(default_factory=list)
    returned: Counter[str] = field(default_factory=Counter)

    @property
    def net(self) -> int:
        """What is left of what was paid."""
        return 0 if self.cancelled else self.told.minor - self.refunded

    @property
    def stands(self) -> bool:
        """Whether anything is earned on it: a free one that nobody took back is a sale, too."""
        return not self.cancelled and (self.refunded == 0 or self.net > 0)

    def arrive(
        self, told: Told, touch: Touch | None, referral: Touch | None, visitor: int | None
    ) -> Outcome:
        """It is told of again: the first word counts, unless a better one comes.

        What was paid can't become another amount once some of it was given back.
        """
        before = (self.told, self.touch, self.referral)
        differs, other_money = told.contradicts(self.told), told.money != self.told.money
        ahead = told.trust - self.told.trust
        is_better = ahead > 0 or (
            ahead == 0 and differs and not other_money and told.named_by > self.named_by
        )
        stuck = bool(self.refunded) and other_money if is_better else ahead == 0
        rules = self.told.rules or told.rules
        if differs and stuck:
            self.told = replace(self.told, rules=rules)  # who earns is no value that differs
            return "conflict"
        if is_better:
            self._believe(told)
        elif not differs:
            self._fill_in(told)
        self.told = replace(self.told, rules=rules)
        # A pixel in another browser than the checkout saw is somebody else's.
        if ahead >= 0 or None in {self.visitor, visitor} or visitor == self.visitor:
            self.touch = self.touch or _earning(touch, self.at)
            self.referral = self.referral or _earning(referral, self.at)
        if self.visitor is None and (self.touch, self.referral) != before[1:]:
            self.visitor = visitor
        now = (replace(self.told, trust=before[0].trust), self.touch, self.referral)
        return "duplicate" if now == before else "enriched"

    def _believe(self, told: Told) -> None:
        """What it does not say stays; but for products whose prices are in another currency."""
        known, lines = self.told, told.lines
        if not lines and known.currency == told.currency:
            lines = known.lines
        quantity = told.quantity if told.quantity is not None else known.quantity
        customer = told.customer or known.customer
        self.told = replace(told, lines=lines, quantity=quantity, customer=customer)
        self.named_by = told.named_by or self.named_by if self.told.named_by else 0

    def _fill_in(self, told: Told) -> None:
        known = self.told
        self.told = replace(
            known,
            quantity=known.quantity or told.quantity,
            lines=known.lines or told.lines,
            customer=known.customer or told.customer,
        )
        self.named_by = self.named_by or told.named_by

    def change(self, change: Change) -> Outcome:
        """Give money back, or take it again; never more than there is.

        :raises Refused: if there is not so much.
        """
        earlier = self._made_before(change)
        if earlier is not None:
            made, money = earlier
            says_so = change.minor is None or (change.minor, self.told.currency) == money
            is_same = (made.kind, made.products) == (change.kind, change.products)
            return "duplicate" if says_so and is_same else "conflict"
        before = self.net
        if change.kind == "cancellation":
            self.cancelled = True
        elif change.kind == "reinstatement":
            self._reinstate(change)
        else:
            self._take_back(change)
        self.made.append((change, (abs(self.net - before), self.told.currency)))
        return "recorded"

    def _made_before(self, change: Change) -> tuple[Change, tuple[int, str]] | None:
        """The change that this is told to be again; a sale is cancelled once."""
        for made in self.made:
            if change.reference is not None and made[0].reference == change.reference:
                return made
        if change.kind == "cancellation" and self.cancelled:
            return [made for made in self.made if made[0].kind == "cancellation"][-1]
        return None

    def _reinstate(self, change: Change) -> None:
        if self.cancelled:
            if change.minor is not None:
                raise Refused("it was cancelled as a whole")
            self.cancelled = False
            return
        given = self.refunded if change.minor is None else change.minor
        if not 0 < given <= self.refunded:
            raise Refused("not so much was taken back")
        self.refunded -= given
        if not self.refunded:
            self.returned.clear()

    def _take_back(self, change: Change) -> None:
        if not self.net:
            raise Refused("nothing is left")
        returned = self.returned + Counter(dict(change.products))
        if change.products:
            for product, _ in change.products:
                if returned[product] > len(self._prices(product)):
                    raise Refused("not so many were sold")
            taken = self._worth(returned) - self._worth(self.returned)
        else:
            taken = self.net if change.minor is None else change.minor
        if taken > self.net:
            raise Refused("not so much is left")
        self.refunded += taken
        self.returned = returned

    def _worth(self, returned: Counter[str]) -> int:
        """Of products, their part of what was paid."""
        total = sum(line.price * line.quantity for line in self.told.lines)
        price = sum(sum(self._prices(product)[:quantity]) for product, quantity in returned.items())
        return round(Fraction(price * self.told.minor, total)) if total else 0

    def _prices(self, product: str) -> list[int]:
        """Of each piece of a product that was sold, those of the first line first."""
        return [
            line.price
            for line in self.told.lines
            if line.product == product
            for _ in range(line.quantity)
        ]


def _earning(touch: Touch | None, sold_at: datetime) -> Touch | None:
    return touch if touch is not None and touch.is_within(sold_at) else None
