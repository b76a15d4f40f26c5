"""Splio's hits that are refused: silent on the wire, a reason for log and signal, no record."""

from __future__ import annotations

import logging
import socket

import pytest
from werkzeug.test import Client

from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from tests.support.splio import assert_refused, assert_silent
from wsgi_salestrack import SalesTrackMiddleware, Tracker
from wsgi_salestrack.stores.sqlite import SQLiteStore

_UNIVERSE = "universe"
_AMOUNT = "amount"
_ID = "id"

REFUSED = [
    # Universe
    pytest.param("", _UNIVERSE, id="nothing"),
    pytest.param("amount=5&id=7", _UNIVERSE, id="universe missing"),
    pytest.param("universe=&amount=5", _UNIVERSE, id="universe empty"),
    pytest.param("universe&amount=5", _UNIVERSE, id="universe without equals"),
    pytest.param("universe=other&amount=5", _UNIVERSE, id="universe not configured"),
    pytest.param("universe=U&amount=5", _UNIVERSE, id="universe in another case"),
    pytest.param("universe=u+&amount=5", _UNIVERSE, id="universe before a space"),
    pytest.param("universe=u%00&amount=5", _UNIVERSE, id="universe with NUL"),
    pytest.param("universe=%FF&amount=5", _UNIVERSE, id="universe not UTF-8"),
    pytest.param(f"universe={'u' * 5000}&amount=5", _UNIVERSE, id="universe too long"),
    pytest.param("universe=u&amount=5&universe=u", _UNIVERSE, id="universe twice"),
    pytest.param("Universe=u&amount=5", _UNIVERSE, id="universe's name in another case"),
    # Amount
    pytest.param("universe=u", _AMOUNT, id="amount missing"),
    pytest.param("universe=u&amount=", _AMOUNT, id="amount empty"),
    pytest.param("universe=u&amount", _AMOUNT, id="amount without equals"),
    pytest.param("universe=u&amount=5&amount=5", _AMOUNT, id="amount twice"),
    pytest.param("universe=u&amount=5&%61mount=6", _AMOUNT, id="amount twice, once encoded"),
    pytest.param("universe=u&amount=five", _AMOUNT, id="amount in words"),
    pytest.param("universe=u&amount=$5", _AMOUNT, id="amount with a currency symbol"),
    pytest.param("universe=u&amount=5%E2%82%AC", _AMOUNT, id="amount with a euro sign"),
    pytest.param("universe=u&amount=5EUR", _AMOUNT, id="amount with a currency"),
    pytest.param("universe=u&amount=1%20000", _AMOUNT, id="amount with a space"),
    pytest.param("universe=u&amount=1%C2%A0000", _AMOUNT, id="amount with a no-break space"),
    pytest.param("universe=u&amount=+5", _AMOUNT, id="amount after a space"),
    pytest.param("universe=u&amount=5%0A", _AMOUNT, id="amount before a line break"),
    pytest.param("universe=u&amount=1,000.00", _AMOUNT, id="comma and dot"),
    pytest.param("universe=u&amount=1.000,00", _AMOUNT, id="dot and comma"),
    pytest.param("universe=u&amount=1,000,000", _AMOUNT, id="two commas"),
    pytest.param("universe=u&amount=1.000.000", _AMOUNT, id="two dots"),
    pytest.param("universe=u&amount=1,,5", _AMOUNT, id="two commas in a row"),
    pytest.param("universe=u&amount=1'000", _AMOUNT, id="apostrophe"),
    pytest.param("universe=u&amount=1_000", _AMOUNT, id="underscore"),
    pytest.param("universe=u&amount=5.", _AMOUNT, id="ending in a dot"),
    pytest.param("universe=u&amount=,5", _AMOUNT, id="beginning with a comma"),
    pytest.param("universe=u&amount=,", _AMOUNT, id="only a comma"),
    pytest.param("universe=u&amount=-5", _AMOUNT, id="negative"),
    pytest.param("universe=u&amount=%2B5", _AMOUNT, id="plus sign"),
    pytest.param("universe=u&amount=1e3", _AMOUNT, id="exponent"),
    pytest.param("universe=u&amount=NaN", _AMOUNT, id="NaN"),
    pytest.param("universe=u&amount=Infinity", _AMOUNT, id="infinite"),
    pytest.param("universe=u&amount=0x10", _AMOUNT, id="hexadecimal"),
    pytest.param("universe=u&amount=%D9%A4%D9%A9", _AMOUNT, id="Arabic digits"),
    pytest.param("universe=u&amount=5%D9%AB5", _AMOUNT, id="Arabic decimal separator"),
    pytest.param("universe=u&amount=5%EF%BC%8C5", _AMOUNT, id="full-width comma"),
    pytest.param("universe=u&amount=%EF%BC%95", _AMOUNT, id="full-width digit"),
    pytest.param("universe=u&amount=5%00", _AMOUNT, id="amount with NUL"),
    pytest.param("universe=u&amount=%FF", _AMOUNT, id="amount not UTF-8"),
    pytest.param("universe=u&amount=5,001", _AMOUNT, id="third decimal"),
    pytest.param("universe=u&amount=100000000", _AMOUNT, id="too large"),
    pytest.param("universe=u&amount=99999999,991", _AMOUNT, id="larger by a fraction"),
    pytest.param(f"universe=u&amount={'9' * 5000}", _AMOUNT, id="5000 digits"),
    # Id
    pytest.param("universe=u&amount=5&id=7&id=7", _ID, id="id twice"),
    pytest.param("universe=u&amount=5&id=&id=7", _ID, id="id twice, once empty"),
    pytest.param("universe=u&amount=5&id=%FF", _ID, id="id not UTF-8"),
    pytest.param("universe=u&amount=5&id=%ED%A0%80", _ID, id="id a surrogate"),
    pytest.param("universe=u&amount=5&id=a%00b", _ID, id="id with NUL"),
    pytest.param(f"universe=u&amount=5&id={'x' * 256}", _ID, id="id of 256"),
]


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with one universe."""
    return make_tracker(universes=["u"])


@pytest.mark.parametrize(("query", "names"), REFUSED)
def test_a_wrong_value_is_refused_silently(
    tracker: Tracker, visit: Visit, listen: Listen, query: str, names: str
) -> None:
    """[doc] "Only the image is returned"; the reason names the field to who listens."""
    receivers = listen(tracker)

    answer = visit(tracker, https=True).get(f"/salestrack/sales.php?{query}")

    assert_refused(answer, receivers, tracker, names)


@pytest.mark.parametrize("name", ["universe=u&amount", "amount=5&universe"])
@pytest.mark.parametrize("value", ["sent-by-the-visitor", "%3Cscript%3E", "x%0D%0ASet-Cookie: a=b"])
def test_the_reason_never_repeats_the_input(
    tracker: Tracker, visit: Visit, listen: Listen, name: str, value: str
) -> None:
    """It goes into logs, and the phrase in it is ours."""
    receivers = listen(tracker)

    visit(tracker, https=True).get(f"/salestrack/sales.php?{name}={value.replace(' ', '+')}")

    ((_, reason),) = receivers.rejected
    assert not {"visitor", "script", "x", "Cookie"} & {*reason.replace("-", " ").split()}


def test_the_reason_is_in_the_log(
    tracker: Tracker, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """The one place to look, where no receiver is connected."""
    caplog.set_level(logging.INFO, logger="salestrack")

    visit(tracker, https=True).get("/salestrack/sales.php?universe=other&amount=5")

    assert caplog.messages == ["splio hit rejected: unknown universe"]


def test_a_hit_over_http_is_refused(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """[doc] "All requests have to use the https protocol"."""
    receivers = listen(tracker)

    answer = visit(tracker).get("/salestrack/sales.php?universe=u&amount=5")

    assert_refused(answer, receivers, tracker, "https")


@pytest.mark.parametrize(
    ("require_https", "sales"), [(False, 2), (True, 1), (None, 1)], ids=["no", "yes", "default"]
)
def test_for_development_http_may_be_allowed(
    make_tracker: MakeTracker, visit: Visit, *, require_https: bool | None, sales: int
) -> None:
    """``require_https=False``; https counts whatever is configured."""
    tracker = make_tracker(universes=["u"], require_https=require_https)

    for https in (True, False):
        assert_silent(visit(tracker, https=https).get("/salestrack/sales.php?universe=u&amount=5"))

    assert row_counts(tracker)["conversions"] == sales


def test_when_the_store_fails_the_pixel_is_as_silent(
    tracker: Tracker, visit: Visit, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[doc] No status code; receivers are told that the sale is not there."""
    receivers = listen(tracker)
    visitor = visit(tracker, https=True)
    monkeypatch.setattr(SQLiteStore, "record", lambda *_: 1 / 0)

    assert_silent(visitor.get("/salestrack/sales.php?universe=u&amount=5"))

    assert receivers.rejected == [("splio", "not recorded: internal error")]


def test_a_form_that_breaks_off_is_refused(tracker: Tracker, serve: Serve, listen: Listen) -> None:
    """Half an amount would be an amount too."""
    receivers = listen(tracker)
    port = serve(SalesTrackMiddleware(page, tracker), https=True)

    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(
            b"POST /salestrack/sales.php HTTP/1.1\r\nHost: shop.example\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 24\r\n\r\n"
            b"universe=u&amount=199"
        )
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()

    assert b" 200 OK\r\n" in answer
    assert receivers.rejected == [("splio", "the body ends too early")]
    assert rows_of(tracker, "conversions") == []


def test_a_query_string_beyond_64_kib_is_not_parsed(tracker: Tracker, listen: Listen) -> None:
    """At 64 KiB it still counts; in process, since the test server's own limit is lower."""
    receivers = listen(tracker)
    client = Client(SalesTrackMiddleware(page, tracker))
    filler = "universe=u&amount=5&x="

    for length in (64 * 1024, 64 * 1024 + 1):
        address = f"/salestrack/sales.php?{filler.ljust(length, 'y')}"
        assert "ST-Error" not in client.get(address, base_url="https://shop.example").headers

    ((_, reason),) = receivers.rejected
    assert "64 KiB" in reason
    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize(
    "keys",
    [{"universes": []}, {"universes": ["u"], "protocols": ["click", "target"]}],
    ids=["no universe", "switched off"],
)
def test_where_it_is_not_configured_the_path_is_the_hosts(
    make_tracker: MakeTracker, visit: Visit, keys: dict[str, list[str]]
) -> None:
    """A shop may have a ``/sales.php`` of its own."""
    answer = visit(make_tracker(url_prefix="", **keys), https=True).get("/sales.php?universe=u")

    assert answer.text == "the shop|GET|/sales.php|universe=u"


@pytest.mark.parametrize(
    "path", ["/sales_php", "/salesXphp", "/sales.php/x", "/sales", "/a/sales.php"]
)
def test_paths_beside_it_are_the_hosts(make_tracker: MakeTracker, visit: Visit, path: str) -> None:
    """Also with an empty prefix."""
    tracker = make_tracker(url_prefix="", universes=["u"])

    answer = visit(tracker, https=True).get(path)

    assert answer.text == f"the shop|GET|{path}|"
