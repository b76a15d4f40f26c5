"""``docs/affiliates.md``: from the rule to the payout, by its own commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from tests.support.browser import Browser
from tests.support.clock import ManualClock
from tests.support.documents import blocks, cells
from tests.support.guides import flask, shop_of
from tests.support.server import Serve
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker
from wsgi_salestrack.affiliates import NEXT_STATES
from wsgi_salestrack.payouts import HOLDING, NEXT_PAYOUT_STATES
from wsgi_salestrack.terms import Rule

_DOCUMENT = "docs/affiliates.md"
(_SHOP,) = blocks(_DOCUMENT, "python")
_LINK, _ADD, _LIST, _DECIDE, _REFUND, _PREPARE, _PAY = blocks(_DOCUMENT, "sh")
_EARNED, _TAKEN_BACK, _PREPARED = blocks(_DOCUMENT, "text")
(_EXPORTED,) = blocks(_DOCUMENT, "csv")
(_PIXEL,) = blocks(_DOCUMENT, "jinja")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> Iterator[Flask]:
    """What the page's snippet makes; its time is the test's."""
    app = shop_of(_SHOP, tmp_path, monkeypatch)
    monkeypatch.setattr(app.extensions["salestrack"], "now", clock)
    yield app
    app.extensions["salestrack"].close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def _pixel(app: Flask, number: str, total: str) -> str:
    """The address of the image in the page's template."""
    with app.test_request_context():
        html = render_template_string(_PIXEL, number=number, total=total)
    return html.split('"')[1]


def _refer(app: Flask, serve: Serve) -> Browser:
    """A buyer by the page's link."""
    for command in _ADD.splitlines():
        flask(app, command)
    buyer = Browser(serve(app))
    assert buyer.get(flask(app, _LINK).strip()).status == 302
    return buyer


def _shown(listing: str) -> str:
    """A listing, but for ids, which are others each time."""
    return re.sub(r"\b\d{18}\b", "an id", listing)


def test_from_the_sale_to_the_payout(
    shop: Flask, serve: Serve, clock: ManualClock, tmp_path: Path
) -> None:
    """All commands in the order of the page; what they print is what it says."""
    buyer = _refer(shop, serve)
    _tracker(shop).record(
        Conversion(reference="1001", revenue=Money("80.00", "USD")), environ=buyer.environ
    )
    assert buyer.get(_pixel(shop, "1001", "80.00")).error is None

    assert _shown(flask(shop, _LIST)) == _shown(_EARNED)
    approve, decline = _DECIDE.splitlines()
    assert (flask(shop, approve), flask(shop, decline)) == ("1 approved\n", "1 declined\n")
    refund, listed = _REFUND.splitlines()
    assert flask(shop, refund) == "1001 refunded: 20.00 USD; left: 60.00 USD\n"
    assert _shown(flask(shop, listed)) == _shown(_TAKEN_BACK)

    assert flask(shop, _PREPARE) == "no payouts\n"
    clock.advance(timedelta(days=31))
    assert _shown(flask(shop, _PREPARE)) == _shown(_PREPARED)
    done = [flask(shop, command) for command in _PAY.splitlines()]
    assert done == ["1 approved\n", "", "1 paid\n"]
    assert _shown((tmp_path / "payouts.csv").read_text("utf-8")) == _shown(_EXPORTED)


def test_a_forged_amount_changes_nothing_that_the_checkout_has_told(
    shop: Flask, serve: Serve
) -> None:
    """The pixel's amount is another one, and the commission is of what the checkout said."""
    buyer = _refer(shop, serve)
    tracker = _tracker(shop)
    tracker.record(
        Conversion(reference="1001", revenue=Money("80.00", "USD")), environ=buyer.environ
    )

    buyer.get(_pixel(shop, "1001", "8000.00"))

    assert [entry.amount for entry in tracker.commissions(publisher="p7")] == [Decimal("10.00")]


@pytest.mark.parametrize(("of", "earns"), cells(_DOCUMENT, "10 percent of"))
def test_rounding_is_as_in_the_table(of: str, earns: str) -> None:
    """Half a cent to the even one, in whole cents and by Decimal's own rounding."""
    earned = Rule.of("tier1", "percent", "10").earned(Money(of, "USD").minor, 2)

    assert Decimal(earned).scaleb(-2) == Decimal(earns)
    assert Decimal(earns) == (Decimal(of) / 10).quantize(Decimal("0.01"), "ROUND_HALF_EVEN")


@pytest.mark.parametrize("back", ["cancel", "refund"])
def test_the_sums_return_to_what_they_were(shop: Flask, serve: Serve, back: str) -> None:
    """Nothing, if all of it is taken back; and what it was, if that is undone."""
    buyer = _refer(shop, serve)
    buyer.get(_pixel(shop, "1001", "80.00"))
    tracker = _tracker(shop)

    def earned() -> dict[str, Decimal]:
        entries = tracker.commissions()
        return {
            name: sum((each.amount for each in entries if each.publisher == name), Decimal(0))
            for name in ("p7", "p1")
        }

    before = earned()
    getattr(tracker, back)("1001")
    assert earned() == {"p7": 0, "p1": 0}
    tracker.reinstate("1001")
    assert earned() == before == {"p7": Decimal("10.00"), "p1": Decimal("0.50")}


def test_their_own_purchase_is_declined(shop: Flask, serve: Serve) -> None:
    """By the customer's number that the page's command gives."""
    buyer = _refer(shop, serve)
    socks = Line(product_id="s", name="Socks", quantity=1, unit_price=Money("80.00", "USD"))
    order = Order(customer_ref="k12", lines=(socks,))
    tracker = _tracker(shop)
    tracker.record(Conversion(reference="1001", order=order), environ=buyer.environ)

    buyer.get(_pixel(shop, "1001", "80.00"))

    (entry,) = tracker.commissions(publisher="p7")
    assert (entry.state, entry.reason) == ("declined", "self-referral")
    assert "self-referral" in flask(shop, "flask --app shop salestrack explain 1001")


def test_the_states_are_those_that_the_page_tells() -> None:
    """A new one would have to be told of."""
    assert {*NEXT_STATES} == {"pending", "approved", "paid", "declined"}
    assert {*NEXT_PAYOUT_STATES} == {"prepared", "approved", "exported", "paid", "dropped"}
    assert timedelta(days=30) == HOLDING
