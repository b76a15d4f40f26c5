"""Whose word counts when the same conversion arrives again: pure functions over the model.

First hit wins. A repeat from the same or a less trusted source changes no value but may fill what
is missing; a more trusted one replaces what differs; between equals a difference is a conflict.
"""

from __future__ import annotations

import msgspec

from .model import TRUST, Conversion, Order, Outcome, Touch


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a conversion that is already stored.

    :param conversion: the values that stand from now on.
    :param lost: the values that lost, to be kept as a visible conflict; None where none differ.
    """

    outcome: Outcome
    conversion: Conversion
    touch: Touch | None
    referral: Touch | None
    lost: Conversion | None


def decide(
    stored: Conversion,
    stored_touch: Touch | None,
    stored_referral: Touch | None,
    arriving: Conversion,
    touch: Touch | None,
    referral: Touch | None,
) -> Decision:
    """Weigh an arrival against what is stored under the same reference."""
    ahead = TRUST[arriving.source] - TRUST[stored.source]
    differ = _differ(stored, arriving)
    if differ and ahead == 0:
        return Decision(
            outcome="conflict",
            conversion=stored,
            touch=stored_touch,
            referral=stored_referral,
            lost=arriving,
        )
    if ahead > 0:
        standing = _replace(stored, arriving)
    else:
        standing = msgspec.structs.replace(
            stored,
            order=stored.order if differ else _fill(stored.order, arriving.order),
            # Where it was seen is no value of the sale: this alone makes no repeat an enrichment.
            target=stored.target or arriving.target,
        )
    new_touch = stored_touch or touch
    new_referral = stored_referral or referral
    enriched = (
        _values(standing) != _values(stored)
        or new_touch != stored_touch
        or new_referral != stored_referral
    )
    return Decision(
        outcome="enriched" if enriched else "duplicate",
        conversion=standing,
        touch=new_touch,
        referral=new_referral,
        lost=stored if differ and ahead > 0 else None,
    )


def _values(conversion: Conversion) -> tuple[object, ...]:
    order = conversion.order
    return (
        conversion.revenue,
        conversion.quantity,
        # Names and categories belong to the product, which may be renamed at any time.
        order and [(line.product_id, line.quantity, line.unit_price) for line in order.lines],
        order and order.customer_ref,
        order and order.point_of_sale,
    )


def _differ(stored: Conversion, arriving: Conversion) -> bool:
    """Whether both name a value and the values are not the same."""
    return any(
        ours is not None and theirs is not None and ours != theirs
        for ours, theirs in zip(_values(stored), _values(arriving), strict=True)
    )


def _replace(stored: Conversion, arriving: Conversion) -> Conversion:
    """The trusted arrival's values; what it does not say stays."""
    revenue = arriving.revenue or stored.revenue
    order = _fill(arriving.order, stored.order)
    if order and revenue and order.lines[0].unit_price.currency != revenue.currency:
        order = None  # the untrusted lines went with the untrusted currency
    return msgspec.structs.replace(
        arriving,
        revenue=revenue,
        quantity=arriving.quantity or stored.quantity,
        occurred_at=stored.occurred_at,
        order=order,
        target=stored.target or arriving.target,
    )


def _fill(order: Order | None, other: Order | None) -> Order | None:
    """The first order, with the customer and the point of sale of the other where it has none."""
    if order is None or other is None:
        return order or other
    return msgspec.structs.replace(
        order,
        customer_ref=order.customer_ref or other.customer_ref,
        point_of_sale=order.point_of_sale or other.point_of_sale,
    )
