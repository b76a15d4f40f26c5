"""``docs/moving-from-ubivox-xmlrpc.md``: snippets, commands and faults are as they stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xmlrpc.client import Fault, MultiCall, ServerProxy

import pytest
from flask import Flask

from tests.support.browser import Browser
from tests.support.documents import ROOT, blocks
from tests.support.guides import flask, here, shell, shop_of, table
from tests.support.orders import SOCKS
from tests.support.required import need_command
from tests.support.server import Serve

_DOCUMENT = "docs/moving-from-ubivox-xmlrpc.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_SHOP, _SEND, _REPORT, _CANCEL, _IDENTIFY = blocks(_DOCUMENT, "python")
_LINK, _PING, _SOLD, _CONTACTS = blocks(_DOCUMENT, "sh")
_API = "https://shop:a-password-of-yours@shop.example/xmlrpc/"

Names = dict[str, Any]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """What the page's ``shop.py`` makes."""
    app = shop_of(_SHOP, tmp_path, monkeypatch)
    yield app
    app.extensions["salestrack"].close()


@pytest.fixture
def port(shop: Flask, serve: Serve) -> int:
    """Where the shop is."""
    return serve(shop)


@pytest.fixture
def api(port: int) -> Iterator[ServerProxy]:
    """Python's own client, by the page's URL."""
    assert _API in _PAGE
    with ServerProxy(here(_API, port)) as proxy:
        yield proxy


def _do(snippet: str, port: int, **names: Any) -> Names:
    """What a snippet leaves behind."""
    exec(here(snippet, port), names)  # noqa: S102  that is the test
    return names


def _show(html: str, visitor: Browser) -> None:
    """Print the snippet on a page: a browser gets its image."""
    found = re.fullmatch(r'<img src="(https://shop\.example/et/\?t=[^"]+)"[^<>]*>', html)
    assert found, html
    address = urlsplit(unescape(found[1]))
    answer = visitor.get(f"{address.path}?{address.query}")
    assert (answer.headers["Content-Type"], answer.error) == ("image/gif", None)


def test_an_order_from_the_click_to_its_cancellation(
    shop: Flask, port: int, api: ServerProxy
) -> None:
    """In the order of the page, one step after the other."""
    visitor = Browser(port)
    visitor.get(urlsplit(shell(_LINK, port)).path.strip())

    sent = _do(_SEND, port)
    _show(sent["html"], visitor)

    sold = [row[:5] for row in table(flask(shop, _SOLD))]
    assert ["2026-11", "USD", "1", "5", "4.45"] in sold
    again = _do(_REPORT, port)["report"]
    assert again(api, sent["order"]) is True
    _do(_CANCEL, port, ServerProxy=ServerProxy)
    assert again(api, sent["order"]) is True
    assert flask(shop, _SOLD) == "no conversions\n"


def test_the_cancelling_command(shop: Flask, api: ServerProxy) -> None:
    """It does what the method does."""
    (command,) = re.findall(r"`(flask --app shop salestrack cancel .*)`", _PAGE)
    api.mailer.ecommerce_tracking_new_order(SOCKS)

    assert flask(shop, command) == "995AB220 cancelled: 6.83 USD; left: 0.00 USD\n"


def test_the_plugins_connection_test(port: int) -> None:
    """By the real curl, as a form, which is what the plugin's request passes for."""
    need_command("curl", "curl")

    assert "<boolean>1</boolean>" in shell(_PING, port)


def test_a_checkout_goes_on(port: int, api: ServerProxy, caplog: pytest.LogCaptureFixture) -> None:
    """Whether to try again, for a fault, a wrong password, and a server that is not there."""
    report = _do(_REPORT, port)["report"]

    assert report(api, {**SOCKS, "et_prod_0_name": ""}) is True
    assert caplog.messages[-1] == "order 995AB220: et_prod_0_name is missing"
    with ServerProxy(here(_API, port).replace("a-password-of-yours", "another")) as stranger:
        assert report(stranger, SOCKS) is False
    with ServerProxy("http://127.0.0.1:1/xmlrpc/") as nobody:
        assert report(nobody, SOCKS) is False


@pytest.mark.parametrize("by", ["call", "command"])
def test_a_customer_becomes_a_contact(shop: Flask, port: int, api: ServerProxy, by: str) -> None:
    """An order that was there before is theirs, whichever of the two ways says so."""
    identify, report = _CONTACTS.splitlines()
    api.mailer.ecommerce_tracking_new_order({**SOCKS, "et_customer_ref": "HS10001"})
    assert not any(row[:1] == ["c99"] for row in table(flask(shop, report)))

    if by == "call":
        _do(_IDENTIFY, port, app=shop)
    else:
        assert flask(shop, identify) == "HS10001 is c99\n"

    assert ["c99", "USD", "1", "7", "6.83"] in table(flask(shop, report))


def _order(**values: object) -> Callable[[ServerProxy], object]:
    order: Any = {**SOCKS, **values}
    return lambda api: api.mailer.ecommerce_tracking_new_order(order)


def _twice(api: ServerProxy) -> None:
    _order()(api)
    _order(et_prod_0_quantity="6")(api)


def _many(api: ServerProxy) -> None:
    calls = MultiCall(api)
    for _ in range(51):
        calls.ubivox.ping()
    calls()


def _recursive(api: ServerProxy) -> None:
    calls = MultiCall(api)
    calls.system.multicall([])
    calls()[0]


_FAULTS: list[tuple[str, str]] = re.findall(r"^\| ([0-9]{4}) \| `(.*)` \|$", _PAGE, re.MULTILINE)
# What each line's text begins with -> a call that is answered so.
_CALLS: dict[str, Callable[[ServerProxy], object]] = {
    "et_prod_0_name is": _order(et_prod_0_name="", et_prod_0_unit_price="0.891"),
    "et_order_ref was": _twice,
    "et_order_ref is of": lambda api: api.mailer.ecommerce_tracking_cancel_order("4711"),
    "invalid XML-RPC": _order(et_prod_0_unit_price=1e-07),
    "et_added is not": _order(et_added="yesterday"),
    "et_added is still": _order(et_added="9998-12-31T00:00:00+00:00"),
    "et_order_ref is longer": _order(et_order_ref="9" * 256),
    "no such method": lambda api: api.mailer.create_subscription(),
    "https is": _order(),
    "more than 50": _many,
    "system.multicall within": _recursive,
}


@pytest.mark.parametrize(("code", "text"), _FAULTS, ids=[text for _, text in _FAULTS])
def test_a_call_gets_the_fault_that_the_table_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Serve, code: str, text: str
) -> None:
    """Each of its lines."""
    snippet = _SHOP
    if text.startswith("https"):
        assert "`SALESTRACK_REQUIRE_HTTPS = True`" in _PAGE
        setting = 'app.config["SALESTRACK_REQUIRE_HTTPS"] = True'
        snippet = snippet.replace("SalesTrack(app)", f"{setting}\nSalesTrack(app)")
    shop = shop_of(snippet, tmp_path, monkeypatch)
    (call,) = [call for start, call in _CALLS.items() if text.startswith(start)]

    with ServerProxy(here(_API, serve(shop))) as api, pytest.raises(Fault) as raised:
        call(api)
    shop.extensions["salestrack"].close()

    assert (str(raised.value.faultCode), raised.value.faultString) == (code, text)


def test_what_is_sent_as_numbers(api: ServerProxy) -> None:
    """Floats that are not exact, and integers beyond XML-RPC's."""
    with pytest.raises(Fault, match="et_prod_0_unit_price has more decimals than its currency"):
        _order(et_prod_0_unit_price=0.1 + 0.2)(api)
    with pytest.raises(OverflowError):
        _order(et_prod_0_id=9040493329)(api)
    _order(et_prod_0_unit_price=0.89, et_prod_0_quantity=5)(api)


def test_so_many_products_go_into_a_call(api: ServerProxy) -> None:
    """The page's number, give or take a quarter."""
    assert "about 2,000 products" in _PAGE

    assert api.mailer.ecommerce_tracking_new_order(_products(1500)) is True
    with pytest.raises(Fault, match="the body is longer than 1 MiB"):
        api.mailer.ecommerce_tracking_new_order(_products(2500))


def _products(count: int) -> Any:
    """An order of that many."""
    order = {name: value for name, value in SOCKS.items() if not name.startswith("et_prod_")}
    order["et_products"] = str(count)
    first = {name: value for name, value in SOCKS.items() if name.startswith("et_prod_0_")}
    for index in range(count):
        order |= {name.replace("_0_", f"_{index}_"): value for name, value in first.items()}
    return order
