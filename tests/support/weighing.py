"""Sales that arrive again, and what is decided of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from wsgi_salestrack import Conversion, Line, Money, Order, Recorded, Touch
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.precedence import Decision, decide

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def socks(price: str = "5", quantity: int = 2, currency: str = "USD", **changes: Any) -> Order:
    line = Line(product_id="s1", name="Socks", quantity=quantity, unit_price=Money(price, currency))
    return Order(lines=(line,), **changes)


def sale(source: str = "api", **values: Any) -> Conversion:
    """One of ten dollars, unless it says something else."""
    defaults = {"revenue": Money("10", "USD"), "occurred_at": AT, "reference": "1001"}
    return Conversion(source=source, **{**defaults, **values})


def weigh(
    stored: Conversion,
    arriving: Conversion,
    *,
    stored_touch: Touch | None = None,
    stored_referral: Touch | None = None,
    touch: Touch | None = None,
    referral: Touch | None = None,
    stored_visitor: int | None = None,
    visitor: int | None = None,
) -> Decision:
    """What is decided of a sale that arrives where another one is stored."""
    return decide(
        Recorded(
            outcome="recorded",
            conversion=stored,
            touch=stored_touch,
            referral=stored_referral,
            id=1,
            visitor=stored_visitor,
        ),
        Arrival(
            conversion=arriving,
            touch=touch,
            referral=referral,
            visitor=visitor,
            at=AT + timedelta(hours=1),
            window=timedelta(days=30),
            day="2026-11-21",
        ),
    )
