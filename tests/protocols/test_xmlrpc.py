"""The life of an order by XML-RPC, as Python's own client tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from xmlrpc.client import DateTime, Fault, MultiCall, ServerProxy

import pytest

from tests.support.clock import NOON
from tests.support.orders import SOCKS, SOCKS_ORDER, changed, hit
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from tests.support.xmlrpc import (
    api_tracker,
    connected,
    connected_by_tls,
    follow,
    serving_tls,
    show,
    sold,
)
from wsgi_salestrack import Conversion, Money, SalesTrackMiddleware, Touch, Tracker

REFERENCE = SOCKS["et_order_ref"]
CUSTOMER = SOCKS["et_customer_ref"]
REVENUE = Decimal("6.83")  # 5 * 0.89 + 2 * 1.19

Connect = Callable[[], ServerProxy]


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


@contextmanager
def _connecting(tracker: Tracker, scheme: str, folder: Path, serve: Serve) -> Iterator[Connect]:
    application = SalesTrackMiddleware(page, tracker)
    if scheme == "http":
        port = serve(application)
        yield lambda: connected(port)
    else:
        certificate = folder / "certificate.pem"
        with serving_tls(application, certificate) as port:
            yield lambda: connected_by_tls(port, certificate)


@pytest.fixture
def client(tracker: Tracker, serve: Serve) -> Iterator[ServerProxy]:
    """Python's own."""
    with connected(serve(SalesTrackMiddleware(page, tracker))) as proxy:
        yield proxy


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_whole_orders_life(
    tracker: Tracker, visit: Visit, serve: Serve, tmp_path: Path, scheme: str
) -> None:
    """[doc] The three steps, each of them twice, and what goes wrong with each."""
    visitor = visit(tracker)
    follow(visitor, tracker)
    with _connecting(tracker, scheme, tmp_path, serve) as connect, connect() as client:
        mailer = client.mailer

        assert client.ubivox.ping() is True
        html = mailer.ecommerce_tracking_html(CUSTOMER, REFERENCE)
        assert str(html).startswith(f'<img src="{scheme}://127.0.0.1:')
        show(visitor, html)
        assert mailer.ecommerce_tracking_new_order(SOCKS) is True
        assert sold(tracker) == {"2026-11": (1, REVENUE)}
        assert mailer.ecommerce_tracking_new_order(SOCKS) is True

        with pytest.raises(Fault) as raised:
            mailer.ecommerce_tracking_new_order(changed(prod_0_unit_price="0.99"))
        assert raised.value.faultCode == 1004
        assert "et_order_ref" in raised.value.faultString
        assert sold(tracker) == {"2026-11": (1, REVENUE)}

        assert mailer.ecommerce_tracking_cancel_order(REFERENCE) is True
        assert sold(tracker) == {}
        assert mailer.ecommerce_tracking_cancel_order(REFERENCE) is True
        with pytest.raises(Fault) as raised:
            mailer.ecommerce_tracking_cancel_order("another")
        assert raised.value.faultCode == 1004
        assert "order_ref" in raised.value.faultString
    assert sold(tracker) == {}


def test_the_documented_order_is_recorded(
    tracker: Tracker, client: ServerProxy, listen: Listen
) -> None:
    """[doc] "An example parameter set of an order with two products"."""
    receivers = listen(tracker)

    assert client.mailer.ecommerce_tracking_new_order(SOCKS) is True

    (recorded,) = receivers.recorded
    assert recorded.touch is None
    assert recorded.conversion == Conversion(
        source="xmlrpc",
        reference=REFERENCE,
        revenue=Money("6.83", "USD"),
        quantity=7,
        occurred_at=NOON,
        order=SOCKS_ORDER,
    )


def test_nobodys_cookie_is_read(tracker: Tracker, serve: Serve, visit: Visit) -> None:
    """A server calls: what cookie it has is nobody's."""
    visitor = visit(tracker)
    follow(visitor, tracker)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    port = serve(SalesTrackMiddleware(page, tracker))

    with connected(port, ("Cookie", cookie)) as client:
        client.mailer.ecommerce_tracking_new_order(SOCKS)

    (row,) = rows_of(tracker, "conversions")
    assert row["touch_contact"] is None


def test_a_servers_word_replaces_a_pixels(
    tracker: Tracker, client: ServerProxy, visit: Visit
) -> None:
    """Of the same order, credited as the pixel was; the totals do not count it twice."""
    visitor = visit(tracker)
    follow(visitor, tracker)
    assert visitor.get(hit(changed(prod_0_unit_price="9.99"))).error is None

    assert client.mailer.ecommerce_tracking_new_order(SOCKS) is True

    assert sold(tracker) == {"2026-11": (1, REVENUE)}


def test_a_pixel_replaces_nothing_of_a_servers(
    tracker: Tracker, client: ServerProxy, visit: Visit
) -> None:
    """It brings the touch; its values stay out."""
    visitor = visit(tracker)
    follow(visitor, tracker)
    client.mailer.ecommerce_tracking_new_order(SOCKS)

    visitor.get(hit(changed(prod_0_unit_price="9.99")))

    assert sold(tracker) == {"2026-11": (1, REVENUE)}


def test_the_checkouts_own_call_is_the_same_order(tracker: Tracker, client: ServerProxy) -> None:
    """They share their references; between equals a difference is a fault."""
    tracker.record(
        Conversion(reference=REFERENCE, order=SOCKS_ORDER), touch=Touch(newsletter="2026-11")
    )

    assert client.mailer.ecommerce_tracking_new_order(SOCKS) is True
    with pytest.raises(Fault, match="et_order_ref"):
        client.mailer.ecommerce_tracking_new_order(changed(currency="DKK"))

    assert sold(tracker) == {"2026-11": (1, REVENUE)}


def test_numbers_are_sent_as_numbers(tracker: Tracker, client: ServerProxy, listen: Listen) -> None:
    """The same order as by text: a double's digits are taken, not its float."""
    receivers = listen(tracker)
    numbers: dict[str, str | int | float] = {**SOCKS}
    for name, value in SOCKS.items():
        if name.endswith(("quantity", "products")):
            numbers[name] = int(value)
        if name.endswith("unit_price"):
            numbers[name] = float(value)

    assert client.mailer.ecommerce_tracking_new_order(numbers) is True
    assert client.mailer.ecommerce_tracking_new_order(SOCKS) is True

    (recorded,) = receivers.recorded
    assert recorded.conversion.order == SOCKS_ORDER
    assert len(receivers.duplicated) == 1


@pytest.mark.parametrize(
    "added",
    [
        pytest.param("2026-11-20T13:38:12+00:00", id="text"),
        pytest.param("2026-11-20T14:38:12+01:00", id="offset"),
        pytest.param("2026-11-20T13:38:12", id="UTC assumed"),
        pytest.param(DateTime("20261120T13:38:12"), id="dateTime"),
    ],
)
def test_an_order_has_its_time(
    client: ServerProxy, tracker: Tracker, listen: Listen, added: object
) -> None:
    """[doc] "If the order time is not simultaneous with the parameter generation"."""
    receivers = listen(tracker)

    client.mailer.ecommerce_tracking_new_order({**SOCKS, "et_added": added})

    (recorded,) = receivers.recorded
    assert recorded.conversion.occurred_at == datetime(2026, 11, 20, 13, 38, 12, tzinfo=UTC)


def test_the_same_order_without_its_time_is_the_same(client: ServerProxy, tracker: Tracker) -> None:
    """It may be sent again later, when now is another time."""
    assert client.mailer.ecommerce_tracking_new_order(SOCKS) is True
    assert client.mailer.ecommerce_tracking_new_order({**SOCKS, "other": [1, {}]}) is True

    assert row_counts(tracker)["conversions"] == 1


def test_a_reference_may_be_a_number(client: ServerProxy, tracker: Tracker) -> None:
    """As text and as a number it is the same order."""
    mailer = client.mailer
    order = {**SOCKS, "et_order_ref": 1001, "et_customer_ref": 7}

    assert mailer.ecommerce_tracking_new_order(order) is True
    assert mailer.ecommerce_tracking_html(7, 1001) == mailer.ecommerce_tracking_html("7", "1001")
    assert mailer.ecommerce_tracking_cancel_order({"et_order_ref": "1001"}) is True
    assert sold(tracker) == {}


def test_many_calls_in_one(client: ServerProxy, tracker: Tracker, listen: Listen) -> None:
    """``system.multicall``: one that fails does not stop those behind it."""
    receivers = listen(tracker)
    calls = MultiCall(client)
    calls.mailer.ecommerce_tracking_new_order(SOCKS)
    calls.mailer.ecommerce_tracking_new_order(changed(currency="usd"))
    calls.ubivox.nothing()
    calls.ubivox.get_maillists()
    calls.mailer.ecommerce_tracking_cancel_order(REFERENCE)

    results = calls()

    assert results[0] is True
    with pytest.raises(Fault, match="et_currency") as raised:
        results[1]
    assert raised.value.faultCode == 1004
    with pytest.raises(Fault, match="no such method") as raised:
        results[2]
    assert raised.value.faultCode == 6002
    assert results[3] == []
    assert results[4] is True
    assert len(receivers.recorded) == 1
    assert [protocol for protocol, _ in receivers.rejected] == ["xmlrpc", "xmlrpc"]
