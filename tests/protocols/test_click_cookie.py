"""The visitor's cookie: its attributes, and that only we can read it."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.support.browser import Answer, Browser
from tests.support.receivers import Listen
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker

_400_DAYS = str(400 * 24 * 60 * 60)
_PLAIN = {"Max-Age": _400_DAYS, "Path": "/", "HttpOnly": "", "SameSite": "Lax"}


def _cookie_of(answer: Answer) -> tuple[str, str, dict[str, str]]:
    """Name, value and attributes of the one cookie that was set."""
    (line,) = answer.cookies
    pair, *attributes = line.split("; ")
    name, _, value = pair.partition("=")
    parts = [attribute.partition("=") for attribute in attributes]
    assert len({key for key, _, _ in parts}) == len(parts)
    return name, value, {key: text for key, _, text in parts}


def _click(tracker: Tracker, visitor: Browser) -> Answer:
    return visitor.get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))


@pytest.mark.parametrize(
    ("keys", "https", "name", "attributes"),
    [
        pytest.param({}, False, "salestrack", _PLAIN, id="http"),
        pytest.param({}, True, "__Host-salestrack", {**_PLAIN, "Secure": ""}, id="https"),
        pytest.param(
            {"cookie_secure": True},
            False,
            "__Host-salestrack",
            {**_PLAIN, "Secure": ""},
            id="http, always secure",
        ),
        pytest.param(
            {"cookie_secure": False}, True, "salestrack", _PLAIN, id="https, never secure"
        ),
        pytest.param(
            {"cookie_cross_site": True},
            True,
            "__Host-salestrack",
            {**_PLAIN, "SameSite": "None", "Secure": ""},
            id="https, cross-site",
        ),
        pytest.param(
            {"cookie_cross_site": True},
            False,
            "__Host-salestrack",
            {**_PLAIN, "SameSite": "None", "Secure": ""},
            id="http, cross-site",
        ),
        pytest.param(
            {"cookie_name": "visitor", "cookie_max_age": timedelta(days=2)},
            True,
            "__Host-visitor",
            {**_PLAIN, "Max-Age": "172800", "Secure": ""},
            id="own name and age",
        ),
        pytest.param(
            {"cookie_samesite": "Strict", "cookie_max_age": 60},
            False,
            "salestrack",
            {**_PLAIN, "SameSite": "Strict", "Max-Age": "60"},
            id="strict, seconds",
        ),
    ],
)
def test_the_attributes_are_these_and_no_others(
    make_tracker: MakeTracker,
    visit: Visit,
    *,
    keys: dict[str, Any],
    https: bool,
    name: str,
    attributes: dict[str, str],
) -> None:
    """Never a Domain, never Partitioned, always HttpOnly and Path=/."""
    tracker = make_tracker(**keys)

    found, _, set_to = _cookie_of(_click(tracker, visit(tracker, https=https)))

    assert found == name
    assert set_to == attributes


@pytest.mark.parametrize(
    ("scheme", "name"), [("https", "__Host-salestrack"), ("http", "salestrack")]
)
def test_behind_a_proxy_the_visitors_scheme_decides(
    tracker: Tracker, serve: Serve, scheme: str, name: str
) -> None:
    """It is wsgi.url_scheme that counts, as ProxyFix repaired it."""
    proxied = ProxyFix(SalesTrackMiddleware(page, tracker))
    url = tracker.click_url("/p/socks", contact="c81")

    answer = Browser(serve(proxied)).get(url, {"X-Forwarded-Proto": scheme})

    assert _cookie_of(answer)[0] == name


@pytest.mark.parametrize(
    ("keys", "https"),
    [
        pytest.param({}, False, id="http"),
        pytest.param({}, True, id="https"),
        pytest.param({"cookie_cross_site": True}, True, id="cross-site"),
        pytest.param({"cookie_secure": False}, True, id="never secure"),
    ],
)
def test_the_cookie_that_was_set_credits_the_sale(
    make_tracker: MakeTracker,
    visit: Visit,
    listen: Listen,
    *,
    keys: dict[str, Any],
    https: bool,
) -> None:
    """Whatever its name, it is read again under the same scheme."""
    tracker = make_tracker(**keys)
    receivers = listen(tracker)
    visitor = visit(tracker, https=https)
    _click(tracker, visitor)

    visitor.get("/salestrack/target/1/?st_revenue=5")

    (recorded,) = receivers.recorded
    assert recorded.touch is not None
    assert recorded.touch.contact == "c81"


def test_over_https_a_cookie_without_the_prefix_is_not_ours(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """Another host of the domain, or anybody on plain http, could have set that one."""
    receivers = listen(tracker)
    plain = visit(tracker)
    _click(tracker, plain)
    secure = visit(tracker, https=True)
    secure.cookies = dict(plain.cookies)

    secure.get("/salestrack/target/1/?st_revenue=5")

    (recorded,) = receivers.recorded
    assert recorded.touch is None


def test_the_cookie_is_sealed(tracker: Tracker, visit: Visit) -> None:
    """Neither contact nor campaign can be read in it, encoded or decoded."""
    url = tracker.click_url("/p/socks", contact="ada-contact", newsletter="november-news")

    name, value, _ = _cookie_of(visit(tracker).get(url))

    raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    for known in (b"ada-contact", b"november-news", b"socks"):
        assert known not in raw
        assert known not in value.encode()
    assert name + value == "".join(filter(str.isascii, name + value))


def test_a_known_visitor_keeps_the_id(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """A second click is the same visitor's; another browser's is another's."""
    receivers = listen(tracker)
    visitor = visit(tracker)

    _click(tracker, visitor)
    _click(tracker, visitor)
    _click(tracker, visit(tracker))

    first, second, other = (click.visitor for click in receivers.clicks)
    assert first is not None
    assert first == second
    assert first != other


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("salestrack={};cart=7", id="first, without a space"),
        pytest.param("cart=7; salestrack={}; theme=dark", id="in the middle"),
        pytest.param("notsalestrack=x; salestrack={}", id="after one with a longer name"),
        pytest.param("a=salestrack=x; salestrack={}", id="after one with such a value"),
        pytest.param("a; =; ; salestrack={}", id="among crumbs"),
    ],
)
def test_the_cookie_is_found_among_others(
    tracker: Tracker, visit: Visit, listen: Listen, header: str
) -> None:
    """Other cookies of the shop do not hide ours."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    _click(tracker, visitor)

    cookies = header.format(visitor.cookies["salestrack"])
    visitor.get("/salestrack/target/1/", {"Cookie": cookies})

    (recorded,) = receivers.recorded
    assert recorded.touch is not None


@pytest.mark.parametrize("value", ["", "x", "%00", "A" * 9000, "\u00e9"])
def test_a_poisoned_cookie_makes_a_new_visitor(
    tracker: Tracker, visit: Visit, listen: Listen, value: str
) -> None:
    """A click goes on as if there were none, and replaces it."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.cookies["salestrack"] = value

    answer = _click(tracker, visitor)

    assert (answer.status, answer.headers["Location"]) == (302, "/p/socks")
    assert _cookie_of(answer)[0] == "salestrack"
    assert [click.verdict for click in receivers.clicks] == ["valid"]
