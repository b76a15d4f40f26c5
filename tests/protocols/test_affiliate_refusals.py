"""The affiliate pixel's hits that are refused: ``ST-Error`` names the field, no record."""

from __future__ import annotations

import logging

import pytest
from werkzeug.test import Client

from tests.support.affiliate import PATH, assert_acknowledged, assert_pixel, assert_refused
from tests.support.receivers import Listen
from tests.support.rows import row_counts
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker
from wsgi_salestrack.stores.sqlite import SQLiteStore

_AMOUNT = "amount "
_ID = "id "

REFUSED = [
    # Amount
    pytest.param("", "amount is required", id="nothing"),
    pytest.param("id=7", "amount is required", id="amount missing"),
    pytest.param("Amount=5", "amount is required", id="amount's name in another case"),
    pytest.param("id=7%3Bamount=5", "amount is required", id="an encoded semicolon is data"),
    pytest.param("amount=", _AMOUNT, id="amount empty"),
    pytest.param("amount", _AMOUNT, id="amount without equals"),
    pytest.param("amount=5;amount=5", "amount is given twice", id="amount twice"),
    pytest.param("amount=5&%61mount=6", "amount is given twice", id="amount twice, once encoded"),
    pytest.param("amount=1e5", _AMOUNT, id="exponent"),
    pytest.param("amount=NaN", _AMOUNT, id="NaN"),
    pytest.param("amount=Infinity", _AMOUNT, id="infinite"),
    pytest.param("amount=0x10", _AMOUNT, id="hexadecimal"),
    pytest.param("amount=19.95+USD", _AMOUNT, id="a currency in letters"),
    pytest.param("amount=US$19.95", _AMOUNT, id="a dollar with letters"),
    pytest.param("amount=19.95%C3%9F", _AMOUNT, id="a letter beyond ASCII"),
    pytest.param("amount=%E5%85%8319", _AMOUNT, id="an ideograph"),
    pytest.param("amount=-5", _AMOUNT, id="minus"),
    pytest.param("amount=%2B5", _AMOUNT, id="plus"),
    pytest.param("amount=5-", _AMOUNT, id="minus behind"),
    pytest.param("amount=$-5", _AMOUNT, id="minus behind the symbol"),
    pytest.param("amount=(5)", _AMOUNT, id="brackets for a minus"),
    pytest.param("amount=%E2%88%925", _AMOUNT, id="a minus beyond ASCII"),
    pytest.param("amount=%E2%80%935", _AMOUNT, id="a dash"),
    pytest.param("amount=%C2%B15", _AMOUNT, id="plus or minus"),
    pytest.param("amount=1.234.567", _AMOUNT, id="two points"),
    pytest.param("amount=1..5", _AMOUNT, id="two points in a row"),
    pytest.param("amount=5.", _AMOUNT, id="ending in a point"),
    pytest.param("amount=.5", _AMOUNT, id="beginning with a point"),
    pytest.param("amount=.", _AMOUNT, id="only a point"),
    pytest.param("amount=$", _AMOUNT, id="only a symbol"),
    pytest.param("amount=1.230,00", _AMOUNT, id="point and comma"),
    pytest.param("amount=1.230+00", _AMOUNT, id="point and space"),
    pytest.param("amount=%D9%A4%D9%A9", _AMOUNT, id="Arabic digits"),
    pytest.param("amount=%EF%BC%95", _AMOUNT, id="full-width digit"),
    pytest.param("amount=5%C2%B2", _AMOUNT, id="superscript two"),
    pytest.param("amount=5%C2%BD", _AMOUNT, id="a half"),
    pytest.param("amount=5%D9%AB5", _AMOUNT, id="Arabic decimal separator"),
    pytest.param("amount=5%EF%BC%8E5", _AMOUNT, id="full-width point"),
    pytest.param("amount=5%EF%BC%8C5", _AMOUNT, id="full-width comma"),
    pytest.param("amount=5%00", _AMOUNT, id="amount with NUL"),
    pytest.param("amount=5%08", _AMOUNT, id="amount with a control character"),
    pytest.param("amount=%FF", "amount is not UTF-8", id="amount not UTF-8"),
    pytest.param("amount=5.001", _AMOUNT, id="third decimal"),
    pytest.param("amount=100000000", _AMOUNT, id="too large"),
    pytest.param("amount=99999999.991", _AMOUNT, id="larger by a fraction"),
    pytest.param(f"amount={'9' * 5000}", _AMOUNT, id="5000 digits"),
    pytest.param(f"amount=5{',' * 100}", _AMOUNT, id="101 characters"),
    # Id
    pytest.param("amount=5;id=7;id=7", "id is given twice", id="id twice"),
    pytest.param("amount=5;id=;id=7", "id is given twice", id="id twice, once empty"),
    pytest.param(f"amount=5;id={'x' * 26}", _ID, id="id of 26"),
    pytest.param(f"amount=5;id={'x' * 5000}", _ID, id="id of 5000"),
    pytest.param("amount=5;id=%FF", "id is not UTF-8", id="id not UTF-8"),
    pytest.param("amount=5;id=%ED%A0%80", "id is not UTF-8", id="id a surrogate"),
    pytest.param("amount=5;id=a%00b", _ID, id="id with NUL"),
    # All
    pytest.param("amount=5" + ";x" * 501, "500 parameters", id="502 parameters"),
]

# Link, code, and what the reason names.
ADDRESSES = [
    pytest.param("a/c/other", "unknown tracking code", id="code not configured"),
    pytest.param("a/c/", "unknown tracking code", id="code empty"),
    pytest.param("a/c/Socks", "unknown tracking code", id="code in another case"),
    pytest.param("a/c/socks%20", "unknown tracking code", id="code before a space"),
    pytest.param("a/c/socks%00", "unknown tracking code", id="code with NUL"),
    pytest.param("a/c/%FF", "unknown tracking code", id="code not UTF-8"),
    pytest.param(f"a/c/{'x' * 5000}", "unknown tracking code", id="code too long"),
    pytest.param("a/c/socks;amount=5", "unknown tracking code", id="parameters without a query"),
    pytest.param("%FF/c/socks", "the link is not UTF-8", id="link not UTF-8"),
    pytest.param("%ED%A0%80/c/socks", "the link is not UTF-8", id="link a surrogate"),
    pytest.param("%00/c/socks", "the link contains a NUL", id="link with NUL"),
    pytest.param("x" * 101 + "/c/socks", "the link is longer", id="link of 101"),
    pytest.param("%C3%A9" * 101 + "/c/socks", "the link is longer", id="link of 101, encoded"),
]


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with one tracking code."""
    return make_tracker(tracking_codes={"socks": {}})


@pytest.mark.parametrize(("query", "names"), REFUSED)
def test_a_wrong_value_is_refused_by_name(
    tracker: Tracker, visit: Visit, listen: Listen, query: str, names: str
) -> None:
    """On the wire, to receivers and in the log."""
    receivers = listen(tracker)

    assert_refused(visit(tracker).get(f"{PATH}?{query}"), receivers, tracker, names)


@pytest.mark.parametrize(("address", "names"), ADDRESSES)
def test_a_wrong_address_is_refused_by_name(
    tracker: Tracker, visit: Visit, listen: Listen, address: str, names: str
) -> None:
    """``<code>`` must be configured; ``<link>`` has at most 100 characters."""
    receivers = listen(tracker)

    answer = visit(tracker).get(f"/salestrack/ts/l/{address}?amount=5")

    assert_refused(answer, receivers, tracker, names)


@pytest.mark.parametrize(
    "address",
    ["banner/c/socks?amount={}", "banner/c/socks?amount=5;id={}", "{}/c/socks", "banner/c/{}"],
)
@pytest.mark.parametrize(
    "value", ["sent-by-the-visitor" * 9, "%3Cscript%3E" * 9, "x%0D%0ASet-Cookie:%20a=b" * 9]
)
def test_the_reason_never_repeats_the_input(
    tracker: Tracker, visit: Visit, listen: Listen, address: str, value: str
) -> None:
    """It goes into a header and into logs, and the phrase in it is ours."""
    receivers = listen(tracker)

    answer = visit(tracker).get(f"/salestrack/ts/l/{address.format(value)}")

    assert_refused(answer, receivers, tracker, "")
    assert answer.error is not None
    assert not {"visitor", "script", "Cookie"} & {*answer.error.replace("-", " ").split()}
    assert answer.cookies == []


def test_the_reason_is_in_the_log(
    tracker: Tracker, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """The one place to look, where no receiver is connected."""
    caplog.set_level(logging.INFO, logger="salestrack")

    visit(tracker).get("/salestrack/ts/l/banner/c/other?amount=5")

    assert caplog.messages == ["affiliate hit rejected: unknown tracking code"]


def test_when_the_store_fails_the_pixel_says_so(
    tracker: Tracker, visit: Visit, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sale that is not committed is not acknowledged."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    monkeypatch.setattr(SQLiteStore, "record", lambda *_: 1 / 0)

    answer = visitor.get(f"{PATH}?amount=5")

    assert_pixel(answer)
    assert answer.error == "not recorded: internal error"
    assert receivers.rejected == [("affiliate", "not recorded: internal error")]


@pytest.mark.parametrize(
    ("require_https", "https", "sales"), [(None, False, 1), (True, False, 0), (True, True, 1)]
)
def test_https_is_asked_for_only_by_the_configuration(
    make_tracker: MakeTracker, visit: Visit, *, require_https: bool | None, https: bool, sales: int
) -> None:
    """The dialect knows plain http as well."""
    tracker = make_tracker(tracking_codes={"socks": {}}, require_https=require_https)

    answer = visit(tracker, https=https).get(f"{PATH}?amount=5")

    assert (answer.error is None) == bool(sales)
    assert row_counts(tracker)["conversions"] == sales


def test_a_query_string_beyond_64_kib_is_not_parsed(tracker: Tracker, listen: Listen) -> None:
    """At 64 KiB it still counts; in process, since the test server's own limit is lower."""
    receivers = listen(tracker)
    client = Client(SalesTrackMiddleware(page, tracker))

    lengths = (64 * 1024, 64 * 1024 + 1)
    answers = [client.get(f"{PATH}?{'amount=5;x='.ljust(length, 'y')}") for length in lengths]

    assert ["ST-Error" in answer.headers for answer in answers] == [False, True]
    ((_, reason),) = receivers.rejected
    assert "64 KiB" in reason
    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_get_405(tracker: Tracker, visit: Visit, listen: Listen, method: str) -> None:
    """The answer names the methods allowed; nothing is recorded."""
    receivers = listen(tracker)

    answer = visit(tracker).send(method, f"{PATH}?amount=5")

    assert answer.status == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "POST"}
    assert receivers.calls == []
    assert row_counts(tracker)["conversions"] == 0


def test_head_records_nothing(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """It gets the headers of the pixel without the pixel."""
    receivers = listen(tracker)

    head = visit(tracker).send("HEAD", f"{PATH}?amount=5")

    assert receivers.calls == []
    assert row_counts(tracker)["conversions"] == 0
    get = visit(tracker).get(f"{PATH}?amount=5")
    assert_acknowledged(get)
    assert (head.status, head.body) == (200, b"")
    assert {**dict(head.headers), "Date": ""} == {**dict(get.headers), "Date": ""}
