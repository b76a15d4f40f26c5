from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.weighing import AT, sale, socks, weigh
from wsgi_salestrack import Conversion, Money, Order, Touch

HERO = Touch(at=AT, newsletter="2026-11", link="hero")
FOOTER = Touch(at=AT, newsletter="2026-11", link="footer")
SEVEN = Touch(at=AT, publisher="p7")


@pytest.mark.parametrize("stored", ["api", "target"])
@pytest.mark.parametrize("arriving", ["api", "target"])
def test_lines_that_were_missing_are_filled_in(stored: str, arriving: str) -> None:
    """By anybody: no value of the sale is another one for it."""
    bare, full = sale(stored, quantity=2), sale(arriving, order=socks(customer_ref="k1"))

    decision = weigh(bare, full)

    assert decision.standing.outcome == "enriched"
    assert decision.standing.conversion.order == full.order
    assert decision.standing.conversion.revenue == bare.revenue
    assert decision.lost is None


def test_lines_bring_their_revenue_where_there_is_none() -> None:
    """The revenue as it was said: with the shipping, which is in no line."""
    full = sale(order=socks(), revenue=Money("12", "USD"), quantity=3)

    decision = weigh(sale(revenue=None), full)

    assert decision.standing.outcome == "enriched"
    assert decision.standing.conversion == full


def test_lines_that_were_filled_in_make_up_no_quantity() -> None:
    """Where the pixel itself said three, its lines of two are not taken for the quantity."""
    decision = weigh(sale(), sale("ecommerce_pixel", order=socks(), quantity=3))

    assert decision.standing.conversion.quantity in {None, 3}


def test_values_that_an_equal_did_not_name_are_filled_in() -> None:
    """The page that sent the first pixel did not know them yet."""
    decision = weigh(sale("target", revenue=None), sale("target", quantity=2))

    assert decision.standing.outcome == "enriched"
    assert decision.standing.conversion == sale("target", quantity=2)


def test_a_customer_and_a_point_of_sale_that_were_missing_are_filled_in() -> None:
    stored = sale(order=socks(point_of_sale="web"))

    decision = weigh(stored, sale("ecommerce_pixel", order=socks(customer_ref="k1")))

    assert decision.standing.outcome == "enriched"
    assert decision.standing.conversion.order == socks(point_of_sale="web", customer_ref="k1")


@pytest.mark.parametrize("stored", ["api", "import", "ecommerce_pixel"])
@pytest.mark.parametrize("arriving", ["api", "ecommerce_pixel"])
def test_lines_are_filled_into_an_order_that_had_none(stored: str, arriving: str) -> None:
    """Whose order it is was known first, and what was bought later."""
    known = sale(stored, order=Order(customer_ref="k1"))

    decision = weigh(known, sale(arriving, order=socks(customer_ref="k1", point_of_sale="web")))

    assert decision.standing.outcome == "enriched"
    assert decision.standing.conversion.order == socks(customer_ref="k1", point_of_sale="web")
    assert decision.lost is None


@pytest.mark.parametrize("arriving", ["api", "ecommerce_pixel"])
def test_a_customer_is_filled_into_an_order_of_lines(arriving: str) -> None:
    """The other way round; nothing of the lines is lost."""
    decision = weigh(sale(order=socks()), sale(arriving, order=Order(customer_ref="k1")))

    assert decision.standing.outcome == "enriched"
    assert decision.standing.conversion.order == socks(customer_ref="k1")


def test_a_server_that_knows_only_the_customer_leaves_a_pixels_lines() -> None:
    """It replaces the customer, whom anybody may have named."""
    forged = sale("ecommerce_pixel", order=socks(customer_ref="k2"))

    decision = weigh(forged, sale(order=Order(customer_ref="k1")))

    assert decision.standing.conversion.order == socks(customer_ref="k1")
    assert decision.lost == forged


def test_a_hit_that_is_not_believed_fills_no_lines_in() -> None:
    """Its revenue is another one, so its lines are those of another sale."""
    decision = weigh(sale(), sale("ecommerce_pixel", order=socks("9"), revenue=Money("18", "USD")))

    assert decision.standing.outcome == "duplicate"
    assert decision.standing.conversion.order is None


def test_a_touch_that_was_missing_is_filled_in_and_one_that_is_there_stays() -> None:
    """For the newsletter's and the publisher's each on its own."""
    decision = weigh(sale(), sale("target"), stored_touch=HERO, touch=FOOTER, referral=SEVEN)

    assert decision.standing.outcome == "enriched"
    assert (decision.standing.touch, decision.standing.referral) == (HERO, SEVEN)


@pytest.mark.parametrize(
    "clicked_at",
    [
        pytest.param(AT + timedelta(minutes=30), id="after-the-sale"),
        pytest.param(AT - timedelta(days=31), id="before-the-window"),
    ],
)
def test_a_touch_that_did_not_lead_to_the_sale_is_not_filled_in(clicked_at: datetime) -> None:
    """Coming back through a newsletter to look at the order sells nothing."""
    touch = Touch(at=clicked_at, newsletter="2026-12")

    decision = weigh(sale(), sale("target"), touch=touch, referral=touch)

    assert decision.standing.outcome == "duplicate"
    assert (decision.standing.touch, decision.standing.referral) == (None, None)


def test_not_even_a_trusted_source_takes_a_touch_away() -> None:
    """A webhook has no cookie; that says nothing about the visitor's."""
    decision = weigh(sale("target"), sale(), stored_touch=HERO, touch=FOOTER)

    assert decision.standing.touch == HERO


def test_where_it_was_seen_is_remembered_and_makes_no_enrichment() -> None:
    """The first target that sees it is its target, whether the call or the pixel was first."""
    for first, second in (
        (sale(), sale("target", target="1")),
        (sale("target", target="1"), sale()),
    ):
        decision = weigh(first, second)
        assert decision.standing.outcome == "duplicate"
        assert decision.standing.conversion.target == "1"
    assert weigh(sale("target", target="1"), sale("target", target="2")).standing.conversion == (
        sale("target", target="1")
    )


def test_a_trusted_source_keeps_what_it_does_not_speak_of() -> None:
    """It replaces values, it does not erase them."""
    stored = sale("ecommerce_pixel", order=socks(customer_ref="k1"), target="1")

    decision = weigh(stored, Conversion(source="xmlrpc", revenue=Money("9", "USD")))

    assert decision.standing.conversion == sale(
        "xmlrpc",
        revenue=Money("9", "USD"),
        order=socks(customer_ref="k1"),
        quantity=2,
        target="1",
        reference=None,
    )
    assert decision.lost == stored


def test_a_trusted_sources_lines_replace_the_others() -> None:
    stored = sale("ecommerce_pixel", order=socks(customer_ref="k1"))

    decision = weigh(stored, sale(order=socks("3.33", 3), revenue=Money("9.99", "USD")))

    assert decision.standing.conversion.order == socks("3.33", 3, customer_ref="k1")
    assert decision.standing.conversion.quantity == 3


def test_untrusted_lines_go_with_their_currency() -> None:
    """Lines in dollars below a revenue in euros would be neither."""
    stored = sale("ecommerce_pixel", order=socks())

    decision = weigh(stored, sale(revenue=Money("10", "EUR")))

    assert decision.standing.conversion.revenue == Money("10", "EUR")
    assert decision.standing.conversion.order is None
    assert decision.lost == stored


def test_whose_order_it_is_stays_where_untrusted_lines_go() -> None:
    """A customer has no currency."""
    stored = sale("ecommerce_pixel", order=socks(customer_ref="k1"))

    decision = weigh(stored, sale(revenue=Money("10", "EUR"), order=Order(point_of_sale="web")))

    assert decision.standing.conversion.order == Order(customer_ref="k1", point_of_sale="web")


def test_it_happened_when_it_was_first_seen() -> None:
    """A trusted repeat moves no sale into another day."""
    later = sale(occurred_at=AT + timedelta(days=1))

    assert weigh(sale("target"), later).standing.conversion.occurred_at == AT


def test_the_trusted_source_is_the_one_that_stands() -> None:
    """So that the next untrusted hit can't undo it."""
    assert weigh(sale("target"), sale("xmlrpc")).standing.conversion.source == "xmlrpc"
    assert weigh(sale("xmlrpc"), sale("target")).standing.conversion.source == "xmlrpc"


@pytest.mark.parametrize("stored", ["xmlrpc", "api", "target"])
def test_whose_touch_is_filled_in_is_the_visitor(stored: str) -> None:
    """Their other clicks are of the journey, too, whoever told of the sale first."""
    decision = weigh(sale(stored), sale("target"), touch=HERO, visitor=7)

    assert (decision.standing.touch, decision.standing.visitor) == (HERO, 7)


@pytest.mark.parametrize(
    ("known", "touch", "arriving"),
    [
        (HERO, FOOTER, sale("target")),
        (None, None, sale("target")),
        (None, FOOTER, sale(revenue=Money("11", "USD"))),
    ],
    ids=["credited before", "no touch", "conflict"],
)
def test_who_brings_nothing_is_not_the_visitor(
    known: Touch | None, touch: Touch | None, arriving: Conversion
) -> None:
    """Such as the staff, who look at the page of an order."""
    decision = weigh(sale(), arriving, stored_touch=known, touch=touch, visitor=7)

    assert decision.standing.visitor is None


@pytest.mark.parametrize(
    ("stored", "seen_in", "is_credited"),
    [
        pytest.param("api", 7, False, id="another browser than the checkout saw"),
        pytest.param("api", 8, True, id="the browser that the checkout saw"),
        pytest.param("api", None, True, id="the checkout saw none"),
        pytest.param("target", 7, True, id="a pixel that is believed as much"),
    ],
)
def test_a_pixel_credits_no_stranger_with_an_order(
    stored: str, seen_in: int | None, *, is_credited: bool
) -> None:
    """Who guesses an order's number may ask for its pixel, to earn on what another one bought."""
    decision = weigh(
        sale(stored),
        sale("target"),
        stored_touch=HERO,
        referral=SEVEN,
        stored_visitor=seen_in,
        visitor=8,
    )

    assert decision.standing.referral == (SEVEN if is_credited else None)
    assert decision.standing.outcome == ("enriched" if is_credited else "duplicate")


def test_a_visitor_stays() -> None:
    decision = weigh(sale(), sale(), stored_visitor=5, touch=HERO, visitor=7)

    assert (decision.standing.touch, decision.standing.visitor) == (HERO, 5)
