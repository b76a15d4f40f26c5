from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from tests.example_app.customers import Customer
from tests.example_app.rows import change, rows
from wsgi_salestrack import Tracker


def test_an_order_is_placed_and_kept(customer: Customer, shop: Flask) -> None:
    """From the cart to the thank-you page; name, address and lines are in the database."""
    customer.put_into_cart("ridge-socks", 2)
    customer.put_into_cart("drift-scarf")

    answer = customer.check_out(name="  Ada Ash ", email="ada@example.com")

    assert "Thank you, Ada Ash" in customer.read(answer.location).words
    assert rows(shop, "SELECT number, name, email, status FROM orders") == [
        (1001, "Ada Ash", "ada@example.com", "placed")
    ]
    assert rows(shop, "SELECT slug, quantity, unit_cents FROM order_lines ORDER BY slug") == [
        ("drift-scarf", 1, 4200),
        ("ridge-socks", 2, 1800),
    ]
    assert "There is nothing in it yet." in customer.read("/cart").words


def test_an_order_takes_its_pieces_from_the_stock(customer: Customer, shop: Flask) -> None:
    """What was sold cannot be sold again."""
    change(shop, "UPDATE products SET stock = 2 WHERE slug = 'ridge-socks'")

    customer.buy("ridge-socks", 2)

    assert rows(shop, "SELECT stock FROM products WHERE slug = 'ridge-socks'") == [(0,)]
    assert "Sold out" in customer.read("/p/ridge-socks").words


def test_who_comes_too_late_is_told_and_buys_nothing(customer: Customer, shop: Flask) -> None:
    """Somebody else took the last piece while the form was being filled in."""
    customer.put_into_cart("drift-scarf")
    customer.put_into_cart("ridge-socks", 2)
    change(shop, "UPDATE products SET stock = 1 WHERE slug = 'ridge-socks'")

    answer = customer.check_out()

    assert answer.status_code == 303
    words = customer.read(answer.location).words
    assert "Only 1 of Ridge socks are left. Nothing was ordered." in words
    assert rows(shop, "SELECT * FROM orders") == []
    assert rows(shop, "SELECT stock FROM products WHERE slug = 'drift-scarf'") == [(60,)]


@pytest.mark.parametrize("send", [False, True], ids=["looked at", "sent"])
def test_there_is_no_checkout_with_an_empty_cart(customer: Customer, *, send: bool) -> None:
    """Neither the form nor the sent form gets past an empty cart."""
    fields = customer.read("/p/ridge-socks").form("/cart/add").filled(product="", name="A")

    answer = customer.client.post("/checkout", data=fields) if send else customer.get("/checkout")

    assert answer.status_code == 303
    assert "There is nothing to buy yet." in customer.read(answer.location).words


@pytest.mark.parametrize(
    ("name", "email", "problem"),
    [
        ("", "ada@example.com", "Please tell us your name."),
        ("   ", "ada@example.com", "Please tell us your name."),
        ("A" * 81, "ada@example.com", "Please shorten your name"),
        ("Ada\nBcc: all@example.com", "ada@example.com", "cannot be printed"),
        ("Ada", "", "Please give an e-mail address"),
        ("Ada", "ada", "does not look like an e-mail address"),
        ("Ada", "ada@example", "does not look like an e-mail address"),
        ("Ada", "a da@example.com", "does not look like an e-mail address"),
        ("Ada", "ada@example.com\nbcc@example.com", "does not look like an e-mail address"),
        ("Ada", f"{'a' * 250}@example.com", "does not look like an e-mail address"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_ordered(
    customer: Customer, shop: Flask, name: str, email: str, problem: str
) -> None:
    """The form comes back with what was typed and a sentence at the field."""
    customer.put_into_cart("ridge-socks")

    answer = customer.check_out(name=name, email=email)

    assert answer.status_code == 422
    assert problem in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert rows(shop, "SELECT * FROM orders") == []


def test_what_was_typed_is_shown_as_text(customer: Customer) -> None:
    """A name may hold what looks like markup; no page takes it for such."""
    customer.put_into_cart("ridge-socks")
    name = '"><script>alert(1)</script>'

    refused = customer.check_out(name=name, email="no")
    accepted = customer.get(customer.check_out(name=name).location)

    for answer in (refused, accepted):
        assert "<script>" not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_a_form_sent_twice_buys_once(customer: Customer, shop: Flask) -> None:
    """A second click on the button leads to the order that the first one placed."""
    customer.put_into_cart("ridge-socks")
    form = customer.read("/checkout").form("/checkout").filled(name="Ada", email="a@b.example")
    impatient = Customer(shop)
    session = customer.client.get_cookie("session")
    assert session is not None
    impatient.client.set_cookie("session", session.value)

    first = customer.client.post("/checkout", data=form)
    second = impatient.client.post("/checkout", data=form)

    assert second.location == first.location
    assert rows(shop, "SELECT COUNT(*) FROM orders") == [(1,)]


@pytest.mark.parametrize("attempt", ["", "short", "a" * 23, "/" * 22])
def test_a_damaged_form_is_refused(customer: Customer, shop: Flask, attempt: str) -> None:
    """The hidden field that makes a form count once cannot be made up freely."""
    customer.put_into_cart("ridge-socks")

    answer = customer.send(
        "/checkout", "/checkout", name="Ada", email="a@b.example", attempt=attempt
    )

    assert answer.status_code == 400
    assert rows(shop, "SELECT * FROM orders") == []


def test_one_product_can_be_bought_without_cookies(shop: Flask) -> None:
    """The cart says what is the matter and offers the way that needs no cookie."""
    customer = Customer(shop, keeps_cookies=False)
    added = customer.send("/p/ridge-socks", "/cart/add")
    cart = customer.read(added.location)
    assert "Your browser keeps no cookies" in cart.words

    answer = customer.send(
        cart.link("Buy Ridge socks now"), "/checkout", name="Ada", email="a@b.example"
    )

    assert answer.status_code == 303
    assert "Thank you, Ada" in customer.read(answer.location).words
    assert rows(shop, "SELECT slug, quantity FROM order_lines") == [("ridge-socks", 1)]


def test_a_sold_out_product_has_no_direct_checkout(customer: Customer) -> None:
    """Typing the address helps nobody."""
    assert customer.get("/checkout?product=quarry-socks").status_code == 303
    assert customer.get("/checkout?product=no-such-thing").status_code == 303


def test_an_order_page_opens_to_its_key_only(customer: Customer) -> None:
    """Anybody who has the address sees the order; numbers and made-up keys open nothing."""
    key = customer.buy().rpartition("/")[2]

    assert len(key) >= 22
    assert "Order 1001" in customer.read(f"/order/{key}").words
    for wrong in ("1001", key[:-1], key.swapcase(), "%27%20OR%201=1"):
        assert customer.get(f"/order/{wrong}").status_code == 404
        assert customer.get(f"/thank-you/{wrong}").status_code == 404


def test_an_order_can_be_cancelled_once(customer: Customer, shop: Flask) -> None:
    """Its pieces go back on the shelf, and a second cancellation adds none."""
    key = customer.buy("ridge-socks", 2).rpartition("/")[2]
    form = customer.read(f"/order/{key}").form("/cancel")

    for _ in range(2):
        assert customer.client.post(form.action, data=form.fields).status_code == 303

    page = customer.read(f"/order/{key}")
    assert "Cancelled" in page.words
    assert not page.forms
    assert rows(shop, "SELECT stock FROM products WHERE slug = 'ridge-socks'") == [(240,)]
    assert customer.read("/report").tables["orders"][1][:3] == ["1001", "cancelled", "$36.00"]


def test_a_cancelled_order_is_left_out_of_the_report(customer: Customer, shop: Flask) -> None:
    """The button tells the tracker: what is left is the other order, and nobody's commission."""
    customer.click("Ridge socks")
    customer.click("See the ridge socks", "/partner")
    key = customer.buy("ridge-socks", 2).rpartition("/")[2]
    customer.buy("moor-yarn")
    assert customer.read("/report").tables["by-newsletter"][1] == ["2026-11", "2", "3", "50.95 USD"]

    customer.send(f"/order/{key}", "/cancel")

    page = customer.read("/report")
    for by, name in (("newsletter", "2026-11"), ("link", "hero"), ("contact", "c81")):
        assert page.tables[f"by-{by}"][1:] == [[name, "1", "1", "14.95 USD"]]
    assert "A cancelled order is left out of the tracker's tables above." in page.words
    tracker: Tracker = shop.extensions["salestrack"]
    earned = [entry.amount for entry in tracker.commissions(reference="1001")]
    assert sorted(map(str, earned)) == ["-1.80", "-3.60", "1.80", "3.60"]


def test_an_order_that_the_tracker_does_not_know_can_be_cancelled(
    customer: Customer, shop: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """The shop's own cancellation stands; the tracker's is in the log."""
    key = customer.buy().rpartition("/")[2]
    tracker: Tracker = shop.extensions["salestrack"]
    with closing(sqlite3.connect(Path(shop.instance_path) / "salestrack.db")) as database:
        for table in ("commissions", "adjustments", "lines", "conversions"):
            database.execute(f"DELETE FROM {table}")  # noqa: S608  our own tables
        database.commit()

    assert customer.send(f"/order/{key}", "/cancel").status_code == 303

    assert rows(shop, "SELECT status FROM orders") == [("cancelled",)]
    assert "UnknownReference" in caplog.text
    assert tracker.report().rows == ()


def test_an_order_is_not_cancelled_by_looking(customer: Customer, shop: Flask) -> None:
    """A prefetching browser or a mail scanner follows links; it must change nothing."""
    key = customer.buy().rpartition("/")[2]

    assert customer.get(f"/order/{key}/cancel").status_code == 405
    assert rows(shop, "SELECT status FROM orders") == [("placed",)]
