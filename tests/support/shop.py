"""A tracker with a shop around it that sells nothing: what most tests mount."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tests.support.browser import Browser
from wsgi_salestrack import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECRET = "a secret of the tests that has 32 bytes or more"
OTHER_SECRET = "another secret of the tests, with 32 bytes or more"

MakeTracker = Callable[..., Tracker]
Visit = Callable[..., Browser]


def page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """A host application that says what it was asked for."""
    body = "|".join(
        ("the shop", *(environ[name] for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING")))
    ).encode("latin-1")
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Set-Cookie", "cart=7; Path=/"),
        ("X-Shop", "open"),
    ]
    start_response("200 OK", headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)
