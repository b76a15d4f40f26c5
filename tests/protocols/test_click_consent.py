"""Consent refused: no cookie and no person, while the redirect and the sale still work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import Browser
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import rows_of
from tests.support.shop import SECRET, MakeTracker, Visit
from wsgi_salestrack import Config, Conversion, Touch, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_NAMES: dict[str, Any] = {
    "contact": "c81",
    "subscription": "s7",
    "list": "main",
    "newsletter": "2026-11",
    "link": "hero",
    "publisher": "p3",
}


def _agreed(environ: WSGIEnvironment) -> bool:
    return "agreed=yes" in environ.get("HTTP_COOKIE", "")


def _broken(_environ: WSGIEnvironment) -> bool:
    raise LookupError("the shop's own consent failed")


REFUSALS = [
    pytest.param({"consent": _agreed}, {}, id="callable says no"),
    pytest.param({"consent": _broken}, {}, id="callable raises"),
    pytest.param({}, {"Sec-GPC": "1"}, id="Sec-GPC"),
    pytest.param({}, {"DNT": "1"}, id="DNT"),
    pytest.param({"consent": lambda environ: True}, {"Sec-GPC": "1"}, id="Sec-GPC despite consent"),
]


def _known(tracker: Tracker, visit: Visit) -> Browser:
    """A visitor with a cookie from the time before they refused."""
    before = Tracker(Config(secret_keys=[SECRET], database=None))
    visitor = visit(before)
    visitor.get(before.click_url("/", contact="c80", newsletter="2026-10"))
    returning = visit(tracker)
    returning.cookies = dict(visitor.cookies)
    return returning


@pytest.mark.parametrize(("keys", "headers"), REFUSALS)
def test_a_click_without_consent_counts_without_a_person(
    make_tracker: MakeTracker,
    visit: Visit,
    listen: Listen,
    keys: Mapping[str, Any],
    headers: Mapping[str, str],
) -> None:
    """Redirected, no cookie; stored for newsletter, link and publisher only."""
    tracker = make_tracker(**keys)
    receivers = listen(tracker)

    answer = visit(tracker).get(tracker.click_url("/p/socks", **_NAMES), headers)

    assert (answer.status, answer.headers["Location"], answer.cookies) == (302, "/p/socks", [])
    (click,) = receivers.clicks
    assert click.touch == Touch(at=NOON, newsletter="2026-11", link="hero", publisher="p3")
    assert (click.verdict, click.visitor) == ("refused", None)
    (row,) = rows_of(tracker, "clicks")
    kept = {name for name in _NAMES if row[f"touch_{name}"] is not None}
    assert kept == {"newsletter", "link", "publisher"}
    assert (row["verdict"], row["visitor"]) == ("refused", None)


@pytest.mark.parametrize("by", ["newsletter", "link", "publisher"])
def test_reports_count_a_click_without_consent(tracker: Tracker, visit: Visit, by: str) -> None:
    """Beside one with it, but as no visitor; and the same from kept totals."""
    url = tracker.click_url("/p/socks", **_NAMES)
    for headers in ({}, {"Sec-GPC": "1"}):
        visit(tracker).get(url, headers)

    before = tracker.report(by).clicked
    tracker.store.recount()

    assert [(row.clicks, row.visitors) for row in before] == [(2, 1)]
    assert tracker.report(by).clicked == before
    assert tracker.report("contact").clicked[0].clicks == 1


@pytest.mark.parametrize(("keys", "headers"), REFUSALS)
def test_a_cookie_that_is_there_is_deleted(
    make_tracker: MakeTracker, visit: Visit, keys: Mapping[str, Any], headers: Mapping[str, str]
) -> None:
    """With the same name, path and flags, or browsers would keep it."""
    tracker = make_tracker(**keys)
    visitor = _known(tracker, visit)

    (line,) = visitor.get(tracker.click_url("/p/socks", **_NAMES), headers).cookies

    pair, *attributes = line.split("; ")
    assert pair == "salestrack="
    assert set(attributes) == {"Max-Age=0", "Path=/", "HttpOnly", "SameSite=Lax"}
    assert visitor.cookies == {}


@pytest.mark.parametrize(("keys", "headers"), REFUSALS)
def test_a_sale_without_consent_is_recorded_and_credited_to_nobody(
    make_tracker: MakeTracker,
    visit: Visit,
    listen: Listen,
    keys: Mapping[str, Any],
    headers: Mapping[str, str],
) -> None:
    """The cookie is not read, though it is there, and the pixel deletes it."""
    tracker = make_tracker(**keys)
    receivers = listen(tracker)
    visitor = _known(tracker, visit)

    pixel = visitor.get("/salestrack/target/1/?st_revenue=49.95&st_reference=7", headers)

    assert pixel.error is None
    assert visitor.cookies == {}
    (recorded,) = receivers.recorded
    assert (recorded.touch, recorded.referral) == (None, None)
    (row,) = rows_of(tracker, "conversions")
    assert (row["revenue"], row["visitor"], row["touch_contact"]) == (4995, None, None)


@pytest.mark.parametrize(("keys", "headers"), REFUSALS)
def test_in_process_nobody_is_known_without_consent(
    make_tracker: MakeTracker, visit: Visit, keys: Mapping[str, Any], headers: Mapping[str, str]
) -> None:
    """visitor(), attribution_token() and record() read no cookie either."""
    tracker = make_tracker(**keys)
    environ = _known(tracker, visit).environ
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}

    recorded = tracker.record(Conversion(reference="7"), environ=environ)

    assert tracker.visitor(environ) is None
    assert tracker.attribution_token(environ) == ""
    assert (recorded.outcome, recorded.touch) == ("recorded", None)


def test_a_new_visitor_who_refuses_is_sent_no_cookie_line_at_all(
    tracker: Tracker, visit: Visit
) -> None:
    """There is nothing to delete."""
    visitor = visit(tracker)

    click = visitor.get(tracker.click_url("/p/socks", **_NAMES), {"Sec-GPC": "1"})
    pixel = visitor.get("/salestrack/target/1/", {"Sec-GPC": "1"})

    assert (click.cookies, pixel.cookies) == ([], [])


def test_over_https_the_prefixed_cookie_is_deleted(tracker: Tracker, visit: Visit) -> None:
    """A deletion without Secure would be refused by the browser."""
    visitor = visit(tracker, https=True)
    visitor.get(tracker.click_url("/p/socks", **_NAMES))

    (line,) = visitor.get(tracker.click_url("/p/hat", **_NAMES), {"DNT": "1"}).cookies

    assert line.startswith("__Host-salestrack=; ")
    assert set(line.split("; ")[1:]) == {
        "Max-Age=0",
        "Path=/",
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
    }


@pytest.mark.parametrize(
    ("keys", "headers"),
    [
        pytest.param({"honor_gpc": False}, {"Sec-GPC": "1", "DNT": "1"}, id="signals not honoured"),
        pytest.param({}, {"Sec-GPC": "0", "DNT": "0"}, id="signals switched off"),
        pytest.param({"consent": _agreed}, {"Cookie": "agreed=yes"}, id="callable says yes"),
    ],
)
def test_with_consent_the_cookie_is_set(
    make_tracker: MakeTracker, visit: Visit, keys: Mapping[str, Any], headers: Mapping[str, str]
) -> None:
    """Who agreed, or was not asked, is known from then on."""
    tracker = make_tracker(**keys)
    visitor = visit(tracker)

    visitor.get(tracker.click_url("/p/socks", **_NAMES), headers)

    assert "salestrack" in visitor.cookies
    assert [row["verdict"] for row in rows_of(tracker, "clicks")] == ["valid"]


def test_a_machine_without_consent_is_a_machine_without_a_name(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """The verdict stays; no contact is stored with it."""
    receivers = listen(tracker)
    headers = {"User-Agent": "", "Sec-GPC": "1"}

    visit(tracker).get(tracker.click_url("/p/socks", **_NAMES), headers)

    (click,) = receivers.clicks
    assert (click.verdict, click.visitor, click.touch.contact) == ("bot", None, None)


@pytest.mark.parametrize(
    ("keys", "token"),
    [
        pytest.param({}, "of-an-old-key", id="a link that does not open"),
        pytest.param({"require_https": True}, None, id="a link by http"),
    ],
)
def test_a_link_that_is_refused_deletes_the_cookie_as_well(
    make_tracker: MakeTracker, visit: Visit, keys: Mapping[str, Any], token: str | None
) -> None:
    tracker = make_tracker(**keys)
    link = tracker.click_url("/p/socks", newsletter="2026-11")
    path = link if token is None else f"/salestrack/r/{token}"

    answer = _known(tracker, visit).get(path, {"Sec-GPC": "1"})

    assert answer.status == 302
    (cookie,) = answer.cookies
    assert "Max-Age=0" in cookie
    assert _known(tracker, visit).get(path).cookies == []
