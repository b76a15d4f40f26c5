"""Target hits that are refused: a pixel all the same, ``ST-Error``, and nothing recorded."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from tests.support.browser import Answer
from tests.support.receivers import Listen, Receivers
from tests.support.rows import row_counts
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker

_REVENUE = "st_revenue"
_QUANTITY = "st_quantity"
_CURRENCY = "st_currency"
_REFERENCE = "st_reference"

REFUSED = [
    # Revenue
    pytest.param("st_revenue=", _REVENUE, id="revenue empty"),
    pytest.param("st_revenue", _REVENUE, id="revenue without equals"),
    pytest.param("st_revenue=-5", _REVENUE, id="revenue negative"),
    pytest.param("st_revenue=-0", _REVENUE, id="revenue negative zero"),
    pytest.param("st_revenue=%2B5", _REVENUE, id="revenue with a plus sign"),
    pytest.param("st_revenue=+5", _REVENUE, id="revenue after a space"),
    pytest.param("st_revenue=5%20", _REVENUE, id="revenue before a space"),
    pytest.param("st_revenue=5%0A", _REVENUE, id="revenue before a line break"),
    pytest.param("st_revenue=49,95", _REVENUE, id="revenue with a decimal comma"),
    pytest.param("st_revenue=14,999.95", _REVENUE, id="revenue with a thousands separator"),
    pytest.param("st_revenue=14'999.95", _REVENUE, id="revenue with an apostrophe"),
    pytest.param("st_revenue=1_000", _REVENUE, id="revenue 1_000"),
    pytest.param("st_revenue=1e3", _REVENUE, id="revenue with an exponent"),
    pytest.param("st_revenue=NaN", _REVENUE, id="revenue NaN"),
    pytest.param("st_revenue=Infinity", _REVENUE, id="revenue infinite"),
    pytest.param("st_revenue=0x10", _REVENUE, id="revenue hexadecimal"),
    pytest.param("st_revenue=%D9%A4%D9%A9", _REVENUE, id="revenue in Arabic digits"),
    pytest.param("st_revenue=%EF%BC%95", _REVENUE, id="revenue in full-width digits"),
    pytest.param("st_revenue=.5", _REVENUE, id="revenue without a whole part"),
    pytest.param("st_revenue=5.", _REVENUE, id="revenue ending in a period"),
    pytest.param("st_revenue=1.2.3", _REVENUE, id="revenue with two periods"),
    pytest.param("st_revenue=$5", _REVENUE, id="revenue with a sign"),
    pytest.param("st_revenue=5.001", _REVENUE, id="revenue with a third decimal"),
    pytest.param("st_revenue=100000000", _REVENUE, id="revenue too large"),
    pytest.param("st_revenue=99999999.991", _REVENUE, id="revenue larger by a fraction"),
    pytest.param("st_revenue=100000000&st_currency=JPY", _REVENUE, id="yen too large"),
    pytest.param(f"st_revenue={'9' * 5000}", _REVENUE, id="revenue of 5000 digits"),
    pytest.param(f"st_revenue=0.{'0' * 5000}", _REVENUE, id="revenue of 5000 decimals"),
    pytest.param("st_revenue=5&st_revenue=5", _REVENUE, id="revenue twice"),
    pytest.param("st_revenue=500.50&st_currency=JPY", _REVENUE, id="yen with decimals"),
    pytest.param("st_revenue=1.2345&st_currency=KWD", _REVENUE, id="dinar with four decimals"),
    pytest.param("st_revenue=%FF", _REVENUE, id="revenue not UTF-8"),
    pytest.param("st_quantity=1&st_revenue=", _REVENUE, id="revenue empty beside a quantity"),
    # Quantity
    pytest.param("st_quantity=", _QUANTITY, id="quantity empty"),
    pytest.param("st_quantity=0", _QUANTITY, id="quantity 0"),
    pytest.param("st_quantity=-1", _QUANTITY, id="quantity negative"),
    pytest.param("st_quantity=1.5", _QUANTITY, id="quantity 1.5"),
    pytest.param("st_quantity=1.0", _QUANTITY, id="quantity 1.0"),
    pytest.param("st_quantity=1e1", _QUANTITY, id="quantity with an exponent"),
    pytest.param("st_quantity=1_0", _QUANTITY, id="quantity 1_0"),
    pytest.param("st_quantity=two", _QUANTITY, id="quantity in words"),
    pytest.param("st_quantity=%D9%A2", _QUANTITY, id="quantity in Arabic digits"),
    pytest.param("st_quantity=%C2%B2", _QUANTITY, id="quantity superscript"),
    pytest.param("st_quantity=1&st_quantity=2", _QUANTITY, id="quantity twice"),
    pytest.param(f"st_quantity={'9' * 5000}", _QUANTITY, id="quantity of 5000 digits"),
    pytest.param("st_revenue=5&st_quantity=0", _QUANTITY, id="quantity 0 beside a revenue"),
    # Currency
    pytest.param("st_revenue=5&st_currency=", _CURRENCY, id="currency empty"),
    pytest.param("st_revenue=5&st_currency=usd", _CURRENCY, id="currency in lower case"),
    pytest.param("st_revenue=5&st_currency=Usd", _CURRENCY, id="currency in mixed case"),
    pytest.param("st_revenue=5&st_currency=USX", _CURRENCY, id="currency unknown"),
    pytest.param("st_revenue=5&st_currency=US", _CURRENCY, id="currency too short"),
    pytest.param("st_revenue=5&st_currency=USD+", _CURRENCY, id="currency before a space"),
    pytest.param("st_revenue=5&st_currency=840", _CURRENCY, id="currency as a number"),
    pytest.param("st_revenue=5&st_currency=XXX", _CURRENCY, id="no currency, XXX"),
    pytest.param("st_revenue=5&st_currency=XAU", _CURRENCY, id="gold, XAU"),
    pytest.param("st_revenue=5&st_currency=XTS", _CURRENCY, id="for tests, XTS"),
    pytest.param("st_revenue=5&st_currency=%E2%82%AC", _CURRENCY, id="currency as a sign"),
    pytest.param("st_revenue=5&st_currency=EUR&st_currency=USD", _CURRENCY, id="currency twice"),
    pytest.param("st_quantity=1&st_currency=usd", _CURRENCY, id="currency beside a quantity"),
    # Reference
    pytest.param(f"st_revenue=5&st_reference={'x' * 101}", _REFERENCE, id="reference of 101"),
    pytest.param("st_revenue=5&st_reference=a%00b", _REFERENCE, id="reference with NUL"),
    pytest.param("st_revenue=5&st_reference=%FF", _REFERENCE, id="reference not UTF-8"),
    pytest.param("st_revenue=5&st_reference=%C3", _REFERENCE, id="reference cut within UTF-8"),
    pytest.param("st_revenue=5&st_reference=%ED%A0%80", _REFERENCE, id="reference a surrogate"),
    pytest.param("st_revenue=5&st_reference=%C0%80", _REFERENCE, id="reference overlong UTF-8"),
    pytest.param("st_revenue=5&st_reference=1&st_reference=1", _REFERENCE, id="reference twice"),
    # Neither revenue nor quantity
    pytest.param("st_reference=7", _REVENUE, id="only a reference"),
    pytest.param("st_reference=", _REVENUE, id="only an empty reference"),
    pytest.param("st_currency=USD", _REVENUE, id="only a currency"),
    pytest.param("st_revnue=5", _REVENUE, id="misspelt"),
]


def assert_refused(answer: Answer, receivers: Receivers, tracker: Tracker, names: str) -> None:
    """A pixel with a fixed ASCII phrase; receivers are told, nothing is recorded."""
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.body.startswith(b"GIF89a")
    assert answer.error is not None
    assert answer.error.isascii()
    assert answer.error.isprintable()
    assert names in answer.error
    assert receivers.rejected == [("target", answer.error)]
    assert receivers.recorded == receivers.duplicated == receivers.enriched == []
    assert row_counts(tracker)["conversions"] == 0


@pytest.mark.parametrize(("query", "names"), REFUSED)
def test_a_wrong_value_is_refused_by_name(
    tracker: Tracker, visit: Visit, listen: Listen, query: str, names: str
) -> None:
    """``ST-Error`` names the field and never repeats what was sent."""
    receivers = listen(tracker)

    answer = visit(tracker).get(f"/salestrack/target/1/?{query}")

    assert_refused(answer, receivers, tracker, names)


@pytest.mark.parametrize(
    "value", ["sent-by-the-visitor", "%3Cscript%3E", "x%0D%0ASet-Cookie:%20a=b", "%E2%82%AC"]
)
@pytest.mark.parametrize("name", [_REVENUE, _QUANTITY, _CURRENCY, "st_other"])
def test_the_error_never_repeats_the_input(
    tracker: Tracker, visit: Visit, name: str, value: str
) -> None:
    """It is a header, and the phrase in it is ours."""
    answer = visit(tracker).get(f"/salestrack/target/1/?{name}={value}")

    assert answer.error is not None
    assert answer.error.isascii()
    for part in ("visitor", "script", "x", "Set-Cookie"):
        assert part not in answer.error.split()
    assert answer.cookies == []


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("2", id="not configured"),
        pytest.param("", id="missing"),
        pytest.param("one", id="a word"),
        pytest.param("1a", id="a number and more"),
        pytest.param("-1", id="negative"),
        pytest.param("+1", id="with a plus sign"),
        pytest.param("1.0", id="a decimal"),
        pytest.param("1e0", id="an exponent"),
        pytest.param("%20", id="a space"),
        pytest.param("1%20", id="before a space"),
        pytest.param("1%0A", id="before a line break"),
        pytest.param("%D9%A1", id="an Arabic digit"),
        pytest.param("%B9", id="a superscript digit"),
        pytest.param("%FF", id="bytes"),
        pytest.param("9" * 5000, id="5000 digits"),
        pytest.param("1%3Fst_revenue=5", id="an encoded question mark"),
    ],
)
def test_an_unknown_target_is_refused(
    tracker: Tracker, visit: Visit, listen: Listen, target: str
) -> None:
    """Whatever stands in the path, only configured integers are targets."""
    receivers = listen(tracker)

    answer = visit(tracker).get(f"/salestrack/target/{target}/?st_revenue=5&st_reference=7")

    assert_refused(answer, receivers, tracker, "target")


def test_a_query_string_beyond_64_kib_is_not_parsed(tracker: Tracker, listen: Listen) -> None:
    """At 64 KiB it still counts; in process, since the test server's own limit is lower."""
    receivers = listen(tracker)
    client = Client(SalesTrackMiddleware(page, tracker))
    filler = "st_revenue=5&x="

    longest = client.get(f"/salestrack/target/1/?{filler.ljust(64 * 1024, 'y')}")
    longer = client.get(f"/salestrack/target/1/?{filler.ljust(64 * 1024 + 1, 'y')}")

    assert "ST-Error" not in longest.headers
    assert "64 KiB" in longer.headers["ST-Error"]
    assert receivers.rejected == [("target", longer.headers["ST-Error"])]
    assert row_counts(tracker)["conversions"] == 1


def test_where_https_is_required_a_hit_over_http_is_refused(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """``require_https``: plain http is rejected, https taken."""
    tracker = make_tracker(require_https=True)
    receivers = listen(tracker)

    plain = visit(tracker).get("/salestrack/target/1/?st_revenue=5")
    assert_refused(plain, receivers, tracker, "https")
    secure = visit(tracker, https=True).get("/salestrack/target/1/?st_revenue=5")

    assert secure.error is None
    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize("require_https", [None, False])
def test_the_dialect_itself_asks_for_no_https(
    make_tracker: MakeTracker, visit: Visit, *, require_https: bool | None
) -> None:
    """By default a hit over http counts."""
    tracker = make_tracker(require_https=require_https)

    assert visit(tracker).get("/salestrack/target/1/").error is None


def test_where_nothing_is_configured_the_path_is_the_hosts(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """Without targets the dialect does not answer."""
    answer = visit(make_tracker(targets={})).get("/salestrack/target/1/")

    assert answer.text == "the shop|GET|/salestrack/target/1/|"
