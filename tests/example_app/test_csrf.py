from __future__ import annotations

import pytest
from flask import Flask

from tests.example_app.customers import Customer
from tests.example_app.rows import rows

FORMS = ["/cart/add", "/cart/change", "/checkout", "/subscribe"]


@pytest.mark.parametrize("action", FORMS)
@pytest.mark.parametrize("token", [None, "", "made-up", "ImEi.c2ln"])
def test_a_form_without_our_token_changes_nothing(
    customer: Customer, action: str, token: str | None
) -> None:
    """Every form of the shop asks for the token."""
    fields = {"product": "ridge-socks", "name": "Ada", "email": "ada@example.com"}
    sent = fields if token is None else {**fields, "csrf_token": token}

    assert customer.client.post(action, data=sent).status_code == 400


def test_another_visitors_token_is_refused(customer: Customer, shop: Flask) -> None:
    """A page that an attacker loaded themselves gives them no form for others."""
    attacker = Customer(shop)
    stolen = attacker.read("/p/ridge-socks").form("/cart/add").fields
    customer.get("/")

    answer = customer.client.post("/cart/add", data=stolen)

    assert answer.status_code == 400
    assert "belongs to another session" in answer.text


def test_a_form_that_another_site_sends_is_refused(customer: Customer) -> None:
    """Browsers say where a form was; no token makes up for the wrong place."""
    fields = customer.read("/p/ridge-socks").form("/cart/add").fields

    answer = customer.client.post(
        "/cart/add", data=fields, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 400


def test_a_cancellation_asks_for_the_token_too(customer: Customer, shop: Flask) -> None:
    """Knowing an order's address is not enough to make its owner's browser cancel it."""
    key = customer.buy().rpartition("/")[2]

    assert customer.client.post(f"/order/{key}/cancel").status_code == 400
    assert rows(shop, "SELECT status FROM orders") == [("placed",)]


def test_a_huge_form_is_refused(customer: Customer) -> None:
    """Nobody's name is a megabyte long."""
    customer.put_into_cart("ridge-socks")

    answer = customer.send("/checkout", "/checkout", name="A" * 2**20, email="a@b.example")

    assert answer.status_code == 413
