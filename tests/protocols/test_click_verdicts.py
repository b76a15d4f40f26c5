"""Clicks that are no visit: machines, prefetches, and pages inside images and frames."""

from __future__ import annotations

import pytest

from tests.support.browser import FIREFOX
from tests.support.receivers import Listen
from tests.support.rows import rows_of
from tests.support.shop import Visit
from wsgi_salestrack import Tracker

_CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
_SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)

MACHINES = [
    pytest.param(
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        "bot",
        id="Googlebot",
    ),
    pytest.param({"User-Agent": "curl/8.5.0"}, "bot", id="curl"),
    pytest.param({"User-Agent": "python-requests/2.32.3"}, "bot", id="python-requests"),
    pytest.param({"User-Agent": "BarracudaCentral-Scanner/1.0"}, "bot", id="Barracuda"),
    pytest.param({"User-Agent": "Mimecast-URL-Protect"}, "bot", id="Mimecast"),
    pytest.param({"User-Agent": f"{FIREFOX} Proofpoint"}, "bot", id="Proofpoint"),
    pytest.param({"User-Agent": f"{FIREFOX} SafeLinks"}, "bot", id="SafeLinks"),
    pytest.param({"User-Agent": ""}, "bot", id="empty user agent"),
    pytest.param({"User-Agent": "   "}, "bot", id="blank user agent"),
    pytest.param({"User-Agent": None}, "bot", id="no user agent"),
    pytest.param({"Sec-Purpose": "prefetch"}, "prefetch", id="prefetch"),
    pytest.param({"Sec-Purpose": "prefetch;prerender"}, "prefetch", id="prerender"),
    pytest.param(
        {"Sec-Purpose": "prefetch", "Sec-Fetch-Dest": "document"},
        "prefetch",
        id="prefetch of a document",
    ),
    *(
        pytest.param({"Sec-Fetch-Dest": kind}, "embedded", id=f"Sec-Fetch-Dest {kind or 'blank'}")
        for kind in ("image", "iframe", "frame", "empty", "script", "style", "object", "embed")
    ),
]

PEOPLE = [
    pytest.param({}, id="headers missing"),
    pytest.param({"Sec-Fetch-Dest": "document"}, id="a document"),
    pytest.param(
        {
            "Sec-Fetch-Dest": "document",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Site": "cross-site",
        },
        id="from another site",
    ),
    pytest.param({"User-Agent": _CHROME}, id="Chrome on Android"),
    pytest.param({"User-Agent": _SAFARI}, id="Safari on iOS"),
    pytest.param({"User-Agent": FIREFOX.ljust(200, ".") + "Googlebot"}, id="bot after 200"),
]


@pytest.mark.parametrize(("headers", "verdict"), MACHINES)
def test_what_is_no_visit_is_redirected_and_counted_apart(
    tracker: Tracker,
    visit: Visit,
    listen: Listen,
    headers: dict[str, str | None],
    verdict: str,
) -> None:
    """It never gets a cookie, and is stored with its verdict and without a visitor."""
    receivers = listen(tracker)
    url = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11")

    answer = visit(tracker).get(url, headers)

    assert (answer.status, answer.headers["Location"], answer.cookies) == (302, "/p/socks", [])
    (click,) = receivers.clicks
    assert (click.verdict, click.visitor, click.touch.contact) == (verdict, None, "c81")
    (row,) = rows_of(tracker, "clicks")
    assert (row["verdict"], row["visitor"], row["touch_newsletter"]) == (verdict, None, "2026-11")


@pytest.mark.parametrize("headers", PEOPLE)
def test_people_get_a_cookie(
    tracker: Tracker, visit: Visit, listen: Listen, headers: dict[str, str | None]
) -> None:
    """Missing headers are neutral, and only the first 200 characters of a user agent count."""
    receivers = listen(tracker)

    answer = visit(tracker).get(tracker.click_url("/p/socks", contact="c81"), headers)

    assert len(answer.cookies) == 1
    (click,) = receivers.clicks
    assert click.verdict == "valid"
    assert click.visitor is not None


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"User-Agent": ""}, id="bot"),
        pytest.param({"Sec-Purpose": "prefetch"}, id="prefetch"),
        pytest.param({"Sec-Fetch-Dest": "image"}, id="stuffed image"),
    ],
)
def test_what_is_no_visit_takes_no_credit(
    tracker: Tracker, visit: Visit, listen: Listen, headers: dict[str, str]
) -> None:
    """A cookie that is there stays as it is: the click before is still the last one."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", newsletter="2026-11"))
    before = dict(visitor.cookies)

    visitor.get(tracker.click_url("/p/hat", newsletter="stuffed"), headers)
    visitor.get("/salestrack/target/1/?st_revenue=5")

    assert visitor.cookies == before
    (recorded,) = receivers.recorded
    assert recorded.touch is not None
    assert recorded.touch.newsletter == "2026-11"
