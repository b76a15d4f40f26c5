"""``roi.insert``: the vendor's own examples, and what becomes of a sale that is reported."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.support.bluehornet import PATH, api_tracker, call, document, insert, item_of
from tests.support.bluehornet import roi_token as token_of
from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import OTHER_SECRET, MakeTracker, Visit, page
from wsgi_salestrack import Conversion, Money, Touch, Tracker

SAVED = "Conversion will be saved and processed later"
# The "Example" column of the vendor's two tables [doc].
DOCUMENTED = {
    "roi_data": "http://echo.ct/3416623:619-295-1856:m:1:97777016:",
    "amount": "152.99",
    "order_id": "1123",
    "ignore_duplicate_orders": "1",
    "purchase_date": "2010-03-01",
}


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


def test_a_sale_is_credited_to_the_click_it_came_from(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """[doc] "The originating message, the link in that message clicked, and the contact"."""
    receivers = listen(tracker)
    link = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11", link="hero")
    shop = visit(tracker)
    shop.get(link)

    answer = insert(visit(tracker), call(roi_data=link.rpartition("/")[2]))

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    item = item_of(answer)
    assert (item["methodName"], item["responseCode"]) == ("roi.insert", "201")
    assert (item["responseText"], item["responseNum"]) == (SAVED, "1")
    assert "error" not in item
    (recorded,) = receivers.recorded
    assert recorded.touch == Touch(at=NOON, contact="c81", newsletter="2026-11", link="hero")
    assert recorded.conversion == Conversion(
        source="bluehornet",
        scope="order",
        reference="1123",
        revenue=Money("152.99", "USD"),
        occurred_at=NOON,
    )


def test_the_documented_values_are_read_and_answered(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """All but ``roi_data``, of which nobody but the vendor can tell what it stands for."""
    receivers = listen(tracker)

    answer = insert(visit(tracker), call(**{**DOCUMENTED, "roi_data": token_of(tracker)}))

    data = item_of(answer)
    assert data["responseCode"] == "201"
    for name in ("amount", "order_id", "ignore_duplicate_orders", "purchase_date"):
        assert data[name] == DOCUMENTED[name]
    (recorded,) = receivers.recorded
    assert recorded.conversion.revenue == Money("152.99", "USD")
    (row,) = rows_of(tracker, "conversions")
    assert row["day"] == "2010-03-01"


@pytest.mark.parametrize(
    "roi_data",
    [
        pytest.param(DOCUMENTED["roi_data"], id="as documented"),
        pytest.param(f"http://echo.example/ct/341:61:m:1:977:{'96d5eb872565a12a' * 2}", id="old"),
    ],
)
def test_the_vendors_own_roi_data_does_not_match(
    tracker: Tracker, visit: Visit, listen: Listen, roi_data: str
) -> None:
    """[doc] "The value provided in the <roi_date> element is not a valid hash"."""
    receivers = listen(tracker)

    item = item_of(insert(visit(tracker), call(**{**DOCUMENTED, "roi_data": roi_data})))

    assert item["responseCode"] == "403"
    assert item["responseText"] == "Insert failed: ROI Hash does not match"
    assert item["error"] == "1"
    assert receivers.rejected == [("bluehornet", "ROI Hash does not match")]
    assert row_counts(tracker)["conversions"] == 0


def test_the_answer_names_what_the_vendors_does(tracker: Tracker, visit: Visit) -> None:
    """``db_spec`` is the site; the numbers and the hash are derived, and tell no name."""
    first, second = (
        item_of(insert(visit(tracker), call(roi_data=token_of(tracker, contact=contact))))
        for contact in ("c81", "c82")
    )

    assert [name for name in first if name not in DOCUMENTED] == [
        "methodName", "responseCode", "responseText",
        "db_spec", "mes_cont_id", "tracked_id", "roi_hash", "responseNum",
    ]  # fmt: skip
    assert first["db_spec"] == "default"
    assert first["mes_cont_id"] != second["mes_cont_id"]
    assert first["tracked_id"] == second["tracked_id"]
    for item in (first, second):
        assert re.fullmatch("[0-9]{1,16}", item["mes_cont_id"])
        assert re.fullmatch("[0-9]{1,16}", item["tracked_id"])
        assert re.fullmatch("[0-9a-f]{32}", item["roi_hash"])


def test_another_secret_derives_other_numbers(make_tracker: MakeTracker, visit: Visit) -> None:
    """Or whoever knows a contact's name could find them in a log."""
    trackers = [api_tracker(make_tracker), api_tracker(make_tracker, secret_keys=[OTHER_SECRET])]

    one, other = (
        item_of(insert(visit(tracker), call(roi_data=token_of(tracker)))) for tracker in trackers
    )

    for name in ("mes_cont_id", "tracked_id", "roi_hash"):
        assert one[name] != other[name]


def test_the_call_shares_the_orders_scope(tracker: Tracker, visit: Visit) -> None:
    """The same order by call and in the checkout is one sale."""
    checkout = Conversion(reference="1123", revenue=Money("152.99", "USD"))
    tracker.record(checkout)

    item = item_of(insert(visit(tracker), call(roi_data=token_of(tracker))))

    assert item["responseCode"] == "201"
    (row,) = rows_of(tracker, "conversions")
    assert (row["source"], row["touch_contact"]) == ("api", "c81")


def test_no_cookie_is_read(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """The click that ``roi_data`` names is the touch, whoever's browser reports it."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", contact="someone-else", newsletter="2026-10"))

    insert(visitor, call(roi_data=token_of(tracker)))

    (recorded,) = receivers.recorded
    assert recorded.touch == Touch(contact="c81", newsletter="2026-11")


def test_a_click_that_is_stored_has_a_window(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """Where the click itself is known, so is how long ago it was."""
    visit(tracker).get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))
    clock.advance(timedelta(days=31))

    insert(visit(tracker), call(roi_data=token_of(tracker)))

    (row,) = rows_of(tracker, "conversions")
    assert row["touch_contact"] is None


def test_credited_sales_only_may_be_kept(
    make_tracker: MakeTracker, visit: Visit, clock: ManualClock
) -> None:
    """``record_unattributed`` without ``bluehornet``: what nobody is credited for is refused."""
    tracker = api_tracker(make_tracker, record_unattributed=["api"])
    visit(tracker).get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))
    clock.advance(timedelta(days=31))

    item = item_of(insert(visit(tracker), call(roi_data=token_of(tracker))))

    assert (item["responseCode"], item["error"]) == ("400", "1")
    assert row_counts(tracker)["conversions"] == 0


@pytest.mark.parametrize("path", [PATH, f"{PATH}/", PATH.replace("index", "%69ndex")])
def test_with_and_without_a_slash(tracker: Tracker, visit: Visit, path: str) -> None:
    """As at all endpoints."""
    body = document(call(roi_data=token_of(tracker))).encode()

    assert item_of(visit(tracker).post(path, body))["responseCode"] == "201"


def test_with_an_empty_prefix_the_vendors_path_stays(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """A client changes nothing but the hostname."""
    tracker = api_tracker(make_tracker, url_prefix="")
    body = document(call(roi_data=token_of(tracker))).encode()

    answer = visit(tracker).post("/api/xmlrpc/index.php", body)

    assert item_of(answer)["responseCode"] == "201"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_answered(tracker: Tracker, visit: Visit, listen: Listen, method: str) -> None:
    """Nothing is recorded by any other method."""
    receivers = listen(tracker)
    body = document(call(roi_data=token_of(tracker))).encode()

    answer = visit(tracker).send(method, PATH, body=body if method == "PUT" else b"")

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert receivers.calls == []


def test_without_keys_the_path_is_the_hosts(make_tracker: MakeTracker, visit: Visit) -> None:
    """The dialect answers nobody where nobody may use it."""
    tracker = make_tracker()

    answer = visit(tracker, page).post(PATH, b"<api/>")

    assert answer.text == f"the shop|POST|{PATH}|"


def test_where_https_is_required_a_call_over_http_is_refused(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """``require_https``; the dialect itself does not ask for it."""
    tracker = api_tracker(make_tracker, require_https=True)
    sale = call(roi_data=token_of(tracker))

    plain = item_of(insert(visit(tracker), sale))
    secure = item_of(insert(visit(tracker, https=True), sale))

    assert (plain["responseCode"], plain["error"]) == ("400", "1")
    assert plain["responseText"] == "Insert failed: https is required"
    assert secure["responseCode"] == "201"
