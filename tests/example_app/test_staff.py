"""The dashboard behind the shop's own login."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from example_app.staff import PASSWORD_FILE
from tests.example_app.customers import Customer


def _password(shop: Flask) -> str:
    return (Path(shop.instance_path) / PASSWORD_FILE).read_text("ascii")


def test_nobody_sees_the_dashboard_without_the_password(customer: Customer) -> None:
    """Every page of it leads to the login, and a wrong password stays there."""
    for path in ("/sales/", "/sales/reports/contact", "/sales/sales?format=csv", "/sales/x"):
        led = customer.get(path)
        assert (led.status_code, led.location) == (302, "/staff")

    refused = customer.send("/staff", "/staff", password="open sesame")

    assert refused.status_code == 422
    assert "This is not the password." in refused.text
    assert customer.get("/sales/").status_code == 302


def test_the_staff_sees_what_was_sold(customer: Customer, shop: Flask) -> None:
    """Once signed in; the sale is there, and why it is credited so."""
    customer.click("Ridge socks")
    customer.buy("ridge-socks", 2)

    let_in = customer.send("/staff", "/staff", password=_password(shop))

    assert (let_in.status_code, let_in.location) == (303, "/sales/")
    assert customer.get("/sales/").status_code == 200
    sale = customer.read("/sales/sale?reference=1001")
    assert "Sale 1001" in sale.words
    assert "credited" in sale.words


def test_the_login_is_asked_for_the_forms_token(customer: Customer) -> None:
    """Another site can't sign somebody in."""
    customer.get("/staff")

    assert customer.client.post("/staff", data={"password": "x"}).status_code == 400


def test_the_report_leads_to_the_dashboard(customer: Customer) -> None:
    assert 'href="/sales/"' in customer.get("/report").text
