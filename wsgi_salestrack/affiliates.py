"""Publishers and what they earn: values of the commission ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

import msgspec

from .checks import LONGEST_NAME, LONGEST_REFERENCE, check_text
from .errors import BadValue
from .money import decimal_of
from .terms import Rule

CommissionState = Literal["pending", "approved", "paid", "declined"]

#: What may become of a commission; the last two are final. Of a declined one nothing was taken
#: back when its sale was refunded, so that whoever approved it later would pay too much.
NEXT_STATES: Final[Mapping[CommissionState, tuple[CommissionState, ...]]] = {
    "pending": ("approved", "declined"),
    "approved": ("paid", "declined"),
    "paid": (),
    "declined": (),
}

#: Why a commission is declined that somebody would earn on what they bought themselves.
SELF_REFERRAL: Final = "self-referral"


class Publisher(msgspec.Struct, frozen=True, kw_only=True):
    """An affiliate who refers visitors.

    Links may name publishers who were never written down: those earn by the tracking code's rules.

    :param id: as links name it.
    :param name: for people.
    :param parent: the publisher who earns tier 2 on this one's sales.
    :param tier1: a rule of their own for what they refer, instead of the tracking code's.
    :param tier2: likewise for what their children refer.
    :param contact: who they are among the contacts, for on what they buy themselves they earn
        nothing; None: the contact with their id.
    :param customer_ref: who they are among the customers, likewise.
    :raises BadValue: naming the field.
    """

    id: str
    name: str | None = None
    parent: str | None = None
    tier1: Rule | None = None
    tier2: Rule | None = None
    contact: str | None = None
    customer_ref: str | None = None

    def __post_init__(self) -> None:
        check_text("publisher", self.id, LONGEST_NAME)
        if self.name is not None:
            check_text("name", self.name, LONGEST_REFERENCE)
        if self.contact is not None:
            check_text("contact", self.contact, LONGEST_NAME)
        if self.customer_ref is not None:
            check_text("customer_ref", self.customer_ref, LONGEST_REFERENCE)
        if self.parent is not None:
            check_text("parent", self.parent, LONGEST_NAME)
            if self.parent == self.id:
                raise BadValue("parent", "is the publisher itself")


class Commission(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger: it never changes, and what corrects it is another entry.

    :param conversion: the id of the conversion that it is earned on.
    :param reference: of that conversion.
    :param publisher: who earns it.
    :param tier: 1 for who referred the buyer, 2 for that publisher's parent.
    :param minor: in minor units; negative where an earlier entry is taken back.
    :param rule: by which it was computed.
    :param state: what became of it until now.
    :param at: when it was written, aware UTC.
    :param reason: why it was declined, if anybody said so.
    :param payout: the id of the payout that it is in; in none, if that was dropped.
    :param became: a number that is higher than the ids of all entries of its conversion that there
        were when it got into its state, and lower than those of all later ones; None: it is
        pending.
    """

    id: int
    conversion: int
    reference: str | None
    publisher: str
    tier: int
    minor: int
    currency: str
    exponent: int
    rule: Rule
    state: CommissionState
    at: datetime
    reason: str | None = None
    payout: int | None = None
    became: int | None = None

    @property
    def amount(self) -> Decimal:
        """In the currency, with all its decimals; negative where something is taken back."""
        return decimal_of(self.minor, self.exponent)


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """What entries in the same state come to, in one currency.

    :param minor: in minor units; negative where more is taken back than earned.
    """

    state: CommissionState
    currency: str
    exponent: int
    minor: int

    @property
    def amount(self) -> Decimal:
        """In the currency, with all its decimals."""
        return decimal_of(self.minor, self.exponent)


def check_reason(reason: str | None, state: CommissionState) -> None:
    """Refuse a reason that can't be kept.

    :raises BadValue: naming it.
    """
    if reason is None:
        return
    check_text("reason", reason, LONGEST_REFERENCE)
    if state != "declined":
        raise BadValue("reason", "is given, but only what is declined has one")
