from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.importing.orders import assert_agrees, found, net, order, sell
from tests.importing.purchases import purchases
from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.rows import rows_of
from wsgi_salestrack import StoreError, Touch, Tracker
from wsgi_salestrack.importing import Row


@pytest.mark.parametrize(
    ("sold", "ours", "difference", "left"),
    [
        (None, order(), ("missing", "record"), "10.00"),
        (None, order(refunded="4"), ("missing", "record"), "6.00"),
        (None, order(refunded="10"), ("missing", "record"), "0.00"),
        ({}, order(revenue="9.99"), ("amount", "refund"), "9.99"),
        ({}, order(revenue="0"), ("amount", "refund"), "0.00"),
        ({}, order(refunded="4"), ("refund", "refund"), "6.00"),
        ({}, order(revenue="9", refunded="4"), ("amount", "refund"), "5.00"),
        ({}, order(status="cancelled"), ("cancellation", "cancel"), "0.00"),
        ({"source": "target"}, order(revenue="11"), ("amount", "record"), "11.00"),
        ({"source": "target"}, order(revenue="11", refunded="4"), ("amount", "record"), "7.00"),
        ({"revenue": None}, order(revenue="11"), ("amount", "record"), "11.00"),
        ({"source": "target"}, order(revenue="9"), ("amount", "refund"), "9.00"),
    ],
)
def test_a_difference_is_found_and_mended_once(
    tracker: Tracker,
    sold: dict[str, Any] | None,
    ours: dict[str, object],
    difference: tuple[str, str],
    left: str,
) -> None:
    """Only where it is asked for; then nothing differs."""
    if sold is not None:
        sell(tracker, **sold)
    kind, remedy = difference

    assert found(tracker.reconcile([ours])) == [(kind, "1", remedy, False)]
    assert found(tracker.reconcile([ours])) == [(kind, "1", remedy, False)]
    assert found(tracker.reconcile([ours], apply=True)) == [(kind, "1", remedy, True)]

    assert net(tracker) == left
    assert_agrees(tracker, [ours])


@pytest.mark.parametrize(
    "ours",
    [
        order(),
        order(revenue="10.00", status="paid", refunded="0"),
        order(revenue=""),
        order(reference="9", status="cancelled"),
        {"reference": "1", "revenue": "10"},
    ],
)
def test_what_agrees_is_not_listed(tracker: Tracker, ours: dict[str, object]) -> None:
    """Nor is what the shop has cancelled and was never recorded."""
    sell(tracker)
    assert_agrees(tracker, [order(), ours] if ours["reference"] == "9" else [ours])


@pytest.mark.parametrize(
    ("ours", "differs"),
    [
        (order(), False),  # a shop that says no more than what was sold
        (order(revenue="6"), False),  # or no more than what is left
        (order(refunded="4"), False),
        (order(revenue="6", refunded="0"), False),
        (order(revenue="7"), True),
        (order(refunded="3"), True),
    ],
)
def test_what_was_taken_back_here_is_for_people_to_look_at(
    tracker: Tracker, ours: dict[str, object], *, differs: bool
) -> None:
    """It may be a chargeback, which the shop's table knows nothing of."""
    sell(tracker)
    tracker.chargeback("1", amount="4")

    result = tracker.reconcile([ours], apply=True)

    assert [(each.remedy, each.mended) for each in result.remaining] == [("none", False)] * differs
    assert all("reinstate it" in each.note for each in result.differences)
    assert net(tracker) == "6.00"


@pytest.mark.parametrize(
    ("sold", "ours", "note"),
    [
        ({}, order(revenue="11"), "it came by api, and stays"),
        ({}, order(currency="EUR"), "it came by api, and stays"),
        ({"deduped": False}, order(revenue="9"), "it was recorded by a source that repeats"),
    ],
)
def test_what_cannot_be_mended_stays_in_the_list(
    tracker: Tracker, sold: dict[str, Any], ours: dict[str, object], note: str
) -> None:
    sell(tracker, **sold)

    (difference,) = tracker.reconcile([ours], apply=True).remaining

    assert (difference.kind, difference.remedy) == ("amount", "none")
    assert difference.note.startswith(note)
    assert net(tracker) == "10.00"


def test_a_cancellation_here_is_for_people_to_look_at(tracker: Tracker) -> None:
    sell(tracker)
    tracker.cancel("1")
    assert found(tracker.reconcile([order()], apply=True)) == [("cancellation", "1", "none", False)]
    assert tracker.reconcile([order(status="cancelled")]).differences == ()


def test_a_pixels_amount_stays_where_some_was_taken_back(tracker: Tracker) -> None:
    """For of another amount that would make nonsense."""
    sell(tracker, source="target")
    tracker.refund("1", amount="1")
    (difference,) = tracker.reconcile([order(revenue="11")], apply=True).remaining
    assert difference.remedy == "none"


def test_what_is_mended_several_times_a_day(tracker: Tracker, clock: ManualClock) -> None:
    """Each refund has a name of its own, and a crash between them repeats none."""
    sell(tracker)
    for revenue in ("9", "7", "4"):
        assert tracker.reconcile([order(revenue=revenue)], apply=True).remaining == ()
    clock.advance(timedelta(days=1))
    tracker.reconcile([order(revenue="3")], apply=True, name="audit")

    references = [row["reference"] for row in rows_of(tracker, "adjustments")]
    assert references == [
        *(f"reconcile:2026-11-21:{left}.00" for left in (9, 7, 4)),
        "audit:3.00",
    ]


def test_what_was_mended_and_undone_is_said(tracker: Tracker) -> None:
    """It is not mended under the same name again; under another one it is."""
    sell(tracker)
    ours = [order(revenue="9", refunded="0")]
    tracker.reconcile(ours, apply=True)
    tracker.reinstate("1")

    (difference,) = tracker.reconcile(ours, apply=True).remaining
    assert "that was undone" in difference.note
    assert tracker.reconcile(ours, apply=True, name="again").remaining == ()


def test_totals_of_both_sides(tracker: Tracker) -> None:
    """For each currency, without what is cancelled."""
    sell(tracker, "1")
    sell(tracker, "2", "20")
    tracker.refund("2", amount="5")
    orders = [order("1", "11", refunded="1"), order("3", "7", currency="EUR")]
    orders.append(order("4", status="cancelled"))

    totals = tracker.reconcile(orders).totals

    assert [
        (each.side, each.currency, each.count, *map(str, (each.revenue, each.refunded, each.net)))
        for each in totals
    ] == [
        ("shop", "EUR", 1, "7.00", "0.00", "7.00"),
        ("shop", "USD", 1, "11.00", "1.00", "10.00"),
        ("here", "USD", 2, "30.00", "5.00", "25.00"),
    ]


def test_what_is_missing_is_recorded_with_all_that_its_row_says(tracker: Tracker) -> None:
    """Its time, its touch and its products, as an import would."""
    ours = order(newsletter="n1", product_id="s1", name="Socks", quantity=2, unit_price="5")
    tracker.reconcile([ours], apply=True)

    ((recorded, _),) = tracker.replay(NOON)
    conversion = recorded.conversion
    assert conversion.source == "import"
    assert conversion.occurred_at == NOON - timedelta(hours=2)
    assert conversion.order is not None
    assert getattr(recorded, "touch", None) == Touch(newsletter="n1")


def test_receivers_are_told_of_what_was_mended(tracker: Tracker, listen: Listen) -> None:
    sell(tracker)
    receivers = listen(tracker)

    tracker.reconcile([order(refunded="4"), order("2")])
    assert receivers.calls == []
    tracker.reconcile([order(refunded="4"), order("2")], apply=True)

    assert [each.conversion.reference for each in receivers.recorded] == ["2"]
    assert [adjustment.kind for adjustment, _ in receivers.adjusted] == ["refund"]


def test_rows_that_cannot_be_read_are_told(tracker: Tracker) -> None:
    (rejected,) = tracker.reconcile([Row(line=7, problem="line is not CSV")]).rejected
    assert (rejected.line, rejected.reason) == (7, "line is not CSV")


def test_a_store_that_fails_is_told(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(tracker.store, "stored", fail)
    with pytest.raises(StoreError, match="disk is full"):
        tracker.reconcile([order()])


def test_cdnows_purchases_are_reconciled(tracker: Tracker) -> None:
    """Every 10th was refunded, every 37th cancelled, every 50th never reported: all is found."""
    shop = purchases(1200)
    list(tracker.import_conversions(row for n, row in enumerate(shop, 1) if n % 50))
    for number, row in enumerate(shop, 1):
        row["refunded"] = row["revenue"] if number % 10 == 0 else "0"
        row["status"] = "cancelled" if number % 37 == 0 else "paid"

    kinds = [each.kind for each in tracker.reconcile(shop).differences]
    expected = {
        "missing": [n for n in range(1, 1201) if n % 50 == 0 and n % 37],
        "cancellation": [n for n in range(1, 1201) if n % 37 == 0 and n % 50],
    }
    assert kinds.count("missing") == len(expected["missing"])
    assert kinds.count("cancellation") == len(expected["cancellation"])

    mended = tracker.reconcile(shop, apply=True)
    assert mended.remaining == ()
    after = tracker.reconcile(shop)
    assert after.differences == ()
    ours, theirs = after.totals
    assert (ours.revenue, ours.refunded, ours.net) == (theirs.revenue, theirs.refunded, theirs.net)


def test_what_is_taken_back_meanwhile_is_not_taken_back_again(tracker: Tracker) -> None:
    """A webhook tells of a refund after it was compared, and before it is mended."""
    for reference in "01":
        sell(tracker, reference)

    def orders() -> Iterator[dict[str, object]]:
        yield order("0", refunded="4")
        yield order("1", refunded="4")
        # Five hundred are compared at once.
        yield from (order(f"more{number}") for number in range(500))
        tracker.refund("0", amount="4", adjustment_ref="R-17")
        tracker.refund("1", amount="1", adjustment_ref="R-18")

    tracker.reconcile(orders(), apply=True)

    nets = [str(tracker.explain(reference).recorded.net) for reference in "01"]
    assert nets == ["6.00 USD", "6.00 USD"]
