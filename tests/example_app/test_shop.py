from __future__ import annotations

import pytest
from flask import Flask

from tests.example_app.conftest import OpenShop
from tests.example_app.customers import Customer
from tests.example_app.rows import change


def test_the_catalogue_links_every_product(customer: Customer) -> None:
    """From the first page a visitor gets to each of the eight products."""
    addresses = {link.address for link in customer.read("/").links if "/p/" in link.address}

    assert len(addresses) == 8
    for address in addresses:
        assert customer.get(address).status_code == 200


def test_a_product_page_says_what_it_costs(customer: Customer) -> None:
    """The price stands on the page as people write it."""
    assert "$129.00" in customer.read("/p/hearth-blanket").words


@pytest.mark.parametrize("path", ["/p/no-such-thing", "/p/'%20OR%201=1", "/nowhere"])
def test_an_unknown_page_is_a_page_of_the_shop(customer: Customer, path: str) -> None:
    """Who mistypes an address is told so and led back."""
    answer = customer.get(path)

    assert answer.status_code == 404
    assert "Back to the shop" in answer.text


def test_a_sold_out_product_cannot_be_bought(customer: Customer) -> None:
    """There is no form on its page; one that is sent nevertheless puts nothing into the cart."""
    page = customer.read("/p/quarry-socks")
    assert "Sold out" in page.words
    assert not page.forms

    answer = customer.send("/p/ridge-socks", "/cart/add", product="quarry-socks")

    assert answer.status_code == 303
    cart = customer.read("/cart").words
    assert "Quarry socks are sold out." in cart
    assert "There is nothing in it yet." in cart


def test_the_cart_adds_up(customer: Customer) -> None:
    """Two products, one of them put in twice."""
    customer.put_into_cart("ridge-socks", 2)
    customer.put_into_cart("moor-yarn")
    customer.put_into_cart("ridge-socks")

    words = customer.read("/cart").words

    assert "$54.00" in words
    assert "$68.95" in words


def test_the_cart_holds_no_more_than_there_is(customer: Customer, shop: Flask) -> None:
    """Who wants more than are left gets what is left, and is told."""
    change(shop, "UPDATE products SET stock = 3 WHERE slug = 'ridge-socks'")

    customer.put_into_cart("ridge-socks", 5)

    words = customer.read("/cart").words
    assert "Only 3 of Ridge socks are left." in words
    assert "$54.00" in words


def test_a_quantity_can_be_changed_and_a_product_taken_out(customer: Customer) -> None:
    """A quantity of 0 takes the product out."""
    customer.put_into_cart("ridge-socks", 2)
    (change_form, remove_form) = customer.read("/cart").forms

    customer.client.post("/cart/change", data=change_form.filled(quantity="4"))
    assert "$72.00" in customer.read("/cart").words

    customer.client.post("/cart/change", data=remove_form.fields)
    assert "There is nothing in it yet." in customer.read("/cart").words


@pytest.mark.parametrize("quantity", ["-1", "1.5", "", "1e2", "\u0661", "9999", "1_0", "<b>"])
def test_a_quantity_that_is_no_whole_number_is_refused(customer: Customer, quantity: str) -> None:
    """Nothing reaches the cart, and the shop says what is wrong."""
    answer = customer.send("/p/ridge-socks", "/cart/add", quantity=quantity)

    assert answer.status_code == 400
    assert "A quantity is a whole number." in answer.text
    assert "There is nothing in it yet." in customer.read("/cart").words


def test_an_empty_cart_blames_no_cookies_that_are_kept(customer: Customer) -> None:
    """The address that filling the cart led to says nothing when it is loaded long after."""
    customer.get("/")

    words = customer.read("/cart?added=ridge-socks").words

    assert "There is nothing in it yet." in words
    assert "keeps no cookies" not in words


def test_a_product_that_is_gone_leaves_the_cart(customer: Customer, shop: Flask) -> None:
    """A cart outlives the products in it without breaking the page."""
    customer.put_into_cart("ridge-socks")
    change(shop, "DELETE FROM products WHERE slug = 'ridge-socks'")

    assert "There is nothing in it yet." in customer.read("/cart").words


def test_pages_allow_no_script_and_are_kept_by_no_cache(customer: Customer) -> None:
    """The headers that hold for each page of the shop."""
    headers = customer.get("/").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"


def test_the_session_cookie_is_kept_from_other_sites(customer: Customer) -> None:
    """It is sent with no request that another site makes, and no script can read it."""
    cookie = customer.get("/").headers["Set-Cookie"]

    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie
    assert "Secure" not in cookie


def test_behind_a_proxy_with_https_cookies_are_secure(open_shop: OpenShop) -> None:
    """The visitor's scheme counts, not the proxy's; both cookies follow it."""
    customer = Customer(open_shop(TRUST_PROXY=True))
    customer.client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"

    session_cookie = customer.get("/").headers["Set-Cookie"]
    visitor_cookie = customer.click("Ridge socks").headers["Set-Cookie"]

    assert "Secure" in session_cookie
    assert visitor_cookie.startswith("__Host-salestrack=")
    assert "Secure" in visitor_cookie


def test_a_proxy_is_not_believed_unasked(customer: Customer) -> None:
    """Without the setting, its headers are any visitor's word."""
    customer.client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"

    assert "Secure" not in customer.get("/").headers["Set-Cookie"]
