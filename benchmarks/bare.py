"""The least a server can do: what every figure of a served pixel is compared with.

Imports nothing of salestrack, for the environment of a rival has none.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: A transparent image of one pixel.
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

_PAGE = b"<!doctype html><title>Socks</title><p>Warm socks, 49.95"
_PIXEL_HEADERS = [("Content-Type", "image/gif"), ("Content-Length", str(len(GIF)))]
_PAGE_HEADERS = [("Content-Type", "text/html"), ("Content-Length", str(len(_PAGE)))]


def page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as a shop whose pages cost nothing."""
    start_response("200 OK", _PAGE_HEADERS)
    return [_PAGE]


def pixel(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer any request with the pixel."""
    start_response("200 OK", _PIXEL_HEADERS)
    return [GIF]


def bare_pixel() -> WSGIApplication:
    """Make the bare pixel; a factory, as the servers call it."""
    return pixel
