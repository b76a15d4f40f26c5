"""Between claims and adjustments, and rows of their tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from ..adjustments import Adjustment
from ..model import Arrival, Claim, Recorded
from ..money import Money
from .rows import Row, credit_values, microseconds, moment, touch_of, touch_values
from .statements import CLAIM_COLUMNS, CREDIT_COLUMNS, REFERRAL_COLUMNS, TOUCH_COLUMNS

_JSON: Final = msgspec.json.Encoder()


def credit_row(recorded: Recorded) -> Row:
    """Those columns that say what a conversion is credited to."""
    return {"id": recorded.id, **dict(zip(CREDIT_COLUMNS, credit_values(recorded), strict=True))}


def claim_row(claim: Claim) -> Row:
    """A claim's row, but for its site."""
    touches = (*touch_values(claim.touch), *touch_values(claim.referral))
    return {
        "reference": claim.reference,
        "customer_ref": claim.customer_ref,
        "visitor": claim.visitor,
        "at": microseconds(claim.at),
        **dict(zip((*TOUCH_COLUMNS, *REFERRAL_COLUMNS), touches, strict=True)),
    }


def claim_of(values: Sequence[Any], asking: Arrival | Claim) -> Claim:
    """A stored claim, in the order of ``CLAIM_COLUMNS``.

    :param asking: whose window and way of announcing count for what becomes of it now.
    """
    row = dict(zip(CLAIM_COLUMNS, values, strict=True))
    return Claim(
        reference=row["reference"],
        customer_ref=row["customer_ref"],
        visitor=row["visitor"],
        touch=touch_of(row, TOUCH_COLUMNS),
        referral=touch_of(row, REFERRAL_COLUMNS),
        at=moment(row["at"]),
        window=asking.window,
        announced=asking.announced,
    )


def adjustment_row(adjustment: Adjustment, conversion: int) -> Row:
    """An adjustment's row."""
    amount = adjustment.amount
    return {
        "id": adjustment.id,
        "conversion": conversion,
        "kind": adjustment.kind,
        "at": microseconds(adjustment.at),
        "reference": adjustment.reference,
        "amount": None if amount is None else amount.minor,
        "currency": None if amount is None else amount.currency,
        "exponent": None if amount is None else amount.exponent,
        "returned": _JSON.encode(adjustment.lines).decode(),
    }


def adjustment_of(values: Sequence[Any]) -> Adjustment:
    """A stored adjustment, from what the statements select behind its conversion."""
    id, kind, at, reference, amount, returned, currency, exponent = values
    return Adjustment(
        id=id,
        kind=kind,
        at=moment(at),
        reference=reference,
        amount=None if amount is None else Money.from_minor(amount, currency, exponent),
        lines=msgspec.json.decode(returned),
    )
