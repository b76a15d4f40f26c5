"""A shop that has sold for half a year, the same each time: what pages and pictures show."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tests.support.clock import NOON, ManualClock
from wsgi_salestrack import Click, Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.days import day_of
from wsgi_salestrack.hits import Hit
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.terms import Rule, Terms

DAYS: Final = 200
PRODUCTS: Final = (
    *(("ridge-socks", "Ridge socks", "Socks", "19.00"), ("fell-hat", "Fell hat", "Hats", "34.00")),
    *(("wool-throw", "Wool throw", "Home", "129.00"), ("mitts", "Mitts", "Gloves", "28.50")),
    *(("scarf", "Long scarf", "Scarves", "49.95"), ("slippers", "Slippers", "Socks", "39.00")),
    *(("jumper", "Fisher jumper", "Knitwear", "148.00"), ("yarn", "Yarn, 100 g", "Yarn", "9.50")),
)
LINKS: Final = ("hero", "new-in", "socks", "sale", "story", "footer")
LISTS: Final = ("main", "vip")
PUBLISHERS: Final = (
    *(("cold-feet", "Cold Feet", "knit-network"), ("yarn-weekly", "Yarn Weekly", "knit-network")),
    *(("hill-walks", "Hill Walks", None), ("knit-network", "The Knitting Network", None)),
)
TARGETS: Final[Mapping[int | str, str | Mapping[str, str]]] = {
    1: {"title": "Sale", "scope": "order"},
    2: "Newsletter signup",
}
_TERMS: Final = Terms(
    tier1=Rule("percent", Decimal(10)), tier2=Rule("percent", Decimal(2)), override1=None
)


def fill(tracker: Tracker, clock: ManualClock) -> None:
    """Let it all happen, up to what the clock says now; it stands two minutes later then."""
    rng = random.Random(1203)
    now = clock.now
    for id, name, parent in sorted(PUBLISHERS, key=lambda each: each[2] is not None):
        tracker.add_publisher(id, name=name, parent=parent)
    sales = list(_sales(rng, now))
    _click(tracker, rng, [sale.touch for sale in sales if sale.touch is not None], now)
    # Older sales were imported when the shop moved in.
    moved_in = now - timedelta(days=4)
    told = [sale for sale in sales if sale.at > moved_in or sale.conversion.terms is not None]
    clock.now = moved_in
    _import(tracker, [sale for sale in sales if sale not in told])
    for sale in told:
        clock.now = sale.at
        tracker.record(sale.conversion, touch=sale.touch)
    for number in range(24):
        clock.now = now - timedelta(days=number * 1.7)
        signup = Conversion(scope="target:2", reference=f"s{number}", target="2")
        tracker.record(signup, touch=_touch(rng, clock.now))
    clock.now = now
    _change(tracker, [sale.conversion.reference or "" for sale in sales])
    _pay(tracker, clock, now)
    _reject(tracker, now)


class Sale(NamedTuple):
    """One of them."""

    conversion: Conversion
    touch: Touch | None
    at: datetime


def _sales(rng: random.Random, now: datetime) -> Iterator[Sale]:
    number = 1001
    for days in range(DAYS, -1, -1):
        # More before the winter, and on the days after a newsletter.
        busy = 1.4 + 2.2 * (1 - days / DAYS) + (2.5 if days % 14 in {12, 13} else 0)
        for _ in range(int(busy * rng.uniform(0.5, 1.5))):
            at = now - timedelta(days=days, minutes=rng.randrange(30, 600))
            touch = _touch(rng, at) if rng.random() < 0.82 else None
            yield Sale(_sale(rng, str(number), at, touch), touch, at)
            number += 1


def _sale(rng: random.Random, number: str, at: datetime, touch: Touch | None) -> Conversion:
    currency = "EUR" if rng.random() < 0.12 else "USD"
    chosen = rng.sample(PRODUCTS, k=rng.choice((1, 1, 1, 2, 2, 3)))
    lines = tuple(
        Line(
            product_id=id,
            name=name,
            categories=(category,),
            quantity=rng.choice((1, 1, 1, 2)),
            unit_price=Money(price, currency),
        )
        for id, name, category, price in chosen
    )
    customer = touch.contact if touch is not None and touch.contact else f"k{rng.randrange(90)}"
    order = Order(customer_ref=f"customer-{customer}", point_of_sale="web", lines=lines)
    terms = _TERMS if touch is not None and touch.publisher is not None else None
    return Conversion(reference=number, order=order, occurred_at=at, terms=terms)


def _touch(rng: random.Random, before: datetime) -> Touch:
    at = before - timedelta(hours=rng.uniform(0.2, 90))
    if rng.random() < 0.22:
        return Touch(at=at, publisher=rng.choice(PUBLISHERS[:3])[0], link="banner")
    newsletter = NOON - timedelta(days=14 * ((NOON - at).days // 14 + 1))
    return Touch(
        at=at,
        contact=f"c{int(rng.triangular(1, 80, 12))}",
        list=rng.choices(LISTS, (5, 2))[0],
        newsletter=f"{newsletter:%Y-%m-%d}",
        link=rng.choices(LINKS, (8, 5, 4, 3, 2, 1))[0],
    )


def _import(tracker: Tracker, sales: list[Sale]) -> None:
    rows = [_row(sale.conversion, sale.touch) for sale in sales]
    outcomes = {each.outcome for each in tracker.import_conversions(rows)}
    assert outcomes == {"recorded"}


def _row(conversion: Conversion, touch: Touch | None) -> dict[str, Any]:
    revenue, order = conversion.revenue, conversion.order
    assert revenue is not None
    assert order is not None
    row: dict[str, Any] = {
        "reference": conversion.reference,
        "revenue": str(revenue.amount),
        "currency": revenue.currency,
        "occurred_at": conversion.occurred_at,
        "customer_ref": order.customer_ref,
        "point_of_sale": order.point_of_sale,
        "lines": [
            {
                "product_id": line.product_id,
                "name": line.name,
                "category": ", ".join(line.categories),
                "quantity": line.quantity,
                "unit_price": str(line.unit_price.amount),
            }
            for line in order.lines
        ],
    }
    if touch is not None:
        row |= {
            "clicked_at": touch.at,
            "contact": touch.contact,
            "list": touch.list,
            "newsletter": touch.newsletter,
            "link": touch.link,
        }
    return row


def _click(tracker: Tracker, rng: random.Random, touched: list[Touch], now: datetime) -> None:
    """The clicks of who bought, and those of many who did not."""
    others = (_touch(rng, now - timedelta(days=rng.uniform(0, DAYS))) for _ in range(700))
    touches = sorted([*touched, *others], key=lambda touch: touch.at or now)
    zone = tracker.config.timezone
    clicks = [
        Click(
            id=new_id(touch.at or now),
            touch=touch,
            day=day_of(touch.at or now, zone),
            visitor=rng.getrandbits(62),
            verdict="bot" if rng.random() < 0.05 else "valid",
            destination=f"/p/{rng.choice(PRODUCTS)[0]}",
        )
        for touch in touches
    ]
    # Several at once share a commit.
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda click: tracker.store.add_click(tracker.config.site, click), clicks))


def _change(tracker: Tracker, references: list[str]) -> None:
    for reference in references[7::61]:
        tracker.cancel(reference)
    for reference in references[20::43]:
        tracker.refund(reference, amount="9.50", adjustment_ref=f"R-{reference}")


def _pay(tracker: Tracker, clock: ManualClock, now: datetime) -> None:
    """Two rounds of payouts: one is paid, and the other one only prepared and approved."""
    entries = tracker.commissions(state="pending")
    half = [each.id for each in entries[: len(entries) // 2]]
    tracker.set_commission_state(half, "approved")
    first = [each.id for each in tracker.prepare_payouts()]
    tracker.approve_payout(*first)
    tracker.export_payout(*first)
    tracker.pay_payout(*first)
    clock.now = now + timedelta(minutes=1)
    rest = [each.id for each in tracker.commissions(state="pending")]
    tracker.set_commission_state(rest[:-6], "approved")
    tracker.set_commission_state(rest[-2:], "declined", reason="a coupon site")
    second = [each.id for each in tracker.prepare_payouts(minimum={"EUR": "5"})]
    tracker.approve_payout(*second[:1])
    clock.now = now + timedelta(minutes=2)


def _reject(tracker: Tracker, now: datetime) -> None:
    refused = (
        ("target", "st_revenue is not a plain decimal number", ("st_revenue", "st_ref")),
        ("ecommerce", "et_digest is wrong", ("et_order_ref", "et_currency", "et_digest")),
        ("target", "st_currency is not known", ("st_revenue", "st_currency")),
        ("affiliate", "amount is missing", ("id",)),
    )
    for number in range(22):
        protocol, reason, parameters = refused[number * number % 7 % len(refused)]
        at = now - timedelta(minutes=5 + 47 * number)
        hit = Hit(
            at=at, protocol=protocol, outcome="rejected", reason=reason, parameters=parameters
        )
        tracker.store.log_hit(tracker.config.site, hit)
