from __future__ import annotations

import pytest
from flask import Flask

from flask_salestrack import conversion_recorded
from tests.example_app.conftest import OpenShop
from tests.example_app.customers import Customer
from tests.example_app.rows import change, rows
from wsgi_salestrack import Recorded, Tracker

STORED = (
    "SELECT reference, order_number, revenue_cents, currency, quantity, contact, newsletter, link,"
    " list FROM conversions ORDER BY id"
)


def test_a_sale_is_stored_by_the_signal_handler(customer: Customer, shop: Flask) -> None:
    """With whom it is credited to; the checkout's call and the pixel make one row."""
    customer.click("Ridge socks")

    customer.buy("ridge-socks", 2)

    assert rows(shop, STORED) == [("1001", 1001, 3600, "USD", 2, "c81", "2026-11", "hero", "main")]


def test_the_report_page_shows_the_sale(customer: Customer) -> None:
    """By newsletter, link and contact, and among the orders."""
    customer.click("Ridge socks")
    customer.buy("ridge-socks", 2)

    tables = customer.read("/report").tables

    assert tables["by-newsletter"][1] == ["2026-11", "1", "2", "36.00 USD"]
    assert tables["by-link"][1] == ["hero", "1", "2", "36.00 USD"]
    assert tables["by-contact"][1] == ["c81", "1", "2", "36.00 USD"]
    assert tables["orders"][1] == ["1001", "placed", "$36.00", "2026-11", "hero", "c81"]


def test_a_sale_without_a_click_is_credited_to_nobody(customer: Customer, shop: Flask) -> None:
    """It is recorded nevertheless."""
    customer.buy("moor-yarn")

    assert rows(shop, STORED) == [("1001", 1001, 1495, "USD", 1, None, None, None, None)]
    tables = customer.read("/report").tables
    assert tables["by-newsletter"][1] == ["nobody", "1", "1", "14.95 USD"]
    assert tables["orders"][1] == ["1001", "placed", "$14.95", "credited to nobody"]


def test_the_pixel_alone_records_the_sale(open_shop: OpenShop, shop: Flask) -> None:
    """A checkout whose call failed is made good by the thank-you page."""
    broken = Customer(open_shop(BREAK_TRACKING=True))
    broken.put_into_cart("ridge-socks")
    thanks = broken.check_out().location
    assert rows(shop, STORED) == []

    customer = Customer(shop)
    customer.click("Ridge socks")
    (pixel,) = customer.read(thanks).images
    customer.get(pixel)

    assert rows(shop, STORED) == [("1001", 1001, 1800, "USD", 1, "c81", "2026-11", "hero", "main")]


def test_a_click_after_the_sale_does_not_earn_it(customer: Customer, shop: Flask) -> None:
    """Coming back through a newsletter to look at the thank-you page sells nothing."""
    thanks = customer.buy()

    customer.click("Ridge socks")
    (pixel,) = customer.read(thanks).images
    customer.get(pixel)

    assert rows(shop, STORED) == [("1001", 1001, 1800, "USD", 1, None, None, None, None)]


@pytest.mark.parametrize("reference", ["01001", "1001.0", " 1001", "1001%00", "%EF%BC%91001"])
def test_a_made_up_pixel_belongs_to_no_order(
    customer: Customer, shop: Flask, reference: str
) -> None:
    """Anybody can send a pixel; one that is not an order's number touches no order."""
    customer.buy()

    customer.get(f"/salestrack/target/1/?st_revenue=9999.00&st_reference={reference}")

    assert rows(shop, "SELECT COUNT(*) FROM conversions WHERE order_number = 1001") == [(1,)]
    assert customer.read("/report").tables["orders"][1][:3] == ["1001", "placed", "$18.00"]


def test_a_made_up_pixel_cannot_change_a_sale(customer: Customer, shop: Flask) -> None:
    """What the checkout itself said stands."""
    customer.buy()
    before = rows(shop, STORED)

    customer.get("/salestrack/target/1/?st_revenue=0.01&st_quantity=9&st_reference=1001")

    assert rows(shop, STORED) == before


def test_replaying_signals_fills_the_table_again_and_changes_nothing_twice(
    customer: Customer, shop: Flask
) -> None:
    """The way back after a handler that failed: the same rows, however often it is done."""
    customer.click("Ridge socks")
    customer.buy("ridge-socks", 2)
    customer.buy("moor-yarn")
    before = rows(shop, "SELECT * FROM conversions ORDER BY id")
    assert len(before) == 2
    change(shop, "DELETE FROM conversions")

    for _ in range(2):
        result = shop.test_cli_runner().invoke(
            args=["salestrack", "replay", "--since", "2000-01-01"]
        )
        assert result.exit_code == 0, result.output

        assert rows(shop, "SELECT * FROM conversions ORDER BY id") == before


def test_a_handler_that_fails_stops_neither_shop_nor_tracker(
    customer: Customer, shop: Flask
) -> None:
    """The sale is in the tracker, the visitor is thanked, and the handler can catch up."""
    change(shop, "DROP TABLE conversions")

    customer.put_into_cart("ridge-socks")
    answer = customer.check_out()

    assert answer.status_code == 303
    tracker: Tracker = shop.extensions["salestrack"]
    assert [row.count for row in tracker.report().rows] == [1]


def test_a_handler_runs_after_the_shops_commit(customer: Customer, shop: Flask) -> None:
    """Another connection already sees the order when the signal comes."""
    seen: list[object] = []

    def look(sender: Flask, *, recorded: Recorded, **_: object) -> None:
        seen.extend(rows(sender, "SELECT number FROM orders"))

    with conversion_recorded.connected_to(look, sender=shop):
        customer.buy()

    assert seen == [(1001,)]


def test_two_shops_in_one_process_keep_apart(
    open_shop: OpenShop, shop: Flask, tmp_path: object
) -> None:
    """A signal of one reaches the tables of that one only."""
    other = open_shop(INSTANCE=f"{tmp_path}/other")

    Customer(other).buy()

    assert rows(shop, STORED) == []
    assert len(rows(other, STORED)) == 1
