"""``tracker.pixel(...)``: the ``<img>`` of a target, as the vendor's plugin writes it."""

from __future__ import annotations

from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from markupsafe import Markup

from tests.support.rows import rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import BadValue, Money, Tracker

_SALE: dict[str, Any] = {"quantity": 2, "currency": "USD", "reference": "1234"}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"revenue": "49.95", **_SALE}, id="text"),
        pytest.param({"revenue": Decimal("49.95"), **_SALE}, id="Decimal"),
        pytest.param({"revenue": Money("49.95", "USD"), **_SALE}, id="Money"),
        pytest.param(
            {"revenue": Money("49.95", "USD"), **_SALE, "currency": None}, id="Money alone"
        ),
        pytest.param({"revenue": "49.95", **_SALE, "currency": None}, id="configured currency"),
    ],
)
def test_the_address_is_the_plugins(tracker: Tracker, values: dict[str, Any]) -> None:
    """[client] Revenue, quantity, currency and reference, in this order."""
    pixel = tracker.pixel(1, **values)

    assert isinstance(pixel, Markup)
    assert pixel.startswith(
        '<img src="/salestrack/target/1/?st_revenue=49.95&amp;st_quantity=2'
        '&amp;st_currency=USD&amp;st_reference=1234" height="1" width="1"'
    )


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="signup"),
        pytest.param({"revenue": "5"}, id="revenue"),
        pytest.param({"quantity": 3}, id="quantity"),
        pytest.param({"revenue": "500", "currency": "JPY"}, id="yen"),
        pytest.param({"revenue": "1.234", "currency": "KWD"}, id="dinar"),
        pytest.param({"revenue": "5", "reference": ' a+b&c="\u00e9" '}, id="odd reference"),
        pytest.param({"revenue": "5", "reference": "\U0001f9e6" * 100}, id="longest reference"),
        pytest.param({"revenue": "99999999.99", "quantity": 999_999_999}, id="most"),
    ],
)
def test_what_a_pixel_says_is_what_is_recorded(
    tracker: Tracker, visit: Visit, values: dict[str, Any]
) -> None:
    """Through HTML and the wire."""
    address = unescape(tracker.pixel(1, **values).split('"')[1])

    assert visit(tracker).get(address).error is None

    (row,) = rows_of(tracker, "conversions")
    currency = values.get("currency", "USD")
    revenue = Money(values["revenue"], currency).minor if "revenue" in values else None
    assert (row["revenue"], row["quantity"], row["reference"]) == (
        revenue,
        values.get("quantity"),
        values.get("reference"),
    )


@pytest.mark.parametrize(
    ("base_url", "environ", "start"),
    [
        ("", None, "/salestrack/target/1/"),
        ("", {"SCRIPT_NAME": ""}, "/salestrack/target/1/"),
        ("", {"SCRIPT_NAME": "/shop"}, "/shop/salestrack/target/1/"),
        ("https://shop.example/m", None, "https://shop.example/m/salestrack/target/1/"),
        (
            "https://shop.example",
            {"SCRIPT_NAME": "/a"},
            "https://shop.example/salestrack/target/1/",
        ),
    ],
    ids=["path", "root", "mount point", "base_url", "base_url and mount point"],
)
def test_where_the_pixel_is(
    make_tracker: MakeTracker, base_url: str, environ: dict[str, Any] | None, start: str
) -> None:
    """At the configured address, else under the request's mount point."""
    pixel = make_tracker(base_url=base_url).pixel(1, environ=environ)

    assert pixel.startswith(f'<img src="{start}"')


@pytest.mark.parametrize(
    ("target", "values", "field"),
    [
        pytest.param(9, {}, "target", id="unknown target"),
        pytest.param(
            1, {"revenue": "5", "quantity": 10**5000}, "quantity", id="quantity of digits"
        ),
        pytest.param(
            1, {"revenue": "5", "reference": "x" * 70_000}, "reference", id="far too long"
        ),
        pytest.param(
            1, {"revenue": "5", "reference": "\ud800"}, "reference", id="half a character"
        ),
        pytest.param(1, {"revenue": "-5"}, "revenue", id="revenue negative"),
        pytest.param(1, {"revenue": 49.95}, "revenue", id="revenue a float"),
        pytest.param(1, {"revenue": "5", "currency": "usd"}, "currency", id="currency"),
        pytest.param(
            1, {"revenue": Money("5", "USD"), "currency": "EUR"}, "currency", id="two currencies"
        ),
        pytest.param(1, {"revenue": "5", "quantity": 0}, "quantity", id="quantity 0"),
        pytest.param(1, {"revenue": "5", "quantity": 1.5}, "quantity", id="quantity 1.5"),
        pytest.param(1, {"revenue": "5", "reference": "x" * 101}, "reference", id="too long"),
        pytest.param(1, {"revenue": "5", "reference": "a\0"}, "reference", id="NUL"),
        pytest.param(1, {"reference": "7"}, "revenue", id="only a reference"),
    ],
)
def test_what_would_be_refused_is_refused_when_it_is_made(
    tracker: Tracker, target: int, values: dict[str, Any], field: str
) -> None:
    """The error names the argument."""
    with pytest.raises(BadValue) as caught:
        tracker.pixel(target, **values)

    assert caught.value.field == field
    assert "st_" not in caught.value.problem
