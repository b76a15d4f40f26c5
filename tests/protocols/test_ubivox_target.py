"""``GET /target/<target_id>/``: the vendor's own examples, and what else is taken."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from tests.support.browser import Answer
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Touch, Tracker

_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

# [doc] "A full example of a target with added sales tracking details".
_DOCUMENTED = (
    '<img src="https://example.clients.ubivox.com/target/<target_id>/?st_revenue=49.95'
    '&st_quantity=2&st_currency=USD&st_reference=12345678" height="1" width="1">'
)
# [client] What the published WordPress plugin emits.
_PLUGIN = (
    '<img src="https://example.clients.ubivox.com/target/1/?st_revenue=49.95&amp;st_quantity=2'
    '&amp;st_currency=USD&amp;st_reference=1234" height="1" width="1">'
)


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image's address, its entities resolved as a browser does."""
        source = dict(attrs).get("src")
        if tag == "img" and source is not None:
            self.addresses.append(source)


def _address_in(html: str) -> str:
    """What a browser asks our server for when it shows this snippet with our hostname."""
    images = _Images()
    images.feed(html)
    (address,) = images.addresses
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def assert_recorded(answer: Answer) -> None:
    """An acknowledged hit: the transparent pixel that no cache keeps, and no error."""
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["Content-Length"] == str(len(_GIF))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.error is None
    assert answer.body == _GIF


@pytest.mark.parametrize(
    ("html", "reference"),
    [
        pytest.param(_DOCUMENTED.replace("<target_id>", "1"), "12345678", id="documentation"),
        pytest.param(_PLUGIN, "1234", id="WordPress plugin"),
    ],
)
def test_the_vendors_snippet_works_with_our_hostname(
    make_tracker: MakeTracker, visit: Visit, listen: Listen, html: str, reference: str
) -> None:
    """With an empty prefix a shop changes nothing but the hostname."""
    tracker = make_tracker(url_prefix="")
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))

    answer = visitor.get(_address_in(html))

    assert_recorded(answer)
    (recorded,) = receivers.recorded
    assert recorded.outcome == "recorded"
    assert recorded.conversion == Conversion(
        source="target",
        scope="target:1",
        reference=reference,
        revenue=Money("49.95", "USD"),
        quantity=2,
        occurred_at=NOON,
        target="1",
    )
    assert recorded.touch == Touch(at=NOON, contact="c81", newsletter="2026-11")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/salestrack/target/1/", id="with slash"),
        pytest.param("/salestrack/target/1", id="without slash"),
        pytest.param("/salestrack/target/%31/", id="encoded"),
    ],
)
@pytest.mark.parametrize("query", ["", "?", "?utm_source=mail&gclid=1"])
def test_without_parameters_it_is_a_signup(
    tracker: Tracker, visit: Visit, listen: Listen, path: str, query: str
) -> None:
    """No ``st_*`` parameter: a conversion without money. Other parameters are none of ours."""
    receivers = listen(tracker)

    assert_recorded(visit(tracker).get(path + query))

    (recorded,) = receivers.recorded
    conversion = recorded.conversion
    assert (conversion.revenue, conversion.quantity, conversion.reference) == (None, None, None)
    (row,) = tracker.report("target").rows
    assert (row.dimension, row.currency, row.count, row.revenue) == ("1", None, 1, None)


@pytest.mark.parametrize(
    ("query", "revenue", "quantity"),
    [
        pytest.param("st_revenue=5", Money("5.00", "USD"), None, id="[doc] 5"),
        pytest.param("st_revenue=49.95", Money("49.95", "USD"), None, id="[doc] 49.95"),
        pytest.param("st_revenue=14999.95", Money("14999.95", "USD"), None, id="[doc] 14999.95"),
        pytest.param(
            "st_revenue=99999999.99", Money("99999999.99", "USD"), None, id="[doc] maximum"
        ),
        pytest.param("st_revenue=0", Money("0", "USD"), None, id="nothing"),
        pytest.param("st_revenue=0.01", Money("0.01", "USD"), None, id="a cent"),
        pytest.param("st_revenue=5.5", Money("5.50", "USD"), None, id="one decimal"),
        pytest.param("st_revenue=5.500000", Money("5.50", "USD"), None, id="trailing zeros"),
        pytest.param("st_revenue=4%39.95", Money("49.95", "USD"), None, id="encoded digit"),
        pytest.param(
            "st_revenue=49.95&st_currency=EUR", Money("49.95", "EUR"), None, id="currency"
        ),
        pytest.param(
            "st_currency=EUR&st_revenue=49.95", Money("49.95", "EUR"), None, id="currency first"
        ),
        pytest.param("st_revenue=500&st_currency=JPY", Money("500", "JPY"), None, id="yen"),
        pytest.param(
            "st_revenue=500.00&st_currency=JPY", Money("500", "JPY"), None, id="yen with zeros"
        ),
        pytest.param("st_revenue=1.234&st_currency=KWD", Money("1.234", "KWD"), None, id="dinar"),
        pytest.param(
            "st_revenue=1.2340&st_currency=KWD", Money("1.234", "KWD"), None, id="dinar with zeros"
        ),
        pytest.param("st_quantity=2", None, 2, id="quantity only"),
        pytest.param("st_quantity=2&st_currency=EUR", None, 2, id="quantity and currency"),
        pytest.param("st_quantity=007", None, 7, id="leading zeros"),
        pytest.param("st_revenue=5&st_quantity=1", Money("5", "USD"), 1, id="both"),
        pytest.param("&&st_revenue=5&", Money("5", "USD"), None, id="empty pairs"),
        pytest.param("st%5Frevenue=5", Money("5", "USD"), None, id="encoded name"),
    ],
)
def test_what_is_taken(
    tracker: Tracker,
    visit: Visit,
    listen: Listen,
    *,
    query: str,
    revenue: Money | None,
    quantity: int | None,
) -> None:
    """At least one of revenue and quantity; the currency is the configured one by default."""
    receivers = listen(tracker)

    assert_recorded(visit(tracker).get(f"/salestrack/target/1/?{query}"))

    (recorded,) = receivers.recorded
    assert (recorded.conversion.revenue, recorded.conversion.quantity) == (revenue, quantity)


def test_the_configured_currency_is_the_default(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """It also decides on the decimals."""
    tracker = make_tracker(currency="JPY")
    receivers = listen(tracker)
    visitor = visit(tracker)

    assert_recorded(visitor.get("/salestrack/target/1/?st_revenue=500"))
    refused = visitor.get("/salestrack/target/1/?st_revenue=49.95")

    assert [recorded.conversion.revenue for recorded in receivers.recorded] == [Money("500", "JPY")]
    assert refused.error is not None


def test_a_sale_without_a_touch_is_recorded(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Recorded with or without a touch, unlike the e-commerce pixel."""
    receivers = listen(tracker)

    assert_recorded(visit(tracker).get("/salestrack/target/1/?st_revenue=5"))

    (recorded,) = receivers.recorded
    assert (recorded.touch, recorded.referral) == (None, None)


def test_a_target_may_keep_credited_sales_only(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """``record_unattributed`` without ``target``: a sale that nobody is credited for is refused."""
    tracker = make_tracker(record_unattributed=["api"])
    receivers = listen(tracker)
    visitor = visit(tracker)

    stranger = visitor.get("/salestrack/target/1/?st_revenue=5")
    visitor.get(tracker.click_url("/p/socks", newsletter="2026-11"))
    customer = visitor.get("/salestrack/target/1/?st_revenue=5")

    assert (stranger.status, stranger.body) == (200, _GIF)
    assert receivers.rejected == [("target", stranger.error)]
    assert_recorded(customer)
    assert len(rows_of(tracker, "conversions")) == 1


def test_each_target_has_its_own_count(make_tracker: MakeTracker, visit: Visit) -> None:
    """Several targets, among them one with the id 0, are reported apart."""
    tracker = make_tracker(targets={0: "Visit", 2: "Signup", 71: {"title": "Sale"}})
    visitor = visit(tracker)
    for target in (0, 2, 2, 71):
        assert_recorded(visitor.get(f"/salestrack/target/{target}/"))

    assert row_counts(tracker)["conversions"] == 4
    counts = {row.dimension: row.count for row in tracker.report("target").rows}
    assert counts == {"0": 1, "2": 2, "71": 1}
