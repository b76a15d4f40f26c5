"""Why an order is credited as it is, as a page."""

from __future__ import annotations

from tests.example_app.customers import Customer


def test_each_touch_stands_with_its_verdict(customer: Customer) -> None:
    """The last newsletter's link has the order, and the publisher's its commission."""
    customer.click("Ridge socks")
    customer.click("See the ridge socks", "/partner")
    customer.buy("ridge-socks", 2)

    page = customer.read("/report/1001")

    touches = page.tables["touches"][1:]
    assert [touch[2:] for touch in touches] == [
        ["credited", "newsletters", "100%"],
        ["credited", "publishers", "100%"],
    ]
    assert "link hero" in touches[0][1]
    assert "The last touch within 30 days before the sale" in page.words
    assert page.tables["commissions"][1][0] == "cold-feet"


def test_the_report_leads_there(customer: Customer) -> None:
    customer.buy("moor-yarn")

    assert 'href="/report/1001"' in customer.client.get("/report").text
    page = customer.read("/report/1001")
    assert "No click of this buyer is known." in page.words


def test_an_order_that_the_tracker_does_not_know_is_not_found(customer: Customer) -> None:
    assert customer.client.get("/report/9999").status_code == 404
