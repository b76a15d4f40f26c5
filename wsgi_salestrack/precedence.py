"""Whose word counts when the same conversion arrives again: pure functions over the model.

First hit wins. A repeat from the same or a less trusted source changes no value but may fill what
is missing; a more trusted one replaces what differs; between equals a difference is a conflict.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from .attribution import completed
from .model import Arrival, Conversion, Recorded
from .money import Money
from .orders import Order, without_customer


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a conversion that is already stored.

    :param standing: as it stands from now on.
    :param lost: the values that lost, to be kept as a visible conflict; None where none differ.
    """

    standing: Recorded
    lost: Conversion | None


def decide(stored: Recorded, arriving: Arrival) -> Decision:
    """Weigh an arrival against what is stored under the same reference."""
    if stored.erased:
        arriving = _without_buyer(arriving)
    ours, theirs = stored.conversion, arriving.conversion
    differ = _differ(ours, theirs)
    course = _course(stored, theirs, differ=differ)
    if course == "conflict":
        # Who earns is no value that differs: of two pixels on a page either may come first.
        conversion = msgspec.structs.replace(
            ours,
            affiliate_link=ours.affiliate_link or theirs.affiliate_link,
            terms=ours.terms or theirs.terms,
        )
        conflict = msgspec.structs.replace(stored, outcome="conflict", conversion=conversion)
        return Decision(standing=conflict, lost=theirs)
    if course == "replace":
        conversion, lost = _replace(ours, theirs), ours if differ else None
        details_trust = theirs.details_trust or stored.details_trust
    else:
        conversion, lost = _fill_in(ours, theirs, differ=differ), None
        details_trust = stored.details_trust or theirs.details_trust
    return Decision(standing=_standing(stored, arriving, conversion, details_trust), lost=lost)


def with_touches(stored: Recorded, arriving: Arrival) -> Recorded:
    """What is stored, with the touches that it lacks and an arrival brings.

    None is taken of a less trusted hit from another browser than the sale was seen in: somebody may
    ask for the pixel of an order of others, to earn on it.
    """
    is_less_trusted = arriving.conversion.trust < stored.conversion.trust
    is_elsewhere = stored.visitor is not None and arriving.visitor not in {None, stored.visitor}
    return stored if is_less_trusted and is_elsewhere else completed(stored, arriving)


def _course(
    stored: Recorded, theirs: Conversion, *, differ: bool
) -> Literal["fill", "replace", "conflict"]:
    """Whose values stand: ours, with what they lack, or theirs; in a conflict nothing changes."""
    ahead = theirs.trust - stored.conversion.trust
    same_revenue = theirs.revenue in (None, stored.conversion.revenue)
    # What was bought may have been named by somebody less trusted than who said what was paid.
    knows_better = theirs.details_trust > stored.details_trust
    if ahead > 0 or (ahead == 0 and differ and same_revenue and knows_better):
        # Of what was sold some was taken back; now another revenue would make nonsense of that.
        fixed = stored.refunded is not None and not same_revenue
        return "conflict" if differ and fixed else "replace"
    return "conflict" if differ and ahead == 0 else "fill"


def _fill_in(ours: Conversion, theirs: Conversion, *, differ: bool) -> Conversion:
    """What is stored, with what it lacks and somebody as trusted or less says.

    Money is filled in by an equal only: whoever may forge a pixel would fix it for good.
    """
    equal = theirs.trust == ours.trust
    fits = not differ and (equal or ours.revenue is not None)
    return msgspec.structs.replace(
        ours,
        revenue=ours.revenue or (theirs.revenue if equal else None),
        quantity=ours.quantity or (theirs.quantity if equal or fits else None),
        order=_fill(ours.order, theirs.order) if fits else ours.order,
        target=ours.target or theirs.target,
        affiliate_link=ours.affiliate_link or theirs.affiliate_link,
        terms=ours.terms or theirs.terms,
    )


def _standing(
    stored: Recorded, arriving: Arrival, conversion: Conversion, details_trust: int
) -> Recorded:
    """What is stored from now on.

    :param conversion: with the values that stand.
    :param details_trust: of who named what was bought, if it was.
    """
    credited = with_touches(stored, arriving)
    # Where it was seen is no value of the sale: this alone makes no repeat an enrichment.
    enriched = (
        _values(conversion) != _values(stored.conversion)
        or conversion.terms != stored.conversion.terms
        or credited != stored
    )
    named_by = conversion.details_trust and details_trust
    return msgspec.structs.replace(
        credited,
        outcome="enriched" if enriched else "duplicate",
        conversion=conversion,
        named_by=None if named_by == conversion.details_trust else named_by,
    )


def _without_buyer(arriving: Arrival) -> Arrival:
    """A page that is loaded again, or a webhook, does not bring back who was forgotten.

    Nor does it credit anybody anew: their cookie tells of clicks from before.
    """
    conversion = arriving.conversion
    order = without_customer(conversion.order)
    return msgspec.structs.replace(
        arriving,
        conversion=msgspec.structs.replace(conversion, order=order),
        touch=None,
        referral=None,
    )


def _values(conversion: Conversion) -> tuple[object, ...]:
    order = conversion.order
    # Names and categories belong to the product, which may be renamed at any time.
    bought = [(line.product_id, line.quantity, line.unit_price) for line in conversion.lines]
    return (
        conversion.revenue,
        conversion.quantity,
        bought or None,
        conversion.customer_ref,
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
    if order and revenue and _are_in_another_currency(order, revenue):
        order = _without_lines(order)  # they went with the untrusted currency
    return msgspec.structs.replace(
        arriving,
        revenue=revenue,
        quantity=arriving.quantity or stored.quantity,
        occurred_at=stored.occurred_at,
        order=order,
        target=stored.target or arriving.target,
        affiliate_link=stored.affiliate_link or arriving.affiliate_link,
        # Who earns on it was settled when it was first reported through a tracking code.
        terms=stored.terms or arriving.terms,
    )


def _fill(order: Order | None, other: Order | None) -> Order | None:
    """The first order, with what the other one has and it lacks."""
    if order is None or other is None:
        return order or other
    return msgspec.structs.replace(
        order,
        customer_ref=order.customer_ref or other.customer_ref,
        point_of_sale=order.point_of_sale or other.point_of_sale,
        lines=order.lines or other.lines,
    )


def _are_in_another_currency(order: Order, revenue: Money) -> bool:
    return any(line.unit_price.currency != revenue.currency for line in order.lines)


def _without_lines(order: Order) -> Order | None:
    """What an order says of the customer and the place; None where it says neither."""
    if order.customer_ref is None and order.point_of_sale is None:
        return None
    return msgspec.structs.replace(order, lines=())
