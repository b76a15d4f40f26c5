"""Destinations: what may be linked to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from werkzeug.urls import iri_to_uri

from .errors import BadValue

_LONGEST = 2000
# Browsers drop tabs and line breaks from a URL and read a backslash as a slash: "/\t/evil" and
# "/\evil" would leave the shop.
_NEVER_IN_A_URL = re.compile(r"[^\x21-\x7e]|\\")


def checked_destination(destination: object, *, offsite: bool) -> str:
    """A destination fit to be sealed and sent as ``Location``: ASCII, without tricks.

    :param offsite: whether an absolute http(s) URL is meant.
    :raises BadValue: if it is neither a path of the shop nor, with ``offsite``, such a URL.
    """
    if not isinstance(destination, str):
        raise BadValue("destination", f"is {type(destination).__name__}, not text")
    try:
        # What is ASCII goes out as it came.
        uri = destination if destination.isascii() else iri_to_uri(destination)
        parts = urlsplit(uri)
        absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port, (parts.hostname or "").encode("idna")  # raise where there is none
    except ValueError:
        raise BadValue("destination", "is no URL") from None
    if len(uri) > _LONGEST:
        raise BadValue("destination", f"is longer than {_LONGEST} characters")
    if _NEVER_IN_A_URL.search(uri):
        raise BadValue("destination", "holds a space, a control character or a backslash")
    if uri.startswith("/") and not uri.startswith("//"):
        return uri
    if not absolute:
        raise BadValue("destination", "is neither a path such as /p/socks nor an http(s) URL")
    if not offsite:
        raise BadValue("destination", "leaves the shop; if that is meant, pass offsite=True")
    return uri
