"""What goes back to the browser, and the 1x1 pixel that several dialects answer."""

from __future__ import annotations

import base64
from typing import Final

from markupsafe import Markup

Header = tuple[str, str]


#: An HTTP response: status as WSGI wants it, headers, body.
Answer = tuple[str, list[Header], bytes]


GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

_PIXEL_HEADERS: Final = (
    ("Content-Type", "image/gif"),
    ("Content-Length", str(len(GIF))),
    ("Cache-Control", "private, no-store"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
)

# A type even so: PEP 3333's own validator asks for one.
_EMPTY: Final = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "0"))


def pixel(error: str = "", cookie: list[Header] | None = None) -> Answer:
    """A transparent 1x1 GIF, whatever happened.

    :param error: a fixed ASCII phrase, told in ``ST-Error`` [Ubivox: "an extra HTTP header called
        ST-Error with any errors encountered during sales registration"].
    :param cookie: headers that set or delete the cookie.
    """
    headers = list(_PIXEL_HEADERS)
    if error:
        headers.append(("ST-Error", error))
    if cookie:
        headers += cookie
    return "200 OK", headers, GIF


def image(url: str) -> Markup:
    """The ``<img>`` of a pixel."""
    return Markup('<img src="{}" height="1" width="1" alt="">').format(url)


def redirect(location: str, cookie: list[Header]) -> Answer:
    """A 302 that no cache keeps and that tells the destination nothing of the token."""
    headers = [
        ("Location", location),
        ("Cache-Control", "private, no-store"),
        ("Referrer-Policy", "no-referrer"),
        *_EMPTY,
        *cookie,
    ]
    return "302 Found", headers, b""


def method_not_allowed(allowed: str) -> Answer:
    """A 405 that names the methods that are."""
    headers = [("Allow", allowed), ("Cache-Control", "no-store"), *_EMPTY]
    return "405 Method Not Allowed", headers, b""
