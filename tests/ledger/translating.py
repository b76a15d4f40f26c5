"""From the plain model's values to those that a tracker takes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from tests.ledger.options import Says, Way
from tests.ledger.values import DECIMALS, Rule, Rules
from tests.ledger.values import Touch as PlainTouch
from wsgi_salestrack import Conversion, Line, Money, Order, Touch
from wsgi_salestrack.terms import Rule as Earning
from wsgi_salestrack.terms import Terms

_SOURCES: Final[dict[Way, str]] = {
    "code": "affiliate",
    "pixel": "ecommerce_pixel",
    "signed pixel": "ecommerce_pixel",
}


def money_of(minor: int, currency: str) -> Money:
    """From minor units."""
    return Money(Decimal(minor).scaleb(-DECIMALS[currency]), currency)


def touch_of(touch: PlainTouch) -> Touch:
    """The same names and time."""
    return Touch(**touch._asdict())


def pair_of(rule: Rule | None) -> tuple[str, str] | None:
    """A rule as a shop writes it."""
    return None if rule is None else (rule.kind, f"{float(rule.value):.4f}")


def terms_of(rules: Rules) -> Terms:
    """What a tracking code's hit brings."""

    def earning(field: str, rule: Rule | None) -> Earning | None:
        return Earning.of_pair(field, pair_of(rule))

    return Terms(
        tier1=earning("tier1", rules.tier1),
        tier2=earning("tier2", rules.tier2),
        override1=earning("com1", rules.override),
    )


def conversion_of(says: Says, reference: str | None, at: datetime | None) -> Conversion:
    """What arrives.

    :param at: when it occurred; None: now.
    """
    told = says.told()
    lines = tuple(
        Line(
            product_id=line.product,
            name=line.product,
            quantity=line.quantity,
            unit_price=money_of(line.price, told.currency),
        )
        for line in told.lines
    )
    is_known = bool(lines) or told.customer is not None
    order = Order(customer_ref=told.customer, lines=lines) if is_known else None
    return Conversion(
        source=_SOURCES.get(says.way, "api"),
        signed=says.way == "signed pixel",
        reference=reference,
        revenue=money_of(told.minor, told.currency),
        quantity=told.quantity,
        occurred_at=at,
        order=order,
        terms=None if told.rules is None else terms_of(told.rules),
    )
