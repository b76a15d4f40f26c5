"""``tracker.cancel(reference)`` and ``tracker.identify(...)``."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from blinker import NamedSignal

from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import (
    BadValue,
    Conversion,
    Line,
    Money,
    Order,
    StoreError,
    Touch,
    Tracker,
    UnknownReference,
    signals,
)

TEN = Money("10", "USD")


def sold(tracker: Tracker, by: str = "newsletter") -> dict[str | None, int]:
    """How many sales there are of each."""
    return {row.dimension: int(row.count) for row in tracker.report(by).rows}


def order(customer_ref: str = "k1") -> Order:
    """Of one pair of socks."""
    line = Line(product_id="s1", name="Socks", quantity=1, unit_price=TEN)
    return Order(customer_ref=customer_ref, lines=(line,))


def test_a_cancelled_order_leaves_every_report(tracker: Tracker) -> None:
    """It stays in the store; the others count as before."""
    for reference in ("1001", "1002"):
        sale = Conversion(reference=reference, revenue=TEN)
        tracker.record(sale, touch=Touch(newsletter="2026-11"))

    adjusted = tracker.cancel("1001")

    assert (adjusted.outcome, adjusted.adjustment.kind) == ("adjusted", "cancellation")
    assert adjusted.conversion.reference == "1001"
    for by in ("newsletter", "link", "contact", "list", "target", "day"):
        assert list(sold(tracker, by).values()) == [1]
    assert tracker.cancel("1001").outcome == "duplicate"


def test_a_targets_conversion_is_cancelled_in_its_scope(tracker: Tracker, visit: Visit) -> None:
    visit(tracker).get("/salestrack/target/1/?st_revenue=5&st_reference=7")

    with pytest.raises(UnknownReference, match="no conversion has this reference in the scope"):
        tracker.cancel("7")
    tracker.cancel("7", "target:1")

    assert sold(tracker) == {}


def test_receivers_are_told_once(tracker: Tracker, listen: Listen, clock: ManualClock) -> None:
    """Of the adjustment and of what it changed; a second cancellation is none."""
    recorded = tracker.record(Conversion(reference="1001", revenue=TEN))
    receivers = listen(tracker)
    clock.advance(timedelta(hours=1))

    adjusted = tracker.cancel("1001")
    tracker.cancel("1001")

    assert receivers.adjusted == [(adjusted.adjustment, recorded.conversion)]
    assert adjusted.adjustment.at == NOON + timedelta(hours=1)
    assert list(tracker.replay()) == []


def test_a_signal_that_failed_is_sent_again(tracker: Tracker, listen: Listen) -> None:
    """By a replay without a time, until it succeeds; with one, whenever it is asked for."""
    tracker.record(Conversion(reference="1001", revenue=TEN))
    failures: list[Any] = []

    def fail(sender: Tracker, **keywords: Any) -> None:
        failures.append(keywords)
        raise RuntimeError

    with signals.conversion_adjusted.connected_to(fail, sender=tracker):
        adjusted = tracker.cancel("1001")
        assert [succeeded for _, succeeded in tracker.replay()] == [False]
    receivers = listen(tracker)

    assert [(found.outcome, done) for found, done in tracker.replay()] == [("adjusted", True)]
    assert list(tracker.replay()) == []
    assert [found.outcome for found, _ in tracker.replay(NOON)] == ["recorded", "adjusted"]
    assert len(failures) == 2
    assert receivers.adjusted == [(adjusted.adjustment, adjusted.conversion)] * 2


@pytest.mark.parametrize(
    "signal",
    [signals.conversion_recorded, signals.conversion_enriched, signals.conversion_adjusted],
    ids=lambda signal: signal.name,
)
def test_a_replay_is_heard_by_whoever_listens(tracker: Tracker, signal: NamedSignal) -> None:
    assert not tracker.replay_is_heard
    with signal.connected_to(lambda *_, **__: None, sender=tracker):
        assert tracker.replay_is_heard


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("",), "reference"),
        ((1001,), "reference"),
        (("x" * 256,), "reference"),
        (("1", ""), "scope"),
    ],
)
def test_what_is_no_reference_is_refused(
    tracker: Tracker, arguments: tuple[Any, ...], field: str
) -> None:
    with pytest.raises(BadValue) as refused:
        tracker.cancel(*arguments)
    assert refused.value.field == field


def test_without_a_store_nothing_can_be_cancelled(make_tracker: MakeTracker) -> None:
    tracker = make_tracker(database=None)

    with pytest.raises(StoreError, match="database is None"):
        tracker.cancel("1001")
    with pytest.raises(StoreError, match="database is None"):
        tracker.identify(contact="c1", customer_ref="k1")


def test_a_contact_gets_the_whole_history_of_a_customer(tracker: Tracker) -> None:
    """[doc] "If the contact at some point subscribes [...], you will have all of the history"."""
    tracker.record(Conversion(reference="1", order=order()))
    assert sold(tracker, "contact") == {None: 1}

    tracker.identify(contact="c81", customer_ref="k1")
    tracker.record(Conversion(reference="2", order=order()))
    tracker.record(Conversion(reference="3", order=order("k2")))

    assert sold(tracker, "contact") == {"c81": 2, None: 1}
    (row,) = tracker.report("day", where={"contact": "c81"}).rows
    assert (row.count, row.revenue) == (2, Decimal(20))


@pytest.mark.parametrize("names", [{"contact": ""}, {"customer_ref": ""}, {"contact": "x" * 101}])
def test_what_identifies_nobody_is_refused(tracker: Tracker, names: dict[str, str]) -> None:
    with pytest.raises(BadValue, match=next(iter(names))):
        tracker.identify(**{"contact": "c1", "customer_ref": "k1", **names})
