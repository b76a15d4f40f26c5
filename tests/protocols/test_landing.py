"""Landing mode: any page of the host asked for with ``?st_token=<token>``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import Browser
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import Conversion, Touch, Tracker, Visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def _link(tracker: Tracker, destination: str = "/p/socks", name: str = "2026-11") -> str:
    return tracker.click_url(destination, contact="c81", newsletter=name, landing=True)


def _token(tracker: Tracker) -> str:
    return _link(tracker).partition("st_token=")[2]


def test_the_page_itself_sets_the_cookie(
    tracker: Tracker, serve: Serve, visit: Visit, listen: Listen
) -> None:
    """Status, body and the host's own headers are those that it has without us."""
    receivers = listen(tracker)
    link = _link(tracker, "/p/socks?size=42")

    alone = Browser(serve(page)).get(link)
    landed = visit(tracker).get(link)

    own, (ours,) = landed.cookies[:-1], landed.cookies[-1:]
    assert own == alone.cookies
    assert ours.startswith("salestrack=")
    assert (landed.status, landed.body) == (alone.status, alone.body)
    assert _without_our_cookie(landed.headers.items()) == _without_our_cookie(alone.headers.items())
    (click,) = receivers.clicks
    assert click.touch == Touch(at=NOON, contact="c81", newsletter="2026-11")
    assert (click.verdict, click.destination) == ("valid", "/p/socks?size=42")
    assert len(rows_of(tracker, "clicks")) == 1


def _without_our_cookie(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in headers
        if name != "Date" and not value.startswith("salestrack=")
    ]


def test_the_visitor_is_known_within_that_very_request(tracker: Tracker, visit: Visit) -> None:
    """The page can greet them, and sell, before the browser has the cookie."""
    seen: list[Visitor | None] = []

    def host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(tracker.visitor(environ))
        tracker.record(Conversion(reference="1"), environ=environ)
        later = tracker.record(Conversion(reference="2"), token=tracker.attribution_token(environ))
        assert later.touch is not None
        return page(environ, start_response)

    visit(tracker, host).get(_link(tracker))

    (visitor,) = seen
    assert visitor is not None
    assert visitor.touch == Touch(at=NOON, contact="c81", newsletter="2026-11")
    rows = rows_of(tracker, "conversions")
    assert [row["touch_contact"] for row in rows] == ["c81", "c81"]
    assert {row["visitor"] for row in rows} == {visitor.id}


def test_a_known_visitor_keeps_the_id(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """A landing link and a click are the same visitor's, and the last one counts."""
    receivers = listen(tracker)
    visitor = visit(tracker)

    visitor.get(tracker.click_url("/p/socks", newsletter="2026-10"))
    visitor.get(_link(tracker, name="2026-11"))
    visitor.get("/salestrack/target/1/")

    first, second = receivers.clicks
    assert first.visitor == second.visitor
    (recorded,) = receivers.recorded
    assert recorded.touch == second.touch


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_only_get_lands(tracker: Tracker, visit: Visit, listen: Listen, method: str) -> None:
    """Another method is the host's alone."""
    receivers = listen(tracker)

    answer = visit(tracker).send(method, _link(tracker))

    assert (answer.status, answer.cookies) == (200, ["cart=7; Path=/"])
    assert receivers.calls == []
    assert row_counts(tracker)["clicks"] == 0


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        pytest.param({"User-Agent": ""}, "bot", id="bot"),
        pytest.param({"Sec-Purpose": "prefetch"}, "prefetch", id="prefetch"),
        pytest.param({"Sec-Fetch-Dest": "iframe"}, "embedded", id="hidden frame"),
        pytest.param({"Sec-GPC": "1"}, "refused", id="consent refused"),
    ],
)
def test_what_is_no_visit_sets_no_cookie(
    tracker: Tracker, visit: Visit, headers: dict[str, str], verdict: str
) -> None:
    """It gets the page and is stored with its verdict, as a redirected click is."""
    answer = visit(tracker).get(_link(tracker), headers)

    assert (answer.status, answer.cookies) == (200, ["cart=7; Path=/"])
    assert [row["verdict"] for row in rows_of(tracker, "clicks")] == [verdict]


def test_without_consent_a_cookie_that_is_there_is_deleted(tracker: Tracker, visit: Visit) -> None:
    """On the page's own response, too."""
    visitor = visit(tracker)
    visitor.get(_link(tracker))

    answer = visitor.get(_link(tracker), {"Sec-GPC": "1"})

    assert answer.cookies[0] == "cart=7; Path=/"
    assert answer.cookies[1].startswith("salestrack=; Max-Age=0; ")


def test_where_https_is_required_a_page_over_http_sets_no_cookie(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """The page is served, and the hit rejected."""
    tracker = make_tracker(require_https=True)
    receivers = listen(tracker)

    answer = visit(tracker).get(_link(tracker))

    assert (answer.status, answer.cookies) == (200, ["cart=7; Path=/"])
    assert [protocol for protocol, _ in receivers.rejected] == ["click"]
    assert receivers.clicks == []
