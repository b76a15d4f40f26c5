from __future__ import annotations

from datetime import date, timedelta

from tests.importing.orders import assert_agrees, found, order, sell
from tests.support.clock import NOON
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
