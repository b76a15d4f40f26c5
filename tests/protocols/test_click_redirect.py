"""``GET /r/<token>``: where a click leads, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.support.browser import Browser
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Touch, Tracker, signals


def test_a_click_is_redirected_so_that_nobody_keeps_or_learns_the_token(
    tracker: Tracker, visit: Visit
) -> None:
    """The answer is an empty 302 that no cache stores and no destination sees as referrer."""
    answer = visit(tracker).get(tracker.click_url("/p/socks", newsletter="2026-11"))

    assert answer.status == 302
    assert answer.headers["Location"] == "/p/socks"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.body == b""


@pytest.mark.parametrize(
    "destination",
    [
        pytest.param("/", id="root"),
        pytest.param("/p/socks?size=42&colour=red", id="query"),
        pytest.param("/p/socks#reviews", id="fragment"),
        pytest.param("/search?q=50%25+off%20now&q=a%2Fb", id="percent and plus"),
        pytest.param("/p/caf%C3%A9;a=b,c", id="encoded UTF-8"),
        pytest.param("/p//double/./dots/../here", id="not tidied up"),
        pytest.param("/p/socks?next=https://elsewhere.example/", id="URL in its query"),
    ],
)
def test_the_destination_is_unchanged(tracker: Tracker, visit: Visit, destination: str) -> None:
    """What was sealed goes out as it is."""
    answer = visit(tracker).get(tracker.click_url(destination, link="hero"))

    assert answer.headers["Location"] == destination


@pytest.mark.parametrize("slash", ["", "/"], ids=["without slash", "with slash"])
def test_a_last_slash_makes_no_difference(tracker: Tracker, visit: Visit, slash: str) -> None:
    """Endpoints answer with or without the trailing slash."""
    answer = visit(tracker).get(tracker.click_url("/p/socks", link="hero") + slash)

    assert (answer.status, answer.headers["Location"]) == (302, "/p/socks")
    assert answer.cookies


def test_under_a_mount_point_destinations_are_never_prefixed(
    tracker: Tracker, serve: Serve
) -> None:
    """Neither the sealed destination nor the fallback gets the SCRIPT_NAME put before it."""
    mounted = DispatcherMiddleware(page, {"/shop": SalesTrackMiddleware(page, tracker)})
    visitor = Browser(serve(mounted))

    click = visitor.get("/shop" + tracker.click_url("/shop/p/socks", link="hero"))
    elsewhere = visitor.get("/shop" + tracker.click_url("/about", link="foot"))
    bad = visitor.get("/shop/salestrack/r/nonsense")

    assert click.headers["Location"] == "/shop/p/socks"
    assert elsewhere.headers["Location"] == "/about"
    assert bad.headers["Location"] == "/"


def test_behind_a_proxy_with_a_prefix_destinations_are_never_prefixed(
    tracker: Tracker, serve: Serve
) -> None:
    """ProxyFix makes a SCRIPT_NAME of X-Forwarded-Prefix; the destination stays."""
    proxied = ProxyFix(SalesTrackMiddleware(page, tracker), x_prefix=1)
    url = tracker.click_url("/shop/p/socks", link="hero")

    answer = Browser(serve(proxied)).get(url, {"X-Forwarded-Prefix": "/shop"})

    assert (answer.status, answer.headers["Location"]) == (302, "/shop/p/socks")


def test_head_redirects_and_stores_nothing(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """A link checker's HEAD gets the redirect without a cookie, and is no click."""
    receivers = listen(tracker)

    answer = visit(tracker).send("HEAD", tracker.click_url("/p/socks", contact="c81"))

    assert (answer.status, answer.headers["Location"]) == (302, "/p/socks")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.cookies == []
    assert receivers.calls == []
    assert rows_of(tracker, "clicks") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_get_405(tracker: Tracker, visit: Visit, listen: Listen, method: str) -> None:
    """The answer names the methods allowed; nothing is set or stored."""
    receivers = listen(tracker)

    answer = visit(tracker).send(method, tracker.click_url("/p/socks", contact="c81"))

    assert answer.status == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == {"GET", "HEAD"}
    assert answer.cookies == []
    assert answer.headers["Location"] is None
    assert receivers.clicks == []
    assert rows_of(tracker, "clicks") == []


@pytest.mark.parametrize("name", ["url", "destination", "next", "r", "st_destination", "st_token"])
def test_the_destination_never_comes_from_the_query_string(
    tracker: Tracker, visit: Visit, name: str
) -> None:
    """Neither a good link nor a bad one can be turned into an open redirect."""
    query = f"?{name}=https://evil.example/&{name}=//evil.example"
    visitor = visit(tracker)

    good = visitor.get(tracker.click_url("/p/socks", link="hero") + query)
    bad = visitor.get(f"/salestrack/r/nonsense{query}")

    assert good.headers["Location"] == "/p/socks"
    assert bad.headers["Location"] == "/"


def test_a_click_is_stored_and_signalled(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """``click_recorded`` brings the touch with its time, the visitor, verdict and destination."""
    receivers = listen(tracker)
    names: dict[str, Any] = {
        "contact": "c81",
        "subscription": "s7",
        "list": "main",
        "newsletter": "2026-11",
        "link": "hero",
        "publisher": "p3",
    }

    visit(tracker).get(tracker.click_url("/p/socks", **names))

    ((signal, sender, keywords),) = receivers.calls
    click = keywords["click"]
    assert signal is signals.click_recorded
    assert sender is tracker
    assert set(keywords) == {"click"}
    assert click.touch == Touch(at=NOON, **names)
    assert (click.verdict, click.destination) == ("valid", "/p/socks")
    (row,) = rows_of(tracker, "clicks")
    assert {name: row[f"touch_{name}"] for name in names} == names
    assert (row["id"], row["visitor"]) == (click.id, click.visitor)
    assert (row["site"], row["verdict"], row["destination"]) == ("default", "valid", "/p/socks")


def test_every_click_is_kept_for_the_journey(tracker: Tracker, visit: Visit) -> None:
    """The cookie has the last click, the store all of them."""
    visitor = visit(tracker)
    for newsletter in ("2026-10", "2026-11", "2026-11"):
        visitor.get(tracker.click_url("/p/socks", newsletter=newsletter))

    rows = rows_of(tracker, "clicks")

    assert [row["touch_newsletter"] for row in rows] == ["2026-10", "2026-11", "2026-11"]
    assert len({row["visitor"] for row in rows}) == 1


def test_where_https_is_required_a_click_over_http_only_redirects(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """The visitor gets to the shop; no cookie is set, nothing stored, and the hit is rejected."""
    tracker = make_tracker(require_https=True)
    receivers = listen(tracker)
    url = tracker.click_url("/p/socks", contact="c81")

    plain = visit(tracker).get(url)
    rejected, stored = receivers.rejected, row_counts(tracker)["clicks"]
    secure = visit(tracker, https=True).get(url)

    assert (plain.status, plain.headers["Location"], plain.cookies) == (302, "/p/socks", [])
    assert [protocol for protocol, _ in rejected] == ["click"]
    assert stored == 0
    assert secure.cookies
    assert row_counts(tracker)["clicks"] == 1
