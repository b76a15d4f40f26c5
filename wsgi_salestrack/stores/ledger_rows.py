"""Between the values of the commission ledger and rows of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from ..affiliates import Commission, Publisher
from ..commission import Earning
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
    }


def publisher_of(values: Sequence[Any]) -> Publisher:
    """A publisher, from ``publisher, name, parent, rules``."""
    id, name, parent, rules = values
    own = _RULES.decode(rules)
    return Publisher(id=id, name=name, parent=parent, tier1=own.tier1, tier2=own.tier2)


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
    id, conversion, reference, publisher, tier, amount, currency, exponent, rule, at, state = values
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
    )
