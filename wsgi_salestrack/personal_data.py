"""What is stored of a contact, as it is handed out to them: values that explain themselves.

Times are aware UTC. Ids and visitors are text, for many a JSON reader rounds integers of 63 bits.
Who else is named beside the contact is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

import msgspec

from .money import Money


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """Money.

    :param amount: with all decimals of the currency; negative where something is taken back.
    """

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, money: Money | None) -> Amount | None:
        """Money of ours as it is handed out."""
        return None if money is None else cls(amount=money.amount, currency=money.currency)


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """By which names the contact is known.

    :param customer_refs: that ``identify`` tied to it.
    :param subscriptions: that stand beside it and beside nobody else.
    :param visitors: browsers that are nobody else's as well.
    """

    customer_refs: tuple[str, ...]
    subscriptions: tuple[str, ...]
    visitors: tuple[str, ...]


class PersonalTouch(msgspec.Struct, frozen=True, kw_only=True):
    """Which link was clicked, and when."""

    at: datetime | None
    contact: str | None
    subscription: str | None
    list: str | None
    newsletter: str | None
    link: str | None
    publisher: str | None


class PersonalClick(msgspec.Struct, frozen=True, kw_only=True):
    """A visit through one of the shop's links.

    :param verdict: ``valid``, or what it was instead: ``bot``, ``prefetch``, ``embedded``.
    """

    id: str
    touch: PersonalTouch
    visitor: str | None
    verdict: str
    destination: str


class PersonalLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product of an order."""

    product_id: str
    name: str
    categories: tuple[str, ...]
    quantity: int
    unit_price: Amount | None


class PersonalAdjustment(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an order later.

    :param lines: product id -> how many of it came back.
    """

    at: datetime
    kind: str
    reference: str | None
    amount: Amount | None
    lines: Mapping[str, int]


class PersonalConflict(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody else said of an order, which did not count."""

    at: datetime
    source: str
    revenue: Amount | None
    quantity: int | None
    customer_ref: str | None
    point_of_sale: str | None
    lines: tuple[PersonalLine, ...]


class PersonalConversion(msgspec.Struct, frozen=True, kw_only=True):
    """An order, a signup or the like.

    :param touch: the newsletter's touch that it is credited to, if any.
    :param referral: the publisher's touch, if any.
    """

    id: str
    source: str
    scope: str
    reference: str | None
    target: str | None
    affiliate_link: str | None
    occurred_at: datetime | None
    recorded_at: datetime
    revenue: Amount | None
    refunded: Amount | None
    cancelled: bool
    quantity: int | None
    customer_ref: str | None
    point_of_sale: str | None
    visitor: str | None
    touch: PersonalTouch | None
    referral: PersonalTouch | None
    lines: tuple[PersonalLine, ...]
    adjustments: tuple[PersonalAdjustment, ...]
    conflicts: tuple[PersonalConflict, ...]


class PersonalClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Who has seen an order's thank-you page, and by which links they had come."""

    at: datetime
    reference: str
    customer_ref: str | None
    visitor: str
    touch: PersonalTouch | None
    referral: PersonalTouch | None


class PersonalIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """That a customer number is the contact's."""

    customer_ref: str
    at: datetime


class PersonalSeparation(msgspec.Struct, frozen=True, kw_only=True):
    """That two of these are not the same person, or (``apart`` is False) are again."""

    at: datetime
    apart: bool
    visitor: str | None
    contact: str | None
    customer_ref: str | None


class PersonalPublisher(msgspec.Struct, frozen=True, kw_only=True):
    """That the contact is an affiliate.

    :param tier1: what they earn on their own sales, such as ``["percent", "10"]``.
    """

    publisher: str
    name: str | None
    parent: str | None
    contact: str | None
    customer_ref: str | None
    tier1: tuple[str, Decimal] | None
    tier2: tuple[str, Decimal] | None


class PersonalCommission(msgspec.Struct, frozen=True, kw_only=True):
    """What they have earned on a sale, as an affiliate."""

    id: str
    at: datetime
    publisher: str
    tier: int
    earned: Amount
    state: str
    reason: str | None
    payout: str | None


class PersonalPayout(msgspec.Struct, frozen=True, kw_only=True):
    """What they were paid as an affiliate, or are to be."""

    id: str
    at: datetime
    publisher: str
    name: str | None
    paid: Amount
    sales: int
    state: str


PersonalItem: TypeAlias = (
    PersonalClick
    | PersonalConversion
    | PersonalClaim
    | PersonalIdentity
    | PersonalSeparation
    | PersonalPublisher
    | PersonalCommission
    | PersonalPayout
)

#: The lists of the document, in their order.
SECTIONS: Mapping[type[PersonalItem], str] = {
    PersonalIdentity: "identities",
    PersonalSeparation: "separations",
    PersonalClick: "clicks",
    PersonalConversion: "conversions",
    PersonalClaim: "claims",
    PersonalPublisher: "publishers",
    PersonalCommission: "commissions",
    PersonalPayout: "payouts",
}
