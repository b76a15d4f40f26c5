"""``tracker.explain(reference)``: why a sale is credited as it is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.support.clock import ManualClock
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import (
    BadValue,
    Click,
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


def test_touches_are_told_in_the_order_of_time(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """Also what the sale was told of, which is no click, and may be older than some."""
    visitor = visit(tracker)
    for link in ("first", "third"):
        visitor.get(tracker.click_url("/", newsletter="2026-11", contact="c81", link=link))
        clock.advance(2 * DAY)
    for reference, at in (("1001", clock.now - 3 * DAY), ("1002", None)):
        told = Touch(at=at, newsletter="2026-11", contact="c81", link="told")
        tracker.record(Conversion(reference=reference, revenue=TEN), touch=told)

    orders = [[link for link, *_ in judged(tracker.explain(each))] for each in ("1001", "1002")]
    assert orders == [["first", "told", "third"], ["first", "third", "told"]]


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


def test_what_the_host_said_without_a_time_is_one_of_the_clicks(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """As in the reports, where it has no part beside them."""
    browser = visit(tracker)
    for newsletter in ("n1", "n2"):
        browser.get(tracker.click_url("/", newsletter=newsletter, link=newsletter))
        clock.advance(DAY)
    order = Order(customer_ref="k1")
    tracker.record(Conversion(reference="1000", order=order), environ=browser.environ)
    tracker.record(
        Conversion(reference="1001", revenue=TEN, order=order),
        touch=Touch(newsletter="n1", link="n1"),
    )

    assert judged(tracker.explain("1001", model="linear")) == [
        ("n1", "credited", 500),
        ("n2", "credited", 500),
        ("n1", "told twice", 0),
    ]
    assert judged(tracker.explain("1001")) == [
        ("n1", "outranked", 0),
        ("n2", "outranked", 0),
        ("n1", "credited", 1000),
    ]
    rows = tracker.report("link", model="linear", currency="USD").rows
    assert {row.dimension: row.net for row in rows} == {"n1": Decimal(5), "n2": Decimal(5)}


def test_another_persons_touch_is_a_candidate_no_longer(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """As it is credited to nobody else in the reports."""
    shared = visit(tracker)
    shared.get(tracker.click_url("/", contact="c81", newsletter="hers", link="hers"))
    clock.advance(DAY)
    order = Order(customer_ref="k1")
    sold = Conversion(reference="1001", revenue=TEN, order=order)
    tracker.record(sold, environ=shared.environ)
    visitor = tracker.visitor(shared.environ)
    assert visitor is not None
    tracker.separate(visitor=visitor.id, customer_ref="k1")

    assert judged(tracker.explain("1001", model="linear")) == [("hers", "separated", 0)]
    assert judged(tracker.explain("1001")) == [("hers", "credited", 1000)]
    (row,) = tracker.report(model="linear").rows
    assert row.dimension is None


def test_a_publishers_link_in_a_newsletter_is_a_candidate_of_both(tracker: Tracker) -> None:
    """Also where the last newsletter was another one, and nobody's click is stored."""
    at = tracker.now()
    both = Touch(at=at - 2 * DAY, newsletter="n1", link="both", publisher="p7")
    sold = Conversion(reference="1001", revenue=TEN)
    tracker.record(sold, touch=Touch(at=at - DAY, newsletter="n2", link="mail"))
    tracker.record(sold, touch=both)

    found = tracker.explain("1001", model="first")
    assert judged(found, "newsletters") == [("both", "credited", 1000), ("mail", "outranked", 0)]
    assert judged(found, "publishers") == [("both", "credited", 1000)]
    (row,) = tracker.report("link", model="first").rows
    assert (row.dimension, row.net) == ("both", Decimal(10))


def test_two_clicks_in_one_moment_sell_it_once(tracker: Tracker) -> None:
    """Whatever a double click does."""
    touch = Touch(at=tracker.now() - DAY, contact="c81", newsletter="n1", link="hero")
    for visitor in (1, 2):
        click = Click(
            id=visitor,
            touch=touch,
            visitor=visitor,
            verdict="valid",
            destination="/",
            day="2026-11-20",
        )
        tracker.store.add_click("default", click)
    tracker.record(Conversion(reference="1001", revenue=TEN), touch=touch)

    assert judged(tracker.explain("1001")) == [("hero", "credited", 1000), ("hero", "outranked", 0)]


def test_a_window_is_as_long_as_it_is(make_tracker: MakeTracker) -> None:
    """Also where it is shorter than a day."""
    tracker = make_tracker(window=3600)
    tracker.record(Conversion(reference="1001", revenue=TEN))

    assert tracker.explain("1001").rules["newsletters"] == (
        "nobody: no touch within 1:00:00 before the sale"
    )


def test_a_touch_without_a_time_is_in_no_window(tracker: Tracker) -> None:
    """The host said whom to credit, and not when that was."""
    tracker.record(Conversion(reference="1001", revenue=TEN), touch=Touch(newsletter="2026-11"))

    assert tracker.explain("1001").rules == {
        "newsletters": "last: the touch that came with the sale; when it was is not known",
        "publishers": "nobody: no touch within 30 days before the sale",
    }


def test_what_cannot_be_explained_is_said(make_tracker: MakeTracker) -> None:
    tracker = make_tracker()
    with pytest.raises(UnknownReference, match="no conversion has this reference"):
        tracker.explain("1001")
    with pytest.raises(BadValue, match="model is not one of last, first"):
        tracker.explain("1001", model="best")  # type: ignore[arg-type]
