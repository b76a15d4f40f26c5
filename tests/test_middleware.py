"""The middleware between a server and a host: which requests are ours, and what the others keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import EnvironBuilder

from tests.support.clock import NOON
from tests.support.rows import row_counts
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_TEXT = [("Content-Type", "text/plain")]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/salestrack",
        "/salestrack/",
        "/salestrack/r",
        "/salestrack/target",
        "/salestrack/unknown",
        "/salestrack/r/token/more",
        "/salestrack/target/1/more/",
        "/salestracks/r/token",
        "/salestrack2/target/1/",
        "/Salestrack/r/token",
        "/salestrack/R/token",
        "/r/token",
        "/target/1/",
        "/p/salestrack/r/token",
    ],
)
def test_paths_that_are_not_ours_go_to_the_host(tracker: Tracker, visit: Visit, path: str) -> None:
    """Those below our prefix, too."""
    answer = visit(tracker).get(path)

    assert answer.text == f"the shop|GET|{path}|"


@pytest.mark.parametrize(
    ("prefix", "ours", "hosts"),
    [
        pytest.param("", "/target/1/", "/salestrack/target/1/", id="empty"),
        pytest.param("/a/b", "/a/b/target/1/", "/target/1/", id="nested"),
    ],
)
def test_the_prefix_may_be_another(
    make_tracker: MakeTracker, visit: Visit, prefix: str, ours: str, hosts: str
) -> None:
    """Empty serves the vendors' own paths."""
    tracker = make_tracker(url_prefix=prefix)
    visitor = visit(tracker)

    assert visitor.get(ours).headers["Content-Type"] == "image/gif"
    assert visitor.get(hosts).text.startswith("the shop")
    click = visitor.get(tracker.click_url("/p/socks", newsletter="2026-11"))
    assert click.headers["Location"] == "/p/socks"


@pytest.mark.parametrize(
    ("protocols", "click", "target"),
    [
        (["click"], 302, "text/plain; charset=utf-8"),
        (["target"], 200, "image/gif"),
        ([], 200, "text/plain; charset=utf-8"),
    ],
    ids=["click", "target", "none"],
)
def test_only_protocols_that_are_switched_on_answer(
    make_tracker: MakeTracker, visit: Visit, *, protocols: list[str], click: int, target: str
) -> None:
    """The others' paths are the host's."""
    tracker = make_tracker(protocols=protocols)
    visitor = visit(tracker)

    assert visitor.get("/salestrack/r/nonsense").status == click
    assert visitor.get("/salestrack/target/1/").headers["Content-Type"] == target


class _Environ(dict[str, Any]):
    """One whose body says when it is read."""

    def __init__(self, path: str) -> None:
        super().__init__(EnvironBuilder(path, method="POST", data=b"a=1").get_environ())
        self["wsgi.input"] = self.body = _Body(b"a=1")


class _Body(BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        """Nobody should."""
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize(
    "path", ["/checkout", "/salestrack/r/token", "/salestrack/target/1/", "/?st_token=x"]
)
def test_no_body_is_read(tracker: Tracker, path: str) -> None:
    """Neither the host's nor one that comes to a pixel."""
    statuses: list[str] = []

    def start_response(status: str, _headers: Any, _exc_info: Any = None) -> Callable[..., Any]:
        statuses.append(status)
        return statuses.append

    list(SalesTrackMiddleware(page, tracker)(_Environ(path), start_response))

    assert len(statuses) == 1


def test_the_body_of_a_landing_page_is_the_hosts(make_tracker: MakeTracker) -> None:
    """Where https is required and it came without, only the click is refused."""
    tracker = make_tracker(require_https=True)
    environ = _Environ(tracker.click_url("/", newsletter="2026-11", landing=True))
    environ["REQUEST_METHOD"] = "GET"

    list(SalesTrackMiddleware(page, tracker)(environ, lambda *_: lambda _: None))

    ((_, hit),) = tracker.hits(NOON)
    assert hit.reason == "https is required"


def test_the_host_gets_the_very_environ_and_start_response(tracker: Tracker) -> None:
    """Nothing is copied, added or wrapped, and its iterable comes back as it is."""
    body = [b"the shop"]
    given: list[object] = []

    def host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given.extend((environ, start_response))
        return body

    def start_response(*_arguments: Any) -> Callable[[bytes], object]:
        raise AssertionError("the host did not call it")

    environ = EnvironBuilder("/p/socks?st_tok=1").get_environ()
    before = dict(environ)

    answer = SalesTrackMiddleware(host, tracker)(environ, start_response)

    assert answer is body
    assert given[0] is environ
    assert given[1] is start_response
    assert environ == before


def test_a_server_may_leave_out_what_is_empty(tracker: Tracker) -> None:
    """PEP 3333: PATH_INFO and QUERY_STRING "may be empty or absent"."""
    environs = []

    def host(environ: WSGIEnvironment, _start_response: StartResponse) -> Iterable[bytes]:
        environs.append(environ)
        return []

    middleware = SalesTrackMiddleware(host, tracker)
    for absent in (["PATH_INFO"], ["QUERY_STRING"], ["PATH_INFO", "QUERY_STRING"]):
        environ = EnvironBuilder("/").get_environ()
        for name in absent:
            del environ[name]
        middleware(environ, lambda *_: lambda _: None)

    assert len(environs) == 3
    assert "QUERY_STRING" not in environs[1]


def test_a_pixel_needs_no_query_string(tracker: Tracker) -> None:
    """A signup of a server that leaves it out counts."""
    environ = EnvironBuilder("/salestrack/target/1/").get_environ()
    del environ["QUERY_STRING"]
    headers: list[tuple[str, str]] = []

    def start_response(_status: str, given: list[tuple[str, str]], *_: Any) -> Callable[..., Any]:
        headers.extend(given)
        return headers.append

    SalesTrackMiddleware(page, tracker)(environ, start_response)

    assert "ST-Error" not in dict(headers)
    assert row_counts(tracker)["conversions"] == 1
