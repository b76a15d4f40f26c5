"""``salestrack_order_snippet`` in templates."""

from __future__ import annotations

import logging
from html import unescape

import pytest
from flask import Flask, render_template_string
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.flask.shops import MakeApp
from tests.support.browser import Browser
from tests.support.server import Serve
from tests.support.shop import page
from wsgi_salestrack import Conversion, Money

_THANKS = "{{ salestrack_order_snippet('12345678', order_ref) }}"


def _render(app: Flask, order_ref: str) -> str:
    with app.test_request_context("/"):
        return render_template_string(_THANKS, order_ref=order_ref)


@pytest.mark.parametrize("mount", ["", "/shop"])
def test_whoever_sees_the_page_is_credited(make_app: MakeApp, serve: Serve, mount: str) -> None:
    """The order itself was recorded by a job that knows no cookie."""
    app = make_app()
    tracker = app.extensions["salestrack"]
    app.add_url_rule("/thanks", view_func=lambda: render_template_string(_THANKS, order_ref="1001"))
    visitor = Browser(serve(DispatcherMiddleware(page, {mount: app}) if mount else app))

    visitor.get(f"{mount}{tracker.click_url('/', newsletter='2026-11')}")
    tracker.record(Conversion(reference="1001", revenue=Money("5", "USD")))
    html = visitor.get(f"{mount}/thanks").text
    assert visitor.get(unescape(html.split('"')[1])).error is None

    assert [row.dimension for row in tracker.report().rows] == ["2026-11"]


def test_with_a_base_url_it_is_absolute(make_app: MakeApp) -> None:
    """As the other snippets are."""
    app = make_app(SALESTRACK_BASE_URL="https://shop.example/shop/")

    assert _render(app, "1").startswith('<img src="https://shop.example/shop/salestrack/et/?t=')


def test_an_error_leaves_the_page_whole(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, without saying whose order it was."""
    with caplog.at_level(logging.ERROR):
        assert _render(make_app(), "") == ""
    assert "salestrack_order_snippet failed" in caplog.text
    assert "12345678" not in caplog.messages[0]
