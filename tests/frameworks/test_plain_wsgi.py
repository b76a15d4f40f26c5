"""No framework at all: a function that speaks WSGI, under wsgiref's server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from tests.frameworks.contract import FrameworkContract, greeting, place_order, stream
from wsgi_salestrack import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class TestPlainWSGI(FrameworkContract):
    @pytest.fixture
    def shop(self, tracker: Tracker) -> WSGIApplication:
        """A shop of one function."""

        def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            status, body = "200 OK", b""
            path = environ["PATH_INFO"]
            if path == "/stream":
                start_response(status, [("Content-Type", "text/plain")])
                return stream()
            sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            if path == "/hello":
                body = greeting(tracker, environ).encode()
            elif path == "/echo":
                body = sent
            elif path == "/checkout":
                form = dict(parse_qsl(sent.decode()))
                body = place_order(tracker, environ, form).encode()
            else:
                status, body = "404 Not Found", f"no {path} here".encode()
            start_response(status, [("Content-Type", "text/html; charset=utf-8")])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

        return application
