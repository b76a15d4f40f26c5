"""The affiliate network's snippets as a browser makes requests of them, and what it is answered."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

from tests.support.browser import Answer
from tests.support.receivers import Receivers
from tests.support.rows import row_counts
from wsgi_salestrack import Tracker

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PATH = "/salestrack/ts/l/banner/c/socks"


class _Snippet(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an address, or a field that has a name to be sent under."""
        values = {name: value or "" for name, value in attrs}
        if tag in ("img", "form"):
            self.addresses.append(values["src" if tag == "img" else "action"])
        elif tag == "input" and "name" in values:
            self.fields.append((values["name"], values["value"]))


def request_of(html: str) -> tuple[str, bytes]:
    """Path with query, and body, that a browser sends for a snippet with our hostname."""
    snippet = _Snippet()
    snippet.feed(html)
    (address,) = snippet.addresses
    parts = urlsplit(address)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return target, urlencode(snippet.fields).encode()


def assert_pixel(answer: Answer) -> None:
    """The image that no cache keeps, with status 200."""
    assert (answer.status, answer.body) == (200, GIF)
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["Content-Length"] == str(len(GIF))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def assert_acknowledged(answer: Answer) -> None:
    """The pixel, and no complaint."""
    assert_pixel(answer)
    assert answer.error is None


def assert_refused(answer: Answer, receivers: Receivers, tracker: Tracker, names: str) -> None:
    """The pixel says why, in a fixed phrase, and so do receivers hear; nothing is recorded."""
    assert_pixel(answer)
    assert_rejected(receivers, tracker, names)
    assert receivers.rejected == [("affiliate", answer.error)]


def assert_rejected(receivers: Receivers, tracker: Tracker, names: str) -> None:
    """Receivers hear a fixed phrase, and nothing is recorded."""
    ((protocol, reason),) = receivers.rejected
    assert protocol == "affiliate"
    assert reason.isascii()
    assert reason.isprintable()
    assert names in reason
    assert receivers.recorded == receivers.duplicated == receivers.enriched == []
    assert row_counts(tracker)["conversions"] == 0
