"""From the domain's values to those that are handed out to whom they are about."""

from __future__ import annotations

from decimal import Decimal

from ..affiliates import Commission, Publisher
from ..orders import Line
from ..payouts import Payout
from ..personal_data import (
    Amount,
    PersonalCommission,
    PersonalLine,
    PersonalPayout,
    PersonalPublisher,
)
from ..terms import Rule


def publisher(publisher: Publisher) -> PersonalPublisher:
    """The record of a publisher."""
    return PersonalPublisher(
        publisher=publisher.id,
        name=publisher.name,
        parent=publisher.parent,
        contact=publisher.contact,
        customer_ref=publisher.customer_ref,
        tier1=_rule(publisher.tier1),
        tier2=_rule(publisher.tier2),
    )


def _rule(rule: Rule | None) -> tuple[str, Decimal] | None:
    return None if rule is None else (rule.kind, rule.value)


def line(line: Line) -> PersonalLine:
    """A product."""
    return PersonalLine(
        product_id=line.product_id,
        name=line.name,
        categories=line.categories,
        quantity=line.quantity,
        unit_price=Amount.of(line.unit_price),
    )


def commission(entry: Commission) -> PersonalCommission:
    """An entry of the ledger; of the sale nothing is told, for it is somebody else's."""
    return PersonalCommission(
        id=str(entry.id),
        at=entry.at,
        publisher=entry.publisher,
        tier=entry.tier,
        earned=Amount(amount=entry.amount, currency=entry.currency),
        state=entry.state,
        reason=entry.reason,
        payout=text(entry.payout),
    )


def payout(payout: Payout) -> PersonalPayout:
    """A payout."""
    return PersonalPayout(
        id=str(payout.id),
        at=payout.at,
        publisher=payout.publisher,
        name=payout.name,
        paid=Amount(amount=payout.amount, currency=payout.currency),
        sales=payout.sales,
        state=payout.state,
    )


def text(number: int | None) -> str | None:
    """An id, as JSON keeps it whole."""
    return None if number is None else str(number)
