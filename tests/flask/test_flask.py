"""Flask, with the extension in place of the bare middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from flask import Flask, Response, request

from tests.flask.shops import MakeApp
from tests.frameworks.contract import FrameworkContract, greeting, place_order, stream
from wsgi_salestrack import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def _sent() -> bytes:
    return request.get_data()


def _with_pages(app: Flask, tracker: Tracker) -> Flask:
    app.add_url_rule("/hello", view_func=lambda: greeting(tracker, request.environ), endpoint="a")
    app.add_url_rule(
        "/checkout",
        view_func=lambda: place_order(tracker, request.environ, request.form),
        endpoint="b",
        methods=["POST"],
    )
    app.add_url_rule("/echo", view_func=_sent, endpoint="c", methods=["POST"])
    app.add_url_rule("/stream", view_func=lambda: Response(stream()), endpoint="d")
    return app


class TestFlask(FrameworkContract):
    @pytest.fixture
    def tracker(self, app: Flask) -> Tracker:
        """The application's own."""
        return cast("Tracker", app.extensions["salestrack"])

    @pytest.fixture
    def shop(self, make_bare_app: MakeApp, tracker: Tracker) -> WSGIApplication:
        """The same pages without salestrack."""
        return _with_pages(make_bare_app("elsewhere"), tracker)

    @pytest.fixture
    def mounted(self, app: Flask, tracker: Tracker) -> WSGIApplication:
        """As ``init_app`` mounts it."""
        return _with_pages(app, tracker)
