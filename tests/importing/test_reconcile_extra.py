from __future__ import annotations

from datetime import date, timedelta

from tests.importing.orders import assert_agrees, found, net, order, sell
from tests.support.clock import NOON
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Tracker


def test_what_is_extra_is_cancelled_only_where_that_is_asked_for(tracker: Tracker) -> None:
    """In the orders' days, and in the scope of orders; what has no reference stays."""
    for reference, hours in (("1", 2), ("2", 3), ("later", -24), ("before", 30)):
        sell(tracker, reference, occurred_at=NOON - timedelta(hours=hours))
    sell(tracker, "target", scope="target:1")
    sell(tracker, None)
    tracker.record(Conversion(reference="signup"))

    listed = [("extra", "2", "cancel", False), ("extra", None, "none", False)]
    assert found(tracker.reconcile([order()])) == listed
    assert found(tracker.reconcile([order()], apply=True)) == listed

    cancelled = tracker.reconcile([order()], apply=True, cancel_extra=True)
    assert found(cancelled) == [("extra", "2", "cancel", True), listed[1]]
    assert found(tracker.reconcile([order()])) == [listed[1]]


def test_what_the_shop_has_after_all_is_reinstated(make_tracker: MakeTracker, visit: Visit) -> None:
    """Somebody forged the pixel of an order number that was still to come."""
    tracker = make_tracker(targets={1: {"title": "Sale", "scope": "order"}})
    visit(tracker).get("/salestrack/target/1/?st_reference=2&st_revenue=999")
    forged = order() | {"occurred_at": NOON.isoformat()}
    assert ("extra", "2", "cancel", True) in found(
        tracker.reconcile([forged], apply=True, cancel_extra=True)
    )
    sell(tracker, "2", "20")

    orders = [forged, order("2", "20", refunded="5")]
    assert found(tracker.reconcile(orders)) == [("cancellation", "2", "reinstate", False)]
    assert found(tracker.reconcile(orders, apply=True)) == [
        ("cancellation", "2", "reinstate", True)
    ]
    assert_agrees(tracker, orders)
    assert net(tracker) == "25.00"


def test_what_is_cancelled_and_reinstated_again_and_again_is_said(tracker: Tracker) -> None:
    """By lists of one day that do not agree; under another name it is done."""
    sell(tracker, "2")
    without, with_it = [order()], [order(), order("2")]
    tracker.reconcile(without, apply=True, cancel_extra=True)
    tracker.reconcile(with_it, apply=True)

    (stuck,) = tracker.reconcile(without, apply=True, cancel_extra=True).differences
    assert (stuck.kind, stuck.mended) == ("extra", False)
    assert stuck.note.endswith("and that was undone; name it anew")
    (undone,) = tracker.reconcile(
        without, apply=True, cancel_extra=True, name="once more"
    ).differences
    assert undone.mended
    (stuck,) = tracker.reconcile(with_it, apply=True).differences
    assert (stuck.remedy, stuck.mended) == ("reinstate", False)
    assert stuck.note.endswith("and that was undone; name it anew")


def test_what_people_cancelled_after_that_stays_cancelled(tracker: Tracker) -> None:
    """The shop's list may be older than that."""
    sell(tracker, "2")
    tracker.reconcile([order()], apply=True, cancel_extra=True)
    tracker.reinstate("2")
    tracker.cancel("2")

    listed = [("cancellation", "2", "none", False)]
    assert found(tracker.reconcile([order(), order("2")], apply=True)) == listed


def test_what_was_sold_after_the_export_is_not_cancelled(tracker: Tracker) -> None:
    """Unless it is said how far the shop's orders go; days without a time go to their end."""
    sell(tracker, "new", occurred_at=NOON - timedelta(hours=1))

    kept = tracker.reconcile([order()], apply=True, cancel_extra=True)
    assert found(kept)[1:] == [("extra", "new", "none", False)]
    assert "later than the shop's last order" in kept.differences[1].note
    today = date(2026, 11, 21)
    for orders, until in (([order()], today), ([order() | {"occurred_at": "2026-11-21"}], None)):
        assert found(tracker.reconcile(orders, until=until)) == [("extra", "new", "cancel", False)]


def test_nothing_extra_is_cancelled_while_rows_are_rejected(tracker: Tracker) -> None:
    """It may be one of them."""
    sell(tracker, "2")
    sell(tracker, "3")
    orders = [order("1"), order("2", revenue="x"), order("1")]

    result = tracker.reconcile(orders, apply=True, cancel_extra=True)

    assert found(result) == [("missing", "1", "record", True), ("extra", "3", "cancel", False)]
    assert [(each.line, each.reference, each.reason) for each in result.rejected] == [
        (2, "2", "revenue is not a plain decimal number such as 49.95"),
        (3, "1", "reference is there twice"),
    ]


def test_a_period_is_given_or_that_of_the_orders(tracker: Tracker) -> None:
    """Orders outside of it are not compared, but they are no extra ones either."""
    sell(tracker, "1")
    sell(tracker, "2", occurred_at=NOON - timedelta(days=3))
    orders = [order("1"), order("3", occurred_at="2026-11-25")]
    orders[1]["occurred_at"] = "2026-11-20"

    own = tracker.reconcile(orders)
    assert own.since is not None
    assert own.until is not None
    assert (own.since.isoformat(), own.until.isoformat()) == (
        "2026-11-20T00:00:00+00:00",
        "2026-11-22T00:00:00+00:00",
    )
    assert found(own) == [("missing", "3", "record", False)]

    longer = tracker.reconcile(orders, since=date(2026, 11, 1), until=date(2026, 11, 30))
    assert found(longer) == [("missing", "3", "record", False), ("extra", "2", "cancel", False)]
    shorter = tracker.reconcile(orders, since=date(2026, 11, 21), until=date(2026, 11, 21))
    assert (shorter.compared, shorter.differences) == (1, ())
    timeless = tracker.reconcile([{"reference": "1", "revenue": "10"}])
    assert (timeless.since, timeless.differences) == (None, ())


def test_an_order_recorded_with_repeats_permitted_is_not_missing(tracker: Tracker) -> None:
    """To record it would count it twice."""
    sell(tracker, deduped=False)
    assert_agrees(tracker, [order()])
    sell(tracker, deduped=False)
    assert found(tracker.reconcile([order()])) == [("extra", "1", "none", False)]
