"""``POST /sales.php``, and methods other than GET and POST."""

from __future__ import annotations

import pytest

from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from tests.support.splio import assert_refused, assert_silent
from wsgi_salestrack import Money, Tracker

_PATH = "/salestrack/sales.php"
_FORM = b"universe=husqvarna&amount=199.00&id=1234"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with one universe."""
    return make_tracker(universes=["husqvarna"])


@pytest.mark.parametrize(
    ("query", "body"),
    [
        pytest.param("", _FORM, id="form"),
        pytest.param("", b"id=1234&universe=husqvarna&amount=199%2C00", id="encoded form"),
        pytest.param("", _FORM + b"\r\n", id="form ending in a line break"),
        pytest.param("?" + _FORM.decode(), b"", id="query, empty body"),
        pytest.param("?universe=husqvarna", b"amount=199.00&id=1234", id="both"),
        pytest.param("?utm_source=mail", _FORM, id="somebody else's query"),
    ],
)
def test_a_post_has_its_fields_in_form_and_query(
    tracker: Tracker, visit: Visit, listen: Listen, query: str, body: bytes
) -> None:
    """[doc] "The request to post is: /sales.php?universe=..."; so in either, or in both."""
    receivers = listen(tracker)

    assert_silent(visit(tracker, https=True).post(_PATH + query, body))

    (recorded,) = receivers.recorded
    conversion = recorded.conversion
    assert (conversion.target, conversion.reference) == ("husqvarna", "1234")
    assert conversion.revenue == Money("199", "USD")


def test_a_forms_raw_bytes_are_those_of_a_query(make_tracker: MakeTracker, visit: Visit) -> None:
    """UTF-8, encoded or not: by GET and by POST it is the same sale."""
    tracker = make_tracker(universes=["\u00c9t\u00e9"])
    visitor = visit(tracker, https=True)
    raw = "universe=\u00c9t\u00e9&amount=5&id=\u00c6\u00d8".encode()

    visitor.post(_PATH, raw)
    visitor.get(f"{_PATH}?".encode() + raw)
    visitor.post(_PATH, b"universe=%C3%89t%C3%A9&amount=5&id=%C3%86%C3%98")

    (row,) = rows_of(tracker, "conversions")
    assert (row["target"], row["reference"]) == ("\u00c9t\u00e9", "\u00c6\u00d8")


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLencoded ;charset=utf-8",
        "text/plain;charset=UTF-8",
    ],
)
def test_a_form_may_be_announced_so(tracker: Tracker, visit: Visit, media_type: str | None) -> None:
    """[ours] As browsers and curl write it; a beacon, or nothing, is taken for a form too."""
    visitor = visit(tracker, https=True)

    assert_silent(visitor.send("POST", _PATH, {"Content-Type": media_type}, _FORM))

    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data; boundary=x"])
def test_another_kind_of_body_is_refused(
    tracker: Tracker, visit: Visit, listen: Listen, media_type: str
) -> None:
    """[ours] By name, so that the shop finds out why nothing counts."""
    receivers = listen(tracker)

    answer = visit(tracker, https=True).post(_PATH, _FORM, {"Content-Type": media_type})

    assert_refused(answer, receivers, tracker, "the body is not application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("query", "body", "names"),
    [
        pytest.param("", b"", "universe is required", id="empty"),
        pytest.param("", b"amount=5", "universe is required", id="no universe"),
        pytest.param("", b"universe=husqvarna", "amount is required", id="no amount"),
        pytest.param("", b"universe=husqvarna&amount=\xff", "amount is not UTF-8", id="latin-1"),
        pytest.param("", b"\x00" * 100, "universe is required", id="zeros"),
        pytest.param("?id=1", _FORM, "id is given twice", id="in query and form"),
        pytest.param("?universe=husqvarna&amount=5", b"amount=5", "amount", id="amount in both"),
        pytest.param("", _FORM + b"&x=" + b"y" * 65536, "64 KiB", id="long"),
        pytest.param("", _FORM + b"&x" * 500, "500 parameters", id="many parameters"),
        pytest.param("", _FORM + b"&x=" + b"y" * 1024 * 1024, "1 MiB", id="very long"),
    ],
)
def test_a_wrong_form_is_refused(
    tracker: Tracker, visit: Visit, listen: Listen, *, query: str, body: bytes, names: str
) -> None:
    """Silently, as a wrong query is."""
    receivers = listen(tracker)

    answer = visit(tracker, https=True).post(_PATH + query, body)

    assert_refused(answer, receivers, tracker, names)


def test_head_records_nothing(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """It gets the headers of the pixel without the pixel, over http as well."""
    receivers = listen(tracker)
    address = f"{_PATH}?{_FORM.decode()}"

    heads = [visit(tracker, https=https).send("HEAD", address) for https in (True, False)]

    assert receivers.calls == []
    assert row_counts(tracker)["conversions"] == 0
    get = visit(tracker, https=True).get(address)
    for head in heads:
        assert (head.status, head.body) == (200, b"")
        assert {**dict(head.headers), "Date": ""} == {**dict(get.headers), "Date": ""}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_get_405(tracker: Tracker, visit: Visit, listen: Listen, method: str) -> None:
    """The answer names the methods allowed; nothing is recorded."""
    receivers = listen(tracker)

    answer = visit(tracker, https=True).send(method, f"{_PATH}?{_FORM.decode()}")

    assert answer.status == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "POST"}
    assert receivers.calls == []
    assert row_counts(tracker)["conversions"] == 0
