"""``order_id``, ``amount``, ``ignore_duplicate_orders`` and ``roi_data``: what is taken."""

from __future__ import annotations

import pytest

from tests.support.bluehornet import api_tracker, call, insert, item_of, roi_token
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Tracker


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


def test_of_an_order_id_that_was_used_the_newer_information_is_discarded(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """It is answered as the first one was [doc]; receivers learn of the difference."""
    receivers = listen(tracker)
    roi_data = roi_token(tracker)

    same, other = (
        [item_of(insert(visit(tracker), call(roi_data=roi_data, amount=amount))) for _ in range(2)]
        for amount in ("152.99", "1.00")
    )

    assert {item["responseCode"] for item in same + other} == {"201"}
    assert other[0]["amount"] == "1.00"
    (row,) = rows_of(tracker, "conversions")
    assert row["revenue"] == 15299
    assert [recorded.outcome for recorded in receivers.duplicated] == [
        "duplicate", "conflict", "conflict",
    ]  # fmt: skip
    assert receivers.rejected == []


@pytest.mark.parametrize("flag", ["1", "true", "True", "TRUE"])
def test_with_ignore_duplicate_orders_every_one_counts(
    tracker: Tracker, visit: Visit, flag: str
) -> None:
    """[doc] "Passing this argument will allow additional entries with the same order_id"."""
    sale = call(roi_data=roi_token(tracker), ignore_duplicate_orders=flag)
    tracker.record(Conversion(reference="1123", revenue=Money("5", "USD")))

    items = [item_of(insert(visit(tracker), sale)) for _ in range(2)]

    assert {item["responseCode"] for item in items} == {"201"}
    assert {item["ignore_duplicate_orders"] for item in items} == {"1"}
    rows = rows_of(tracker, "conversions")
    assert [row["reference"] for row in rows] == ["1123"] * 3
    assert [row["dedupe_key"] for row in rows] == ["1123", None, None]


@pytest.mark.parametrize("flag", [None, "", "0", "false", "False"])
def test_without_ignore_duplicate_orders_one_counts(
    tracker: Tracker, visit: Visit, flag: str | None
) -> None:
    """It is a boolean, and no is the default."""
    sale = call(roi_data=roi_token(tracker), ignore_duplicate_orders=flag)

    items = [item_of(insert(visit(tracker), sale)) for _ in range(2)]

    assert {item["ignore_duplicate_orders"] for item in items} == {"0"}
    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("1123", "1123", id="number"),
        pytest.param("0012", "0012", id="leading zeros"),
        pytest.param(" A 1 ", " A 1 ", id="spaces"),
        pytest.param("<![CDATA[a<&>b]]>", "a<&>b", id="CDATA"),
        pytest.param("a<![CDATA[b]]>c", "abc", id="CDATA within text"),
        pytest.param("a<!-- no -->b", "ab", id="comment"),
        pytest.param("&lt;b&gt;&#x1F9E6;", "<b>\U0001f9e6", id="references"),
        pytest.param("&#13;&#10;", "\r\n", id="line break"),
        pytest.param("1e5", "1e5", id="looks like a number"),
        pytest.param("e\u0301", "e\u0301", id="not normalised"),
        pytest.param("]]&gt;", "]]>", id="end of CDATA"),
        pytest.param("x" * 255, "x" * 255, id="longest"),
    ],
)
def test_an_order_id_is_kept_and_answered_exactly_as_sent(
    tracker: Tracker, visit: Visit, sent: str, kept: str
) -> None:
    """Text, neither trimmed nor made a number."""
    item = item_of(insert(visit(tracker), call(roi_data=roi_token(tracker), order_id=sent)))

    assert item["order_id"] == kept
    (row,) = rows_of(tracker, "conversions")
    assert (row["reference"], row["dedupe_key"]) == (kept, kept)


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("152.99", 15299), ("0.00", 0), ("0.01", 1), ("007.50", 750), ("99999999.99", 9999999999)],
)
def test_an_amount_is_dollars_and_cents(
    make_tracker: MakeTracker, visit: Visit, amount: str, minor: int
) -> None:
    """In USD, whatever the shop's own currency is."""
    tracker = api_tracker(make_tracker, currency="JPY")

    insert(visit(tracker), call(roi_data=roi_token(tracker), amount=amount))

    (row,) = rows_of(tracker, "conversions")
    assert (row["revenue"], row["currency"], row["exponent"]) == (minor, "USD", 2)


@pytest.mark.parametrize(
    "roi_data",
    [
        pytest.param("{}", id="bare"),
        pytest.param("https://shop.example/salestrack/r/{}", id="URL"),
        pytest.param("https://shop.example/salestrack/r/{}/", id="URL with a slash"),
        pytest.param("/salestrack/r/{}", id="path"),
        pytest.param("http://shop.example/r/r/salestrack/r/{}", id="URL of a mounted shop"),
        pytest.param("<![CDATA[{}]]>", id="CDATA"),
        pytest.param("\n  {}\n ", id="indented"),
    ],
)
def test_roi_data_is_a_click_token(tracker: Tracker, visit: Visit, roi_data: str) -> None:
    """Bare, or as the URL of the click."""
    item = item_of(insert(visit(tracker), call(roi_data=roi_data.format(roi_token(tracker)))))

    assert item["responseCode"] == "201"
    (row,) = rows_of(tracker, "conversions")
    assert (row["touch_contact"], row["touch_at"]) == ("c81", None)


def test_white_space_within_roi_data_is_dropped(tracker: Tracker, visit: Visit) -> None:
    """Mail programs and forms break long lines."""
    token = roi_token(tracker)
    broken = f"{token[:30]}\r\n\t{token[30:60]} {token[60:]}"

    item = item_of(insert(visit(tracker), call(roi_data=broken)))

    assert item["responseCode"] == "201"


def test_a_publishers_click_is_credited_as_one(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """``roi_data`` may come from any of our links."""
    receivers = listen(tracker)

    insert(visit(tracker), call(roi_data=roi_token(tracker, publisher="p3")))

    (recorded,) = receivers.recorded
    assert recorded.touch is None
    assert recorded.referral is not None
    assert recorded.referral.publisher == "p3"


def test_what_the_vendor_does_not_know_is_ignored(tracker: Tracker, visit: Visit) -> None:
    """Other elements and attributes are no business of this call."""
    sale = call(roi_data=roi_token(tracker), coupon="<a b='1'>x</a>")

    assert item_of(insert(visit(tracker), sale))["responseCode"] == "201"


def test_a_link_takes_its_token_to_the_shop_and_back(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """``click_url(..., roi_param="roi_data")``: click, landing page, call, one click credited."""
    tracker = api_tracker(make_tracker)
    receivers = listen(tracker)
    link = tracker.click_url(
        "https://other.example/p/socks?size=42#top",
        contact="c81",
        newsletter="2026-11",
        offsite=True,
        roi_param="roi_data",
    )

    location = visit(tracker).get(link).headers["Location"]
    before, _, roi_data = location.removesuffix("#top").partition("&roi_data=")
    insert(visit(tracker), call(roi_data=roi_data))

    assert before == "https://other.example/p/socks?size=42"
    assert location.endswith("#top")
    (recorded,) = receivers.recorded
    assert recorded.touch is not None
    assert (recorded.touch.contact, recorded.touch.at) == ("c81", NOON)
