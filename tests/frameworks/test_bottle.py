"""Bottle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import bottle
import pytest

from tests.frameworks.contract import FrameworkContract, greeting, place_order, stream
from wsgi_salestrack import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class TestBottle(FrameworkContract):
    @pytest.fixture
    def shop(self, tracker: Tracker) -> WSGIApplication:
        """Routes on an application of its own, not on Bottle's global one."""

        def hello() -> str:
            return greeting(tracker, bottle.request.environ)

        def checkout() -> str:
            return place_order(tracker, bottle.request.environ, bottle.request.forms)

        def echo() -> bytes:
            body: bytes = bottle.request.body.read()
            return body

        def pieces() -> Iterator[bytes]:
            return stream()

        application = bottle.Bottle()
        application.route("/hello", "GET", hello)
        application.route("/checkout", "POST", checkout)
        application.route("/echo", "POST", echo)
        application.route("/stream", "GET", pieces)
        return application  # type: ignore[no-any-return]  # Bottle has no types
