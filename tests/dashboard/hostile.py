"""What attackers, and unlucky people, put into every field that is recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from wsgi_salestrack import Click, Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.days import day_of
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.terms import Rule, Terms

VALUES: Final = (
    "<script>window.pwned = 1; alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "</title></style></svg><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include 'x' %}${7*7}",
    '=HYPERLINK("http://evil.example","Click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe\N{LEFT-TO-RIGHT ISOLATE}",
    "שלום عربى",
    "a/../../etc?x=1&newsletter=2#frag",
    "%3Cscript%3E%0d%0aSet-Cookie: a=b",
    "line\r\nbreak\x1b[31m\x85\N{LINE SEPARATOR}end",
    "  two  spaces  ",
    "W" * 100,
    "👩‍👩‍👧‍👦" * 6,
    "&lt;b&gt;&amp;amp;",
    "format",
    "..",
    "0",
)


def contact_of(value: str) -> str:
    """Who buys: not the publisher of that name, who would earn nothing on what they buy."""
    return f"{value[:99]}c"


def fill(tracker: Tracker) -> None:
    """Record a sale and a click with each of them in every place that takes text."""
    now = tracker.now()
    terms = Terms(tier1=Rule.of("tier1", "percent", "10"))
    for number, value in enumerate(VALUES):
        tracker.add_publisher(value, name=value[::-1])
        touch = Touch(
            at=now - timedelta(hours=2),
            contact=contact_of(value),
            subscription=value,
            list=value,
            newsletter=value,
            link=value,
            publisher=value,
        )
        line = Line(
            product_id=value,
            name=value * (1000 // len(value)),
            categories=(value, "c"),
            quantity=1,
            unit_price=Money("10.00", "USD"),
        )
        order = Order(customer_ref=f"{value}{number}", point_of_sale=value, lines=(line,))
        at = now - timedelta(minutes=number)
        sale = Conversion(reference=value, order=order, target=value, occurred_at=at, terms=terms)
        tracker.record(sale, touch=touch)
        tracker.refund(value, amount="1.00", adjustment_ref=value)
        click = Click(
            id=new_id(at),
            touch=touch,
            day=day_of(at, tracker.config.timezone),
            visitor=number,
            verdict="valid",
            destination=f"/{value}",
        )
        tracker.store.add_click(tracker.config.site, click)
    entries = [entry.id for entry in tracker.commissions()]
    tracker.set_commission_state(entries[: len(entries) // 2], "approved")
    tracker.set_commission_state(entries[len(entries) // 2 :], "declined", reason=VALUES[0])
    tracker.prepare_payouts(holding=timedelta(0))
