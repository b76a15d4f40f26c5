"""The affiliate network's form: after logging, on to the shop's own page that says thank you."""

from __future__ import annotations

import socket

import pytest

from tests.support.affiliate import PATH, assert_rejected
from tests.support.browser import Answer
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker
from wsgi_salestrack.stores.sqlite import SQLiteStore

_FORM = b"amount=39.95&id=110001"
_PLAIN = "/salestrack/ts/l/banner/c/plain"
_THANKS = "https://shop.example/thanks?from=form#top"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with a page of its own for one tracking code, and none for another."""
    return make_tracker(tracking_codes={"socks": {"thank_you_url": _THANKS}, "plain": {}})


def assert_led_on(answer: Answer, location: str = _THANKS) -> None:
    """A redirect that the browser follows by GET, and no cache keeps."""
    assert (answer.status, answer.body) == (303, b"")
    assert answer.headers["Location"] == location
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.error is None


def assert_thanked(answer: Answer) -> None:
    """A small page that says so, runs nothing, and is kept by no cache."""
    assert answer.status == 200
    assert "Thank you" in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.error is None


@pytest.mark.parametrize(
    ("query", "body"),
    [
        pytest.param("", _FORM, id="[doc] form"),
        pytest.param("", b"id=110001;amount=%2439%2E95", id="semicolon"),
        pytest.param("", _FORM + b"\r\n", id="ending in a line break"),
        pytest.param("?id=110001", b"amount=39.95", id="in query and form"),
        pytest.param("?id=110001;amount=39.95", b"", id="all in the query"),
        pytest.param("?utm_source=mail", _FORM, id="somebody else's query"),
    ],
)
def test_a_form_is_recorded_and_leads_on(
    tracker: Tracker, visit: Visit, listen: Listen, query: str, body: bytes
) -> None:
    """[doc] "Redirection URL to your Thank You page in tracking code settings"."""
    receivers = listen(tracker)

    assert_led_on(visit(tracker).post(PATH + query, body))

    (row,) = rows_of(tracker, "conversions")
    assert (row["source"], row["reference"], row["revenue"]) == ("affiliate", "110001", 3995)
    assert receivers.rejected == []


def test_without_a_page_of_the_shops_ours_says_thank_you(tracker: Tracker, visit: Visit) -> None:
    """The sale is recorded, and the reload of the page counts nothing more."""
    for _ in range(2):
        assert_thanked(visit(tracker).post(_PLAIN, _FORM))

    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize("url", ["/thanks", "https://elsewhere.example/a%20b?c=d;e"])
def test_the_redirect_goes_out_as_configured(
    make_tracker: MakeTracker, serve: Serve, visit: Visit, url: str
) -> None:
    """Never with a prefix of ours, and with ``base_url`` neither."""
    tracker = make_tracker(
        tracking_codes={"socks": {"thank_you_url": url}}, base_url="https://shop.example/mount"
    )

    assert_led_on(visit(tracker).post(PATH, _FORM), url)


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLencoded ;charset=utf-8",
        "text/plain;charset=UTF-8",
    ],
)
def test_a_form_may_be_announced_so(tracker: Tracker, visit: Visit, media_type: str | None) -> None:
    """[ours] As browsers and curl write it; a beacon, or nothing, is taken for a form too."""
    visit(tracker).send("POST", PATH, {"Content-Type": media_type}, _FORM)

    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize(
    ("query", "body", "media_type", "names"),
    [
        pytest.param("", b"", None, "amount is required", id="empty"),
        pytest.param("", b"id=7", None, "amount is required", id="no amount"),
        pytest.param("", b"amount=\xff", None, "amount is not UTF-8", id="latin-1"),
        pytest.param("", b"amount=1e5", None, "amount is not a plain", id="exponent"),
        pytest.param("", b"\x00" * 100, None, "amount is required", id="zeros"),
        pytest.param("?id=1", _FORM, None, "id is given twice", id="id in both"),
        pytest.param("?amount=1", _FORM, None, "amount is given twice", id="amount in both"),
        pytest.param("", _FORM + b"&x=" + b"y" * 65536, None, "64 KiB", id="long"),
        pytest.param("", _FORM + b";x" * 500, None, "500 parameters", id="many parameters"),
        pytest.param("", _FORM + b"&x=" + b"y" * 1024 * 1024, None, "1 MiB", id="very long"),
        pytest.param("", _FORM, "application/json", "the body is not", id="JSON"),
        pytest.param("", _FORM, "multipart/form-data; boundary=x", "the body is not", id="parts"),
    ],
)
def test_a_rejected_form_leads_on_all_the_same(
    tracker: Tracker,
    visit: Visit,
    listen: Listen,
    *,
    query: str,
    body: bytes,
    media_type: str | None,
    names: str,
) -> None:
    """The buyer is never stranded; the reason goes to ``hit_rejected``."""
    receivers = listen(tracker)
    headers = {} if media_type is None else {"Content-Type": media_type}

    assert_led_on(visit(tracker).post(PATH + query, body, headers))

    assert_rejected(receivers, tracker, names)


@pytest.mark.parametrize("code", ["other", "", "%FF", "x" * 5000])
def test_a_form_with_an_unknown_code_says_thank_you(
    tracker: Tracker, visit: Visit, listen: Listen, code: str
) -> None:
    """Nobody knows where else to lead the buyer."""
    receivers = listen(tracker)

    assert_thanked(visit(tracker).post(f"/salestrack/ts/l/banner/c/{code}", _FORM))

    assert_rejected(receivers, tracker, "unknown tracking code")


def test_when_the_store_fails_the_form_leads_on(
    tracker: Tracker, visit: Visit, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receivers are told that the sale is not there."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    monkeypatch.setattr(SQLiteStore, "record", lambda *_: 1 / 0)

    assert_led_on(visitor.post(PATH, _FORM))
    assert_thanked(visitor.post(_PLAIN, _FORM))

    assert receivers.rejected == [("affiliate", "not recorded: internal error")] * 2


def test_a_visitor_who_refuses_has_the_cookie_deleted(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """By whichever way the sale comes; it is recorded, and credited to nobody."""
    tracker = make_tracker(tracking_codes={"socks": {"thank_you_url": _THANKS}, "plain": {}})
    refuses = {"Sec-GPC": "1"}
    for path in (PATH, _PLAIN):
        visitor = visit(tracker)
        visitor.get(tracker.click_url("/p/socks", publisher="mary"))
        assert visitor.cookies

        visitor.post(path, _FORM, refuses)

        assert not visitor.cookies
    rows = rows_of(tracker, "conversions")
    assert [row["referral_publisher"] for row in rows] == [None, None]


def test_a_form_that_breaks_off_is_refused(tracker: Tracker, serve: Serve, listen: Listen) -> None:
    """Half an amount would be an amount too."""
    receivers = listen(tracker)
    port = serve(SalesTrackMiddleware(page, tracker))

    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: shop.example\r\n".encode()
            + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\r\n"
            + b"amount=39"
        )
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()

    assert b" 303 See Other\r\n" in answer
    assert_rejected(receivers, tracker, "the body ends too early")
