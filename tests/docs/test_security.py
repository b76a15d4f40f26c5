"""``docs/security.md``: what somebody from outside can do is what is tried here."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from tests.support.clock import ManualClock
from tests.support.documents import ROOT, cells
from tests.support.shop import OTHER_SECRET, SECRET, MakeTracker, Visit
from wsgi_salestrack import BadToken, BadValue, Conversion, Line, Money, Order, Tracker
from wsgi_salestrack.endpoints.hits import LONGEST_BODY
from wsgi_salestrack.hits import KEPT_FOR, MOST_KEPT
from wsgi_salestrack.protocols.limits import LONGEST_QUERY

_DOCUMENT = "docs/security.md"
_PAGE = " ".join((ROOT / _DOCUMENT).read_text("utf-8").split())
_FORGED = "/salestrack/target/1/?st_revenue=9999&st_reference=1001"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """Its target's references are those of the checkout, which is where forging would pay."""
    return make_tracker(targets={1: {"title": "Sale", "scope": "order"}})


def _revenue(tracker: Tracker) -> list[str]:
    return [str(row.revenue) for row in tracker.report("day").rows if row.revenue is not None]


def _socks(name: str) -> Order:
    price = Money("5", "USD")
    line = Line(product_id="s", name=name, categories=("wool",), quantity=1, unit_price=price)
    return Order(customer_ref="k7", lines=(line,))


def _address(image: str) -> str:
    return unescape(str(image)).split('"')[1]


def test_each_line_of_the_table_is_tried_below() -> None:
    assert len(cells(_DOCUMENT, "somebody writes a pixel")) == 8


def test_another_amount_of_an_order_that_was_told_of(tracker: Tracker, visit: Visit) -> None:
    tracker.record(Conversion(reference="1001", revenue=Money("5", "USD")))

    visit(tracker).get(_FORGED)

    assert _revenue(tracker) == ["5.00"]


def test_a_revenue_of_an_order_that_has_none(tracker: Tracker, visit: Visit) -> None:
    tracker.record(Conversion(reference="1001"))

    visit(tracker).get(_FORGED)

    assert _revenue(tracker) == []


def test_an_order_that_the_shop_tells_of_later(tracker: Tracker, visit: Visit) -> None:
    visit(tracker).get(_FORGED)

    recorded = tracker.record(Conversion(reference="1001", revenue=Money("5", "USD")))

    assert recorded.outcome == "enriched"
    assert _revenue(tracker) == ["5.00"]


@pytest.mark.parametrize(("said", "product"), [("5", "s"), ("9.90", None)])
def test_what_the_shop_does_not_say_is_believed(
    make_tracker: MakeTracker, visit: Visit, said: str, product: str | None
) -> None:
    tracker = make_tracker(record_unattributed=["api", "ecommerce_pixel"])
    tracker.record(Conversion(reference="1001", revenue=Money(said, "USD")))

    assert visit(tracker).get(_address(tracker.order_pixel(_socks("Socks"), "1001"))).error is None

    assert [row.dimension for row in tracker.report("product").rows] == [product]


@pytest.mark.parametrize(
    ("buyer", "earns"),
    [("comes by a link", None), ("came by a link long ago", None), ("has no cookie", "p7")],
)
def test_whose_click_an_order_is_credited_to(
    tracker: Tracker, visit: Visit, clock: ManualClock, buyer: str, earns: str | None
) -> None:
    """Of the checkout with the buyer's cookie nobody else takes it."""
    bought_by, somebody = visit(tracker), visit(tracker)
    if buyer != "has no cookie":
        bought_by.get(tracker.click_url("/", newsletter="2026-11"))
    clock.advance(timedelta(days=40 if buyer.endswith("long ago") else 1))
    somebody.get(tracker.click_url("/", publisher="p7"))
    sold = Conversion(reference="1001", revenue=Money("5", "USD"))
    tracker.record(sold, environ=bought_by.environ)

    assert somebody.get(_FORGED).error is None

    (row,) = tracker.report("publisher").rows
    assert row.dimension == earns


def test_no_pixel_answers_where_there_is_to_be_none(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    tracker = make_tracker(protocols=["click"])
    image = _address(make_tracker().order_pixel(_socks("Socks"), "1001"))

    for target in (image, _FORGED):
        assert visit(tracker).get(target).text.startswith("the shop|GET|/salestrack/")


def test_a_sale_that_there_was_not(tracker: Tracker, visit: Visit) -> None:
    """And the first of the four means against it: what the shop does not have is found."""
    visit(tracker).get(_FORGED)
    assert _revenue(tracker) == ["9999.00"]

    paid = {"reference": "1000", "revenue": "5", "occurred_at": tracker.now().isoformat()}
    tracker.reconcile([paid], apply=True, cancel_extra=True)

    assert _revenue(tracker) == ["5.00"]


def test_a_signature_of_somebody_else(make_tracker: MakeTracker, visit: Visit) -> None:
    tracker = make_tracker(tamper_keys=["ours"], record_unattributed=["ecommerce_pixel"])
    image = make_tracker(tamper_keys=["theirs"]).order_pixel(_socks("Socks"), "1001")
    signed = _address(image)
    unsigned = signed.partition("&et_digest")[0]

    errors = [visit(tracker).get(target).error for target in (signed, unsigned)]
    assert errors == ["et_digest does not match the parameters", "et_digest is missing"]

    assert _revenue(tracker) == []


def test_a_product_s_name(make_tracker: MakeTracker, visit: Visit) -> None:
    """An unsigned pixel of another order, with the same product under another name."""
    tracker = make_tracker(record_unattributed=["api", "ecommerce_pixel"])

    tracker.record(Conversion(reference="1001", order=_socks("Socks")))
    image = tracker.order_pixel(_socks("Rubbish"), "1002")
    assert visit(tracker).get(_address(image)).error is None

    again = tracker.record(Conversion(reference="1001"))

    assert [line.name for line in again.conversion.order.lines] == ["Socks"]  # type: ignore[union-attr]


def test_a_token_opens_only_for_what_it_was_made(make_tracker: MakeTracker, visit: Visit) -> None:
    """Not as a cookie, not at another site, not under another key."""
    tracker = make_tracker()
    token = tracker.click_url("/p", contact="c81").rpartition("/")[2]
    browser = visit(tracker)
    browser.cookies["salestrack"] = token

    assert tracker.visitor(browser.environ) is None
    for other in (make_tracker(site="other"), make_tracker(secret_keys=[OTHER_SECRET])):
        with pytest.raises(BadToken):
            other.open_click(token)
    make_tracker(secret_keys=[OTHER_SECRET, SECRET]).open_click(token)


def test_no_open_redirect(tracker: Tracker, visit: Visit) -> None:
    """What is not sealed leads to the shop's own page, and elsewhere only if it was meant."""
    assert visit(tracker).get("/salestrack/r/https://evil.example").status == 200  # the shop's page
    assert visit(tracker).get("/salestrack/r/evil").headers["Location"] == "/"
    for destination in ("https://evil.example", "//evil.example", "/\\evil.example", "/\r\nX: y"):
        with pytest.raises(BadValue):
            tracker.click_url(destination, contact="c81")


def test_a_frame_that_stuffs_cookies(tracker: Tracker, visit: Visit) -> None:
    browser = visit(tracker)

    browser.get(tracker.click_url("/", publisher="p7"), {"Sec-Fetch-Dest": "iframe"})

    assert browser.cookies == {}


def test_the_limits_are_those_of_the_page() -> None:
    assert LONGEST_BODY == 1024 * 1024
    assert LONGEST_QUERY == 64 * 1024
    assert "at most 1 MiB and a query string 64 KiB" in _PAGE
    assert f"kept for {KEPT_FOR.days} days, at most {MOST_KEPT:,} hits" in _PAGE
