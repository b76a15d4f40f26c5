"""No IP address and no user agent is stored, by whichever way a hit came."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.dialects.bad_values import MISSING
from tests.dialects.fields import DIALECTS
from tests.dialects.hosts import Host, visited
from tests.dialects.hosts import make_tracker as make_host_tracker
from tests.privacy.canary import files_with
from tests.support.dialects import InProcess, Request
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker, page
from wsgi_salestrack import Conversion, Money, SalesTrackMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ADDRESS, PROXIED, SIXTH = "203.0.113.77", "198.51.100.88", "2001:db8::c0ff:ee11"
AGENT = "Canarybrowser/77.1 (Amiga; rv:4711)"
HEADERS = {
    "X-Forwarded-For": f"{PROXIED}, {SIXTH}",
    "X-Real-IP": PROXIED,
    "Forwarded": f'for="[{SIXTH}]"',
    "Referer": f"https://canary.example/{ADDRESS}",
    "Accept-Language": "canary",
}
# As text, and as the bytes of the address.
NEEDLES = (
    *(each.encode() for each in (ADDRESS, PROXIED, SIXTH, "canary", "Amiga")),
    bytes(map(int, ADDRESS.split("."))),
    bytes(map(int, PROXIED.split("."))),
)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """Takes every dialect."""
    folder = tmp_path / "store"
    folder.mkdir()
    tracker = make_host_tracker(folder / "sales.db")
    yield visited(tracker)
    tracker.close()


def environ_of(host: Host, request: Request, agent: str = AGENT) -> WSGIEnvironment:
    """With addresses and a user agent that nobody else has, and the visitor's cookie."""
    path, _, query = request.target.partition("?")
    body = None if request.body is None else request.body.replace(b"TOKEN", host.token.encode())
    own = {"User-Agent": agent, "Cookie": host.visitor.environ["HTTP_COOKIE"]}
    builder = EnvironBuilder(
        path=path,
        query_string=query,
        method="GET" if body is None else "POST",
        data=body,
        headers=Headers([*HEADERS.items(), *own.items(), *request.headers.items()]),
        environ_base={"REMOTE_ADDR": ADDRESS, "REMOTE_HOST": "canary.example"},
    )
    return builder.get_environ()


def test_no_address_and_no_user_agent_is_stored(host: Host, tmp_path: Path) -> None:
    """Neither of hits that are recorded nor of those that are refused."""
    application = SalesTrackMiddleware(page, host.tracker)
    snippet = str(host.tracker.order_snippet("k1", "77"))
    link = host.tracker.click_url("/p/socks", contact="c81", newsletter="2026-11", link="hero")
    landing = host.tracker.click_url("/p/socks", newsletter="2026-11", landing=True)
    requests = [
        Request(link),
        Request(landing),
        Request(snippet.partition('src="')[2].partition('"')[0]),
        *(dialect.saying() for dialect in DIALECTS.values()),
        *(dialect.saying(next(iter(dialect.bad)), MISSING) for dialect in DIALECTS.values()),
    ]
    for request in requests:
        for agent in (AGENT, f"Googlebot/2.1 {AGENT}"):
            run_wsgi_app(application, environ_of(host, request, agent))
    sale = Conversion(reference="7", revenue=Money("1", "USD"))
    host.tracker.record(sale, environ=environ_of(host, Request("/thanks")))

    assert files_with(tmp_path / "store", *NEEDLES) == {}
    assert {row["verdict"] for row in rows_of(host.tracker, "clicks")} == {"valid", "bot"}
    counts = {name: len(rows_of(host.tracker, name)) for name in ("clicks", "conversions", "hits")}
    assert counts["clicks"] == 5
    assert counts["conversions"] > 4
    assert counts["hits"] > len(DIALECTS)
    assert rows_of(host.tracker, "claims")


def test_the_search_would_find_them(tmp_path: Path, make_tracker: MakeTracker) -> None:
    """In a store that did keep them."""
    tracker = make_tracker()
    tracker.record(Conversion(reference=f"{ADDRESS} {AGENT}", revenue=Money("1", "USD")))

    assert files_with(tmp_path, NEEDLES[0])
    assert files_with(tmp_path, b"amiga")


def test_without_consent_no_address_says_who_it_was(make_tracker: MakeTracker) -> None:
    """Not even the link's own destination: mails may have it in the query."""
    tracker = make_tracker(consent=lambda _environ: False)
    visitor = InProcess(SalesTrackMiddleware(page, tracker))
    link = tracker.click_url(
        "/p/socks?mail=c81@shop.example#c81", contact="c81", newsletter="n", roi_param="roi_data"
    )

    answer = visitor.get(link)

    (click,) = rows_of(tracker, "clicks")
    assert (click["destination"], click["touch_newsletter"]) == ("/p/socks", "n")
    assert "mail=c81@shop.example" in (answer.headers["Location"] or "")
