"""``salestrack_order_pixel`` in templates."""

from __future__ import annotations

import logging
from html import unescape

import pytest
from flask import Flask, render_template_string
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.flask.shops import MakeApp
from tests.support.browser import Browser
from tests.support.orders import COLA_DIGEST, COLA_ORDER, COLA_SORTED, KEY
from tests.support.rows import rows_of
from tests.support.server import Serve
from tests.support.shop import page

_THANKS = "{{ salestrack_order_pixel(order, '12345678') }}"
_LINK = "{{ salestrack_link('/p/socks', newsletter='2026-11') }}"


def _render(app: Flask, template: str, **values: object) -> str:
    with app.test_request_context("/"):
        return render_template_string(template, **{"order": COLA_ORDER, **values})


def _serve(app: Flask, serve: Serve, *, mount: str = "") -> Browser:
    def thanks() -> str:
        return render_template_string(_THANKS, order=COLA_ORDER)

    app.add_url_rule("/thanks", view_func=thanks)
    app.add_url_rule("/mail", view_func=lambda: render_template_string(_LINK), endpoint="mail")
    return Browser(serve(DispatcherMiddleware(page, {mount: app}) if mount else app))


@pytest.mark.parametrize("mount", ["", "/shop"])
def test_the_pixel_on_a_page_counts(make_app: MakeApp, serve: Serve, mount: str) -> None:
    """It is the vendor's ``<img>``, signed and escaped, and a browser finds it."""
    app = make_app(SALESTRACK_TAMPER_KEYS=[KEY])
    visitor = _serve(app, serve, mount=mount)
    visitor.get(unescape(visitor.get(f"{mount}/mail").text))

    html = visitor.get(f"{mount}/thanks").text
    answer = visitor.get(unescape(html.split('"')[1]))

    query = f"{COLA_SORTED}&et_digest={COLA_DIGEST}".replace("&", "&amp;")
    assert html == f'<img src="{mount}/salestrack/et/?{query}" height="1" width="1" alt="">'
    assert answer.error is None
    (row,) = rows_of(app.extensions["salestrack"], "conversions")
    assert (row["reference"], row["revenue"], row["signed"]) == ("12345678", 150, 1)


def test_with_a_base_url_it_is_absolute(make_app: MakeApp) -> None:
    """As the other snippets are."""
    app = make_app(SALESTRACK_BASE_URL="https://shop.example/shop/")

    assert _render(app, _THANKS).startswith('<img src="https://shop.example/shop/salestrack/et/?')


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("salestrack_order_pixel()", id="no argument"),
        pytest.param("salestrack_order_pixel(order)", id="no reference"),
        pytest.param("salestrack_order_pixel(order, '')", id="reference empty"),
        pytest.param("salestrack_order_pixel(order, none)", id="reference None"),
        pytest.param("salestrack_order_pixel(order, nothing)", id="reference undefined"),
        pytest.param("salestrack_order_pixel(order, 'x' * 256)", id="reference of 256"),
        pytest.param("salestrack_order_pixel(nothing, '1')", id="order undefined"),
        pytest.param("salestrack_order_pixel({}, '1')", id="order a mapping"),
        pytest.param("salestrack_order_pixel('1', order)", id="the wrong way round"),
        pytest.param("salestrack_order_pixel(order, '1', added='now')", id="added as text"),
        pytest.param("salestrack_order_pixel(order, '1', added=nothing)", id="added undefined"),
        pytest.param("salestrack_order_pixel(order, '1', price='5')", id="unknown keyword"),
        pytest.param("salestrack_order_pixel(order, '1', environ=1)", id="environ given"),
        pytest.param("salestrack_order_pixel(order, '1', none)", id="too many arguments"),
    ],
)
def test_a_wrong_pixel_is_empty_and_logged(
    app: Flask, caplog: pytest.LogCaptureFixture, call: str
) -> None:
    """Nothing ever raises into a page."""
    html = _render(app, f"before {{{{ {call} }}}} after")

    assert html == "before  after"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "salestrack_order_pixel" in caplog.text


def test_without_any_context_nothing_raises_either(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """A template rendered past Flask, in a thread of the shop's own."""
    template = app.jinja_env.from_string(f"before {_THANKS} after")

    assert template.render(order=COLA_ORDER) == "before  after"
    assert len(caplog.records) == 1


def test_the_log_does_not_say_who_bought_what(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A log is kept by people whom an order is no business of."""
    _render(app, "{{ salestrack_order_pixel(order, 'x' * 256) }}")

    assert "12345678" not in caplog.text
    assert "Coca" not in caplog.text
