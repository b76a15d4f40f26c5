"""The log of hits that recorded nothing, and what is seen of those that did."""

from __future__ import annotations

import base64
import sqlite3
import time
import xmlrpc.client
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.clock import NOON, ManualClock
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Tracker

TARGET = "/salestrack/target/1/"


def seen(tracker: Tracker) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """What came, in its order."""
    return [
        (hit.protocol, hit.outcome, hit.reason, hit.parameters) for _, hit in tracker.hits(NOON)
    ]


def test_a_rejected_hit_is_kept_with_its_reason(tracker: Tracker, visit: Visit) -> None:
    """And with the names of its parameters, but with nothing that they said."""
    query = "st_revenue=eleven&st_reference=ann%40mail.example&ann@mail.example&email=ann&st_x=1"
    error = visit(tracker).get(f"{TARGET}?{query}").error

    assert error is not None
    assert seen(tracker) == [("target", "rejected", error, ("st_revenue", "st_reference"))]
    (row,) = rows_of(tracker, "hits")  # the log was read before, and so is written
    assert "ann" not in str(row)


def test_what_came_is_seen_in_its_order(tracker: Tracker, visit: Visit, clock: ManualClock) -> None:
    """Recorded, enriched, duplicate, conflict and rejected."""
    visitor = visit(tracker)
    for values in ("revenue=5", "revenue=5", "revenue=6", "quantity=2", "revenue=x"):
        visitor.get(f"{TARGET}?st_reference=7&st_{values}")
        clock.advance(timedelta(seconds=1))
    tracker.record(Conversion(revenue=Money("1", "JPY")))

    assert [found[:2] for found in seen(tracker)] == [
        ("target", "recorded"),
        ("target", "duplicate"),
        ("target", "rejected"),
        ("target", "enriched"),
        ("target", "rejected"),
        ("api", "recorded"),
    ]
    reasons = [found[2] for found in seen(tracker)]
    assert reasons[0] == "7, 5.00 USD"
    assert reasons[2] == "st_reference was recorded before with other values, which stay"
    assert reasons[5] == "no reference, 1 JPY"


def test_a_conflict_of_the_shops_own_is_kept_too(tracker: Tracker) -> None:
    """No dialect has a word for it; the caller may not look."""
    for amount in ("5", "6"):
        tracker.record(Conversion(reference="7", revenue=Money(amount, "USD")))

    assert seen(tracker)[1][:2] == ("api", "conflict")


def test_a_form_is_named_by_its_fields(make_tracker: MakeTracker, visit: Visit) -> None:
    tracker = make_tracker(tracking_codes={"c": {}})
    visit(tracker).post("/salestrack/ts/l/x/c/c", b"amount=-1&id=7&name=Ann")

    assert [found[3] for found in seen(tracker)] == [("amount", "id")]


def test_a_parameter_of_products_is_named_once(tracker: Tracker, visit: Visit) -> None:
    """As the first of them was written, or what anybody sends would fill the disk."""
    products = "&".join(f"et_prod_{i}_id=s{i}&et_prod_{i}_name=Socks" for i in range(1, 200))
    visit(tracker).get(f"/salestrack/et/?et_products=199&{products}&et_order_ref=7")

    assert [found[3] for found in seen(tracker)] == [
        ("et_products", "et_prod_1_id", "et_prod_1_name", "et_order_ref")
    ]


def test_the_fields_of_an_xml_call_are_named(make_tracker: MakeTracker, visit: Visit) -> None:
    """As those of a form are; nothing that they hold, and no name of anybody else's."""
    tracker = make_tracker(bluehornet_keys={"key": "secret"}, xmlrpc_users={"shop": "secret"})
    visitor = visit(tracker)
    call = "<roi_data>x</roi_data><amount>1</amount><ann_smith>1</ann_smith>"
    visitor.post(
        "/salestrack/api/xmlrpc/index.php",
        b"<api><authentication><api_key>key</api_key><shared_secret>secret</shared_secret>"
        b"</authentication><data><methodCall><methodName>roi.insert</methodName>"
        + call.encode()
        + b"</methodCall></data></api>",
    )
    order = xmlrpc.client.dumps(
        ({"et_order_ref": "Ann", "ann@mail.example": "1"},), "mailer.ecommerce_tracking_new_order"
    )
    credentials = base64.b64encode(b"shop:secret").decode()
    visitor.post("/salestrack/xmlrpc/", order.encode(), {"Authorization": f"Basic {credentials}"})

    assert [found[0] for found in seen(tracker)] == ["bluehornet", "xmlrpc"]
    assert [found[3] for found in seen(tracker)] == [("roi_data", "amount"), ("et_order_ref",)]


def test_where_the_store_fails_nothing_waits_for_it_twice(
    make_tracker: MakeTracker, visit: Visit, tmp_path: Path
) -> None:
    """The hit is answered as it would be without a log."""
    tracker = make_tracker(database=tmp_path / "gone" / "sales.db")
    error = visit(tracker).get(f"{TARGET}?st_revenue=5").error

    assert error == "not recorded: the store failed"


def test_whoever_is_refused_does_not_wait_for_the_database(tracker: Tracker, visit: Visit) -> None:
    """Or a scanner with bad addresses would keep every thread of a shop whose file is locked."""
    tracker.store.migrate()
    visitor = visit(tracker)
    with closing(sqlite3.connect(str(tracker.config.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        visitor.get("/salestrack/r/nonsense")
        visitor.get(f"{TARGET}?st_revenue=x")
        taken = time.monotonic() - started

    assert taken < 2
    assert [found[:2] for found in seen(tracker)] == [("click", "rejected"), ("target", "rejected")]


def test_a_click_that_leads_nowhere_is_kept(tracker: Tracker, visit: Visit) -> None:
    visit(tracker).get("/salestrack/r/nonsense")

    assert [found[:2] for found in seen(tracker)] == [("click", "rejected")]


@pytest.mark.parametrize("query", ["&" * 60000, "st_revenue=" * 5000])
def test_the_names_of_much_nonsense_are_not_worth_much_time(
    tracker: Tracker, visit: Visit, query: str
) -> None:
    assert visit(tracker).get(f"{TARGET}?{query}").error is not None
    assert len(seen(tracker)[0][3]) <= 1
