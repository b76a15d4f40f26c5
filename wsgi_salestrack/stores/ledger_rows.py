"""Between the values of the commission ledger and rows of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from ..affiliates import Commission, Publisher
from ..commission import Earning
from ..payouts import Payout
from ..terms import Rule, Terms
from .rows import Row, microseconds, moment

_JSON: Final = msgspec.json.Encoder()
_RULE: Final = msgspec.json.Decoder(Rule)
_RULES: Final = msgspec.json.Decoder(Terms)


def publisher_row(publisher: Publisher) -> Row:
    """A publisher's row."""
    rules = Terms(tier1=publisher.tier1, tier2=publisher.tier2)
    return {
        "publisher": publisher.id,
        "name": publisher.name,
        "parent": publisher.parent,
        "rules": _JSON.encode(rules).decode(),
        "contact": publisher.contact,
        "customer_ref": publisher.customer_ref,
    }


def publisher_of(values: Sequence[Any]) -> Publisher:
    """A publisher, from the columns that the statements select."""
    id, name, parent, rules, contact, customer_ref = values
    own = _RULES.decode(rules)
    return Publisher(
        id=id,
        name=name,
        parent=parent,
        tier1=own.tier1,
        tier2=own.tier2,
        contact=contact,
        customer_ref=customer_ref,
    )


def earning_row(earning: Earning, conversion: int, at: datetime) -> Row:
    """A new entry's row, but for its id."""
    return {
        "conversion": conversion,
        "publisher": earning.publisher,
        "tier": earning.tier,
        "amount": earning.minor,
        "currency": earning.currency,
        "exponent": earning.exponent,
        "rule": _JSON.encode(earning.rule).decode(),
        "at": microseconds(at),
    }


def commission_of(values: Sequence[Any]) -> Commission:
    """An entry with its state, from the columns that the statements select."""
    id, conversion, reference, publisher, tier, amount, currency, exponent, *of_entry = values
    rule, at, state, reason, payout, became = of_entry
    return Commission(
        id=id,
        conversion=conversion,
        reference=reference,
        publisher=publisher,
        tier=tier,
        minor=amount,
        currency=currency,
        exponent=exponent,
        rule=_RULE.decode(rule),
        state=state or "pending",
        at=moment(at),
        reason=reason,
        payout=payout,
        became=became,
    )


def payout_row(payout: Payout) -> Row:
    """A new payout's row; its state is in another table."""
    return {
        "id": payout.id,
        "publisher": payout.publisher,
        "name": payout.name,
        "currency": payout.currency,
        "exponent": payout.exponent,
        "amount": payout.minor,
        "sales": payout.sales,
        "at": microseconds(payout.at),
    }


def payout_of(values: Sequence[Any]) -> Payout:
    """A payout with its state, from the columns that the statements select."""
    id, publisher, name, currency, exponent, amount, sales, at, state = values
    return Payout(
        id=id,
        publisher=publisher,
        name=name,
        currency=currency,
        exponent=exponent,
        minor=amount,
        sales=sales,
        at=moment(at),
        state=state or "prepared",
    )
