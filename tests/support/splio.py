"""Splio's pixel as a browser meets it: the address in a snippet, and the answer that is silent."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

from tests.support.browser import Answer
from tests.support.receivers import Receivers
from tests.support.rows import row_counts
from wsgi_salestrack import Tracker

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image's address, its entities resolved as a browser does."""
        source = dict(attrs).get("src")
        if tag == "img" and source is not None:
            self.addresses.append(source)


def address_in(html: str) -> str:
    """What a browser asks our server for when it shows this snippet with our hostname."""
    images = _Images()
    images.feed(html)
    (address,) = images.addresses
    parts = urlsplit(address)
    return f"{parts.path}?{quote(parts.query, safe='%=&,')}"


def assert_silent(answer: Answer) -> None:
    """The image that no cache keeps, with status 200, whatever became of the hit."""
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["Content-Length"] == str(len(GIF))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.error is None
    assert answer.body == GIF


def assert_refused(answer: Answer, receivers: Receivers, tracker: Tracker, names: str) -> None:
    """The browser learns nothing, the shop's receivers a fixed phrase; nothing is recorded."""
    assert_silent(answer)
    ((protocol, reason),) = receivers.rejected
    assert protocol == "splio"
    assert reason.isascii()
    assert reason.isprintable()
    assert names in reason
    assert receivers.recorded == receivers.duplicated == receivers.enriched == []
    assert row_counts(tracker)["conversions"] == 0
