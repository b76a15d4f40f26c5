"""What a host answers, through the middleware: streams, write(), exc_info, close()."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from wsgiref.validate import validator

import pytest
from werkzeug.test import EnvironBuilder

from tests.support.browser import Browser
from tests.support.server import Serve
from tests.support.shop import Visit
from wsgi_salestrack import SalesTrackMiddleware, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_TEXT = [("Content-Type", "text/plain")]


class _Stream:
    """An answer that is made while it is sent."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for number in range(3):
            assert not self.closed
            yield f"line {number}\n".encode()

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("landing", [False, True], ids=["page", "landing page"])
def test_a_stream_passes_through_and_is_closed(
    tracker: Tracker, visit: Visit, *, landing: bool
) -> None:
    """The server calls close() once, after the last piece."""
    stream = _Stream()

    def host(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", list(_TEXT))
        return stream

    answer = visit(tracker, host).get(
        tracker.click_url("/stream", newsletter="2026-11", landing=landing)
        if landing
        else "/stream"
    )

    assert answer.body == b"line 0\nline 1\nline 2\n"
    assert stream.closed == 1
    assert len(answer.cookies) == landing


def test_what_start_response_returns_still_writes(tracker: Tracker, visit: Visit) -> None:
    """Old applications write() instead of returning pieces, on landing pages as well."""

    def host(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", list(_TEXT))
        write(b"written, ")
        return [b"returned"]

    visitor = visit(tracker, host)
    url = tracker.click_url("/old", newsletter="2026-11", landing=True)

    assert [visitor.get(path).body for path in ("/old", url)] == [b"written, returned"] * 2
    assert "salestrack" in visitor.cookies


def test_a_host_may_start_again_with_an_error(tracker: Tracker, visit: Visit) -> None:
    """exc_info is passed on; the error page of a landing link has the cookie once."""

    def host(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [*_TEXT, ("X-Page", "first")])
        try:
            int("no such product")
        except ValueError:
            start_response("404 Not Found", [*_TEXT, ("X-Page", "second")], sys.exc_info())
        return [b"sorry"]

    visitor = visit(tracker, host)
    url = tracker.click_url("/old", newsletter="2026-11", landing=True)

    plain, landed = visitor.get("/old"), visitor.get(url)

    for answer in (plain, landed):
        assert (answer.status, answer.headers["X-Page"], answer.body) == (404, "second", b"sorry")
    assert (len(plain.cookies), len(landed.cookies)) == (0, 1)


def test_an_exception_of_the_hosts_is_the_hosts(tracker: Tracker) -> None:
    """Whoever stands around us gets it as it was raised."""

    def host(_environ: WSGIEnvironment, _start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError("the host's own")

    url = tracker.click_url("/old", newsletter="2026-11", landing=True)
    for path in ("/old", url):
        with pytest.raises(LookupError, match="the host's own"):
            SalesTrackMiddleware(host, tracker)(
                EnvironBuilder(path).get_environ(), lambda *_: lambda _: None
            )


def test_between_us_and_the_host_the_protocol_is_kept(tracker: Tracker, serve: Serve) -> None:
    """The validator finds nothing, around us or inside, on pages, landing pages and pixels."""

    def host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", list(_TEXT))
        return [environ["PATH_INFO"].encode()]

    visitor = Browser(serve(validator(SalesTrackMiddleware(validator(host), tracker))))
    landing = tracker.click_url("/p/socks", newsletter="2026-11", landing=True)

    assert visitor.get("/p/hat").body == b"/p/hat"
    assert visitor.get(landing).body == b"/p/socks"
    assert visitor.get("/salestrack/target/1/").body.startswith(b"GIF")
    assert visitor.send("HEAD", "/salestrack/target/1/").body == b""
