"""Requests as a server hands them to an application, with the headers that a browser sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from benchmarks.apps import BROWSER, PIXEL_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SHOP_COOKIE = "session=eyJjYXJ0IjpbMSwyLDNdfQ.aR8x2A.0b0xk3W2m9lQy8m3m0Yw5g5oS1Q"
_HEADERS = {
    "User-Agent": BROWSER,
    "Accept-Language": "en-GB,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br",
    "Referer": "http://localhost/thank-you",
    "Sec-Fetch-Site": "same-origin",
}


def page_request() -> WSGIEnvironment:
    """A page of the shop: with a query string and the shop's own cookie."""
    return _environ(
        "/products/socks?colour=red&size=42",
        {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Dest": "document", "Cookie": _SHOP_COOKIE},
    )


def pixel_request(cookie: str) -> WSGIEnvironment:
    """The target pixel on a thank-you page.

    :param cookie: ``name=value``, which comes after the shop's own.
    """
    return _environ(
        f"{PIXEL_PATH}1234",
        {
            "Accept": "image/avif,image/webp,*/*;q=0.8",
            "Sec-Fetch-Dest": "image",
            "Cookie": f"{_SHOP_COOKIE}; {cookie}",
        },
    )


def _environ(path: str, headers: dict[str, str]) -> WSGIEnvironment:
    headers = {**_HEADERS, **headers}
    return EnvironBuilder(path=path, headers=Headers(headers)).get_environ()
