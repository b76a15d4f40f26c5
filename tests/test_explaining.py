"""``tracker.explain(reference)``: why a sale is credited as it is."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from tests.support.clock import ManualClock
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import (
    BadValue,
    Conversion,
    Explanation,
    Line,
    Money,
    Order,
    Touch,
    Tracker,
    UnknownReference,
)
from wsgi_salestrack.terms import Rule, Terms

DAY = timedelta(days=1)
TEN = Money("10", "USD")


def judged(found: Explanation, programme: str = "newsletters") -> list[tuple[str | None, str, int]]:
    """Link, verdict and credited minor units of each touch."""
    return [
        (each.touch.link, each.verdict, each.minor)
        for each in found.candidates
        if each.programme == programme
    ]


@pytest.fixture
def bought(tracker: Tracker, visit: Visit, clock: ManualClock) -> Tracker:
    """A sale after four clicks, one of them too old, and before another one."""
    visitor = visit(tracker)
    for link, days in (("old", 40), ("first", 5), ("second", 5), ("third", 0)):
        visitor.get(tracker.click_url("/", newsletter="2026-11", contact="c81", link=link))
        clock.advance(days * DAY + timedelta(minutes=1))
    tracker.record(Conversion(reference="1001", revenue=TEN), environ=visitor.environ)
    clock.advance(DAY)
    visitor.get(tracker.click_url("/", newsletter="2026-11", contact="c81", link="late"))
    return tracker


def test_every_touch_has_its_verdict(bought: Tracker) -> None:
    """As it was recorded, the last one is credited with all of it."""
    found = bought.explain("1001")

    assert judged(found) == [
        ("old", "outside the window", 0),
        ("first", "outranked", 0),
        ("second", "outranked", 0),
        ("third", "credited", 1000),
        ("late", "after the sale", 0),
    ]
    assert found.rules == {
        "newsletters": "the last touch within 30 days before the sale, as it was recorded",
        "publishers": "nobody: no touch within 30 days before the sale",
    }


def test_another_model_shares_it(bought: Tracker) -> None:
    """The units sum up to what the sale is worth."""
    found = bought.explain("1001", model="linear")

    assert [(link, minor) for link, _, minor in judged(found)] == [
        ("old", 0),
        ("first", 333),
        ("second", 333),
        ("third", 334),
        ("late", 0),
    ]
    assert sum(each.share for each in found.candidates) == Fraction(1)
    assert found.rules["newsletters"].startswith("linear: 3 of the buyer's touches")


def test_another_window_lets_an_older_touch_in(bought: Tracker) -> None:
    found = bought.explain("1001", model="first", windows={"newsletters": 90 * DAY})

    assert judged(found)[0] == ("old", "credited", 1000)


def test_a_mail_read_on_a_phone_and_an_order_on_a_laptop_meet(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """The two browsers are one person by the contact that is the customer; bots are seen too."""
    phone, laptop = visit(tracker), visit(tracker)
    link = tracker.click_url("/", newsletter="2026-11", contact="c81", link="hero")
    phone.get(link)
    visit(tracker).get(link, {"User-Agent": "Googlebot/2.1"})
    laptop.get(tracker.click_url("/", newsletter="2026-10", link="other"))
    clock.advance(DAY)
    line = Line(product_id="s1", name="Socks", quantity=1, unit_price=TEN)
    order = Order(customer_ref="k1", lines=(line,))
    tracker.record(Conversion(reference="1001", order=order), environ=laptop.environ)
    tracker.identify(contact="c81", customer_ref="k1")

    found = tracker.explain("1001", model="linear")
    assert judged(found) == [
        ("hero", "credited", 500),
        ("hero", "bot", 0),
        ("other", "credited", 500),
    ]
    tracker.separate(contact="c81", customer_ref="k1")
    assert judged(tracker.explain("1001", model="linear")) == [("other", "credited", 1000)]


def test_what_became_of_it_is_told(tracker: Tracker) -> None:
    """Adjustments and commissions; a publisher who bought for themselves earns nothing."""
    terms = Terms(tier1=Rule.of("tier1", "percent", "10"))
    for publisher in ("p7", "c81"):
        tracker.record(
            Conversion(source="affiliate", reference=publisher, revenue=TEN, terms=terms),
            touch=Touch(publisher=publisher, contact="c81"),
        )
    tracker.refund("p7", amount="4")

    found = tracker.explain("p7")
    assert [each.kind for each in found.adjustments] == ["refund"]
    assert [entry.minor for entry in found.commissions] == [100, -40]
    assert judged(found, "publishers") == [(None, "credited", 600)]
    assert judged(tracker.explain("c81"), "publishers") == [(None, "self-referral", 1000)]


def test_what_the_host_said_is_a_candidate(tracker: Tracker) -> None:
    """No click of it is stored, and nobody knows when it was."""
    tracker.record(Conversion(reference="1001"), touch=Touch(newsletter="n1", link="hero"))

    assert judged(tracker.explain("1001")) == [("hero", "credited", 0)]


def test_what_cannot_be_explained_is_said(make_tracker: MakeTracker) -> None:
    tracker = make_tracker()
    with pytest.raises(UnknownReference, match="no conversion has this reference"):
        tracker.explain("1001")
    with pytest.raises(BadValue, match="model is not one of last, first"):
        tracker.explain("1001", model="best")  # type: ignore[arg-type]
