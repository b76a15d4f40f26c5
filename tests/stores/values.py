"""Conversions and clicks on their way into a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings

from wsgi_salestrack import Click, Conversion, Line, Money, Order, Recorded, Touch
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.touches import Verdict

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)

# For properties of a store: it is one store for all examples, so each takes a site of its own.
WITH_A_STORE = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)

HERO = Touch(at=NOON - timedelta(hours=1), contact="c81", newsletter="2026-11", link="hero")
SEVEN = Touch(at=NOON - timedelta(hours=2), publisher="p7")


def arrival(
    reference: str | None = "1001",
    *,
    at: datetime = NOON,
    day: str = "2026-11-21",
    touch: Touch | None = None,
    referral: Touch | None = None,
    visitor: int | None = None,
    **values: Any,
) -> Arrival:
    """A sale of ten dollars that the shop itself reports at noon, unless it says otherwise."""
    sale = {"revenue": Money("10", "USD"), "occurred_at": at, "reference": reference}
    return Arrival(
        conversion=Conversion(**{**sale, **values}),
        touch=touch,
        referral=referral,
        visitor=visitor,
        at=at,
        window=timedelta(days=30),
        day=day,
    )


def line(product_id: str = "s1", name: str = "Socks", **changes: Any) -> Line:
    """One pair for ten dollars, unless it says otherwise."""
    values = {"quantity": 1, "unit_price": Money("10", "USD")}
    return Line(product_id=product_id, name=name, **{**values, **changes})


def order(*lines: Line, **changes: Any) -> Order:
    """An order of these lines, or of one."""
    return Order(lines=lines or (line(),), **changes)


def click(touch: Touch, *, verdict: Verdict = "valid", destination: str = "/p/socks") -> Click:
    """A click on a link with these names at the touch's time."""
    return Click(
        id=new_id(touch.at or NOON),
        touch=touch,
        day=f"{touch.at or NOON:%Y-%m-%d}",
        visitor=7 if verdict == "valid" else None,
        verdict=verdict,
        destination=destination,
    )


def all_of(store: Store, site: str) -> list[Recorded]:
    """Every conversion of a site, as a new reader sees it."""
    return list(store.changed_since(site, BEFORE_ALL))
