"""The snippet of an order: what it tells, and that it may come before the order or after it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from xmlrpc.client import ServerProxy

import pytest

from tests.support.orders import SOCKS
from tests.support.rows import row_counts, rows_of
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from tests.support.xmlrpc import (
    CREDENTIALS,
    HTML,
    PATH,
    api_tracker,
    call,
    connected,
    fault_of,
    follow,
    show,
    sold,
    value_of,
)
from wsgi_salestrack import SalesTrackMiddleware, Tracker

REFERENCE = SOCKS["et_order_ref"]
CUSTOMER = SOCKS["et_customer_ref"]
REVENUE = Decimal("6.83")  # 5 * 0.89 + 2 * 1.19


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


@pytest.fixture
def client(tracker: Tracker, serve: Serve) -> Iterator[ServerProxy]:
    """Python's own."""
    with connected(serve(SalesTrackMiddleware(page, tracker))) as proxy:
        yield proxy


@pytest.mark.parametrize(
    "steps", ["click snippet order", "click order snippet", "click order snippet snippet order"]
)
@pytest.mark.parametrize("arguments", ["two", "struct"])
def test_snippet_and_order_come_in_either_order(
    tracker: Tracker, client: ServerProxy, visit: Visit, steps: str, arguments: str
) -> None:
    """From different machines; the outcome is the same."""
    visitor = visit(tracker)
    mailer = client.mailer
    for step in steps.split():
        if step == "click":
            follow(visitor, tracker)
        elif step == "order":
            assert mailer.ecommerce_tracking_new_order(SOCKS) is True
        elif arguments == "two":
            show(visitor, mailer.ecommerce_tracking_html(CUSTOMER, REFERENCE))
        else:
            show(visitor, mailer.ecommerce_tracking_html(SOCKS))

    (row,) = rows_of(tracker, "conversions")
    assert (row["touch_contact"], row["touch_newsletter"]) == ("c81", "2026-11")
    assert sold(tracker) == {"2026-11": (1, REVENUE)}


def test_a_snippet_alone_is_no_sale(tracker: Tracker, client: ServerProxy, visit: Visit) -> None:
    """It ties this visitor to the order, whenever that comes."""
    visitor = visit(tracker)
    follow(visitor, tracker)

    show(visitor, client.mailer.ecommerce_tracking_html(CUSTOMER, REFERENCE))

    assert row_counts(tracker)["conversions"] == 0


def test_a_snippet_tells_nothing(client: ServerProxy) -> None:
    """[doc] "Both encrypted and tampering-proof, so you wont accidentally leak any details"."""
    html = str(client.mailer.ecommerce_tracking_html(CUSTOMER, REFERENCE))

    assert html == str(client.mailer.ecommerce_tracking_html(CUSTOMER, REFERENCE))
    assert CUSTOMER not in html
    assert REFERENCE not in html
    assert html != str(client.mailer.ecommerce_tracking_html(CUSTOMER, "another"))


def test_a_snippets_address_is_the_configured_one(make_tracker: MakeTracker, serve: Serve) -> None:
    """``base_url``, which the shop's own server may not be called by."""
    tracker = api_tracker(make_tracker, base_url="https://shop.example/mount")

    with connected(serve(SalesTrackMiddleware(page, tracker))) as client:
        html = str(client.mailer.ecommerce_tracking_html(CUSTOMER, REFERENCE))

    assert html.startswith('<img src="https://shop.example/mount/salestrack/et/?t=')


@pytest.mark.parametrize("host", ["shop_web:8000", "shop.example:99999", ""])
def test_without_a_usable_host_the_shop_is_told_to_name_its_own(
    make_tracker: MakeTracker, visit: Visit, host: str
) -> None:
    """As within containers; an image of no host nobody would notice."""
    body = call(HTML, f"<string>{CUSTOMER}</string>", f"<string>{REFERENCE}</string>")
    asked = {**CREDENTIALS, "Host": host}

    answer = visit(api_tracker(make_tracker)).post(PATH, body, asked)
    if host and "<fault>" not in answer.text:  # older versions of werkzeug take any for a host
        assert value_of(answer).startswith(f'<img src="http://{host}/')
    else:
        said = fault_of(answer).faultString
        assert "base_url is empty, and the request names no host" in said
    named = api_tracker(make_tracker, base_url="https://shop.example")
    html = value_of(visit(named).post(PATH, body, asked))
    assert html.startswith('<img src="https://shop.example/salestrack/et/?t=')
