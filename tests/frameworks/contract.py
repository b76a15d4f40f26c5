"""What holds under every framework: the same shop, and the same tests of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.support.browser import Answer, Browser
from tests.support.rows import row_counts
from tests.support.server import Serve
from tests.support.shop import MakeTracker, page
from wsgi_salestrack import Conversion, Money, SalesTrackMiddleware, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

PIECES = [b"one, ", b"two, ", b"three"]


def greeting(tracker: Tracker, environ: WSGIEnvironment) -> str:
    """What ``GET /hello`` says: whom the tracker knows."""
    visitor = tracker.visitor(environ)
    contact = visitor and visitor.touch and visitor.touch.contact
    return f"hello {contact or 'stranger'}"


def place_order(tracker: Tracker, environ: WSGIEnvironment, form: Mapping[str, Any]) -> str:
    """What ``POST /checkout`` does: record in process, and show the pixel of the same order."""
    number, total = form["number"], form["total"]
    tracker.record(
        Conversion(reference=number, revenue=Money(total, "USD"), quantity=1), environ=environ
    )
    pixel = tracker.pixel(1, revenue=total, quantity=1, reference=number, environ=environ)
    return f"<p>Thank you</p>{pixel}"


def stream() -> Iterator[bytes]:
    """What ``GET /stream`` sends, piece by piece."""
    yield from PIECES


class _Images(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image's address."""
        if tag == "img":
            self.addresses.append(dict(attrs)["src"] or "")


class FrameworkContract:
    """Salestrack mounted around a shop; a subclass makes the shop with its framework."""

    @pytest.fixture
    def tracker(self, make_tracker: MakeTracker) -> Tracker:
        """Checkout and pixel report the same orders."""
        return make_tracker(targets={1: {"title": "Sale", "scope": "order"}})

    @pytest.fixture
    def shop(self, tracker: Tracker) -> WSGIApplication:
        """The framework's application, not yet wrapped: hello, checkout, echo, stream."""
        raise NotImplementedError

    @pytest.fixture
    def mounted(self, tracker: Tracker, shop: WSGIApplication) -> WSGIApplication:
        """The shop with the tracker in it."""
        return SalesTrackMiddleware(shop, tracker)

    @pytest.fixture
    def visitor(self, mounted: WSGIApplication, serve: Serve) -> Browser:
        """Somebody who comes to the shop."""
        return Browser(serve(mounted))

    def test_from_the_click_to_the_report(self, tracker: Tracker, visitor: Browser) -> None:
        """Click, cookie, checkout in process, pixel: one sale, credited."""
        click = visitor.get(
            tracker.click_url("/hello", contact="c81", newsletter="2026-11", link="hero")
        )
        hello = visitor.get(click.headers["Location"])
        thanks = _check_out(visitor, "/checkout")
        pixel = _show_images(visitor, thanks)

        assert (click.status, hello.text) == (302, "hello c81")
        assert pixel.headers["Content-Type"] == "image/gif"
        assert pixel.error is None
        for by, value in (("newsletter", "2026-11"), ("link", "hero"), ("contact", "c81")):
            (row,) = tracker.report(by).rows
            assert (row.dimension, row.count, str(row.revenue)) == (value, 1, "49.95")

    def test_a_pixel_alone_counts(self, tracker: Tracker, visitor: Browser) -> None:
        """And counts once, however often the page is shown."""
        for _ in range(2):
            visitor.get("/salestrack/target/1/?st_revenue=5&st_reference=7")

        assert row_counts(tracker)["conversions"] == 1

    def test_a_landing_page_knows_its_visitor(self, tracker: Tracker, visitor: Browser) -> None:
        """The page that is asked for with a token sees and sets the cookie itself."""
        landed = visitor.get(tracker.click_url("/hello", contact="c81", landing=True))
        later = visitor.get("/hello")

        assert (landed.status, landed.text, later.text) == (200, "hello c81", "hello c81")
        assert len(landed.cookies) == 1

    def test_a_posted_body_arrives_whole(self, visitor: Browser) -> None:
        """We never read from it."""
        body = bytes(range(256)) * 250

        answer = visitor.post("/echo", body, {"Content-Type": "application/octet-stream"})

        assert answer.body == body

    def test_a_stream_arrives_whole(self, visitor: Browser) -> None:
        """Piece by piece, as the host made it."""
        assert visitor.get("/stream").body == b"".join(PIECES)

    @pytest.mark.parametrize(
        "path", ["/nowhere", "/salestrack", "/salestrack/nowhere", "/salestrack/target/1/more"]
    )
    def test_what_nobody_knows_is_the_frameworks_404(
        self, visitor: Browser, shop: WSGIApplication, serve: Serve, path: str
    ) -> None:
        """Below our prefix, too, it is the very page that the framework makes."""
        alone = Browser(serve(shop)).get(path)

        answer = visitor.get(path)

        assert answer.status == 404
        assert _comparable(answer) == _comparable(alone)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_pages_are_what_they_are_without_us(
        self, visitor: Browser, shop: WSGIApplication, serve: Serve, method: str
    ) -> None:
        """Status, headers and body."""
        alone = Browser(serve(shop)).send(method, "/hello?a=%20+%C3%A9")

        assert _comparable(visitor.send(method, "/hello?a=%20+%C3%A9")) == _comparable(alone)

    def test_it_works_under_a_mount_point(
        self, tracker: Tracker, mounted: WSGIApplication, serve: Serve
    ) -> None:
        """Snippets take the mount point from the request; sealed destinations never do."""
        visitor = Browser(serve(DispatcherMiddleware(page, {"/shop": mounted})))

        click = visitor.get("/shop" + tracker.click_url("/shop/hello", contact="c81"))
        hello = visitor.get(click.headers["Location"])
        thanks = _check_out(visitor, "/shop/checkout")
        pixel = _show_images(visitor, thanks)

        assert "; Path=/; " in click.cookies[0]
        assert hello.text == "hello c81"
        assert 'src="/shop/salestrack/target/1/?' in thanks.text
        assert (pixel.headers["Content-Type"], pixel.error) == ("image/gif", None)
        (row,) = tracker.report("contact").rows
        assert (row.dimension, row.count) == ("c81", 1)

    def test_it_works_behind_a_proxy(
        self, tracker: Tracker, mounted: WSGIApplication, serve: Serve
    ) -> None:
        """With ProxyFix around it, https at the proxy makes a secure cookie, which credits."""
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/shop"}
        visitor = Browser(serve(ProxyFix(mounted, x_prefix=1)))

        click = visitor.get(tracker.click_url("/shop/hello", contact="c81"), forwarded)
        hello = visitor.get("/hello", forwarded)

        assert click.headers["Location"] == "/shop/hello"
        assert click.cookies[0].startswith("__Host-salestrack=")
        assert hello.text == "hello c81"


def _check_out(visitor: Browser, path: str) -> Answer:
    answer = visitor.post(path, urlencode({"number": "1001", "total": "49.95"}).encode())
    assert answer.status == 200
    assert "Thank you" in answer.text
    return answer


def _show_images(visitor: Browser, shown: Answer) -> Answer:
    (address,) = _Images(shown.text).addresses
    return visitor.get(address)


def _comparable(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = [(name, value) for name, value in answer.headers.items() if name != "Date"]
    return answer.status, headers, answer.body
