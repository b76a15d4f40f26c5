"""What an adjustment does to a conversion: pure functions over what was made before.

The net revenue of a conversion never falls below zero, and never rises above what was sold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

import msgspec

from .adjustments import Adjusted, Adjustment, AdjustmentKind, AdjustmentOutcome, Change
from .errors import BadValue
from .model import Recorded
from .money import Money
from .orders import Order

_TAKING: Final[frozenset[AdjustmentKind]] = frozenset(("refund", "chargeback"))


def weigh(
    recorded: Recorded, earlier: Sequence[Adjustment], change: Change, *, id: int, at: datetime
) -> Adjusted:
    """What becomes of a change.

    :param earlier: the conversion's adjustments, the oldest first.
    :param id: of the new adjustment.
    :returns: the adjustment to be written, with the conversion as it stands then; where it is not
        new, the one that was made before.
    :raises BadValue: naming what is asked for and can't be done.
    """
    amount = _money(change.amount, recorded)
    known = _known(recorded, earlier, change, id)
    if known is not None:
        outcome: AdjustmentOutcome = "adjusted" if known.id == id else "duplicate"
        if not _is_same(known, change, amount):
            outcome = "conflict"
        return Adjusted(outcome=outcome, adjustment=known, recorded=recorded)
    if change.kind in _TAKING:
        after = _without(recorded, _taken(recorded, earlier, change, amount))
    elif change.lines is not None:
        raise BadValue("lines", "are taken back by a refund or a chargeback only")
    elif amount is not None and (change.kind == "cancellation" or recorded.cancelled):
        raise BadValue("amount", "is given, but a sale is cancelled as a whole, or not at all")
    elif change.kind == "cancellation":
        after = msgspec.structs.replace(recorded, cancelled=True)
    else:
        after = _reinstated(recorded, amount)
    adjustment = Adjustment(
        id=id,
        kind=change.kind,
        at=at,
        reference=change.reference,
        amount=_difference(recorded.net, after.net),
        lines=dict(change.lines or {}),
    )
    return Adjusted(outcome="adjusted", adjustment=adjustment, recorded=after)


class Standing(NamedTuple):
    """What adjustments come to.

    :param refunded: how much was taken back, in minor units.
    :param returned: product id -> how many came back; a reinstatement of everything begins anew.
    """

    cancelled: bool
    refunded: int
    returned: Counter[str]


def standing(adjustments: Sequence[Adjustment]) -> Standing:
    """What all adjustments of a conversion come to, the oldest first."""
    returned = Counter[str]()
    refunded, cancelled = 0, False
    for adjustment in adjustments:
        amount = adjustment.amount.minor if adjustment.amount else 0
        if adjustment.kind in _TAKING:
            returned.update(adjustment.lines)
            refunded += amount
        elif adjustment.kind == "cancellation" or cancelled:
            cancelled = not cancelled
        else:
            refunded -= amount
            if not refunded:
                returned.clear()
    return Standing(cancelled, refunded, returned)


def _known(
    recorded: Recorded, earlier: Sequence[Adjustment], change: Change, id: int
) -> Adjustment | None:
    """The adjustment that a change is, or repeats."""
    for adjustment in earlier:
        if adjustment.id == id:
            return adjustment  # written by a transaction that nobody knew the end of
        if change.reference is not None and adjustment.reference == change.reference:
            return adjustment
    if change.kind == "cancellation" and recorded.cancelled:
        return next(each for each in reversed(earlier) if each.kind == "cancellation")
    return None


def _is_same(known: Adjustment, change: Change, amount: Money | None) -> bool:
    """Whether a change asks for what was made under its reference."""
    return (
        amount in (None, known.amount)
        and known.kind == change.kind
        and known.lines == (change.lines or {})
    )


def _taken(
    recorded: Recorded, earlier: Sequence[Adjustment], change: Change, amount: Money | None
) -> int:
    """How much of the net revenue is taken back, in minor units."""
    net = recorded.net
    if net is None:
        raise BadValue("reference", "is of a conversion without revenue")
    if recorded.cancelled:
        raise BadValue("amount", "is nothing: the sale is cancelled; reinstate it first")
    if not net.minor:
        raise BadValue("amount", "is nothing: of this sale nothing is left")
    if change.lines is not None:
        if amount is not None:
            raise BadValue("lines", "and amount are both given; pass one of them")
        taken = _worth(recorded, earlier, change.lines)
    elif change.left is not None:
        taken = net.minor - change.left.minor
        if taken <= 0:
            raise BadValue("left", f"is {change.left}, where no more than {net} is")
    else:
        taken = net.minor if amount is None else amount.minor
    if taken > net.minor:
        if change.lines is not None:
            raise BadValue("lines", f"are worth more than the {net} that is left")
        raise BadValue("amount", f"is more than the {net} that is left")
    return taken


def _reinstated(recorded: Recorded, amount: Money | None) -> Recorded:
    if recorded.cancelled:
        return msgspec.structs.replace(recorded, cancelled=False)
    refunded = recorded.refunded
    if refunded is None or not refunded.minor:
        raise BadValue("reference", "is of a sale that nothing was taken back of")
    given = refunded.minor if amount is None else amount.minor
    if given > refunded.minor:
        raise BadValue("amount", f"is more than the {refunded} that was taken back")
    return _without(recorded, -given)


def _money(amount: Money | Decimal | str | None, recorded: Recorded) -> Money | None:
    """An amount in the currency of the sale."""
    revenue = recorded.conversion.revenue
    if amount is None or revenue is None:
        return None
    if not isinstance(amount, Money):
        amount = Money(amount, revenue.currency)
    if (amount.currency, amount.exponent) != (revenue.currency, revenue.exponent):
        raise BadValue("amount", f"is not in {revenue.currency}, as the sale is")
    if not amount.minor:
        raise BadValue("amount", "is zero")
    return amount


def _without(recorded: Recorded, minor: int) -> Recorded:
    """A conversion of which so much more was taken back."""
    revenue, refunded = recorded.conversion.revenue, recorded.refunded
    if revenue is None:
        raise TypeError("nothing is taken back of what has no revenue")
    total = minor + (refunded.minor if refunded else 0)
    money = Money.from_minor(total, revenue.currency, revenue.exponent) if total else None
    return msgspec.structs.replace(recorded, refunded=money)


def _worth(recorded: Recorded, earlier: Sequence[Adjustment], lines: Mapping[str, int]) -> int:
    """What so many of the products cost, in minor units.

    Where the revenue is not the sum of the lines, as with a discount, each is worth its share of
    it; rounded over all that was returned until now, so that all of them are worth all of it.
    """
    order, revenue = recorded.conversion.order, recorded.conversion.revenue
    if not lines:
        raise BadValue("lines", "are empty; leave them out to take back all that is left")
    if order is None or not order.lines or revenue is None:
        raise BadValue("lines", "are unknown of this sale; give an amount")
    for product_id, quantity in lines.items():
        if type(quantity) is not int or quantity < 1:
            raise BadValue("lines", f"have no quantity of {product_id!r} that is 1 or more")
    before = standing(earlier).returned
    after = before + Counter(lines)
    sold = Counter[str]()
    for line in order.lines:
        sold[line.product_id] += line.quantity
    for product_id, quantity in lines.items():
        if after[product_id] > sold[product_id]:
            if product_id not in sold:
                raise BadValue("lines", f"have {product_id!r}, which is not in the order")
            left = sold[product_id] - before[product_id]
            raise BadValue("lines", f"have {quantity} of {product_id!r}, of which {left} are left")
    total = sum(line.unit_price.minor * line.quantity for line in order.lines)
    share = Fraction(revenue.minor, total) if total else Fraction(0)
    return round(_price(order, after) * share) - round(_price(order, before) * share)


def _price(order: Order, returned: Counter[str]) -> int:
    """What these products cost, those of the first line first."""
    rest = Counter(returned)
    price = 0
    for line in order.lines:
        quantity = min(line.quantity, rest[line.product_id])
        rest[line.product_id] -= quantity
        price += quantity * line.unit_price.minor
    return price


def _difference(before: Money | None, after: Money | None) -> Money | None:
    """How much a net revenue changed, without its sign."""
    if before is None or after is None:
        return None
    return Money.from_minor(abs(after.minor - before.minor), after.currency, after.exponent)
