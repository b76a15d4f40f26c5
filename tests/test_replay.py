"""``tracker.replay(since)``: the signals again, after a receiver has failed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.rows import row_counts
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Line, Money, Order, Touch, Tracker, signals


def test_the_same_values_come_again(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Id, conversion with its lines, touch and referral are those of the first time."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", contact="c81", newsletter="2026-11", publisher="p3"))
    order = Order(
        customer_ref="HS99332",
        point_of_sale="webshop",
        lines=(
            Line(
                product_id="9040493329",
                name="Mens black socks",
                categories=("socks", "mens"),
                quantity=5,
                unit_price=Money("0.89", "USD"),
            ),
        ),
    )
    first = tracker.record(Conversion(reference="7", order=order), environ=visitor.environ)
    second = tracker.record(Conversion(reference="8"), touch=Touch(link="hero"))
    receivers = listen(tracker)

    sent = list(tracker.replay(NOON))

    assert sent == [(first, True), (second, True)]
    assert receivers.calls == [
        (signals.conversion_recorded, tracker, {"recorded": one, "environ": None})
        for one in (first, second)
    ]


def test_nothing_is_stored_again(tracker: Tracker, visit: Visit) -> None:
    """A replay changes no row."""
    visit(tracker).get("/salestrack/target/1/?st_revenue=5")
    before = (row_counts(tracker), tracker.report())

    list(tracker.replay(NOON))
    list(tracker.replay(NOON))

    assert (row_counts(tracker), tracker.report()) == before


@pytest.mark.parametrize(
    ("since", "references"),
    [
        pytest.param(NOON, ["1", "2", "3"], id="a moment, itself included"),
        pytest.param(NOON + timedelta(microseconds=1), ["2", "3"], id="a moment later"),
        pytest.param(NOON + timedelta(days=1), ["3"], id="a moment on the next day"),
        pytest.param(date(2026, 11, 21), ["1", "2", "3"], id="a day"),
        # 2026-11-22 begins at 2026-11-21 15:00 UTC in Tokyo.
        pytest.param(date(2026, 11, 22), ["2", "3"], id="a day in the shop's time zone"),
        pytest.param(datetime(2026, 11, 22), ["2", "3"], id="a naive moment"),  # noqa: DTZ001  # meant
        pytest.param(NOON + timedelta(days=9), [], id="the future"),
    ],
)
def test_since_is_a_day_or_a_moment(
    make_tracker: MakeTracker, clock: ManualClock, since: date, references: list[str]
) -> None:
    """What came then or later is sent, oldest first."""
    tracker = make_tracker(timezone="Asia/Tokyo")
    for reference, at in (
        ("1", NOON),
        ("2", datetime(2026, 11, 21, 15, tzinfo=UTC)),
        ("3", NOON + timedelta(days=1)),
    ):
        clock.now = at
        tracker.record(Conversion(reference=reference))

    sent = [recorded.conversion.reference for recorded, _ in tracker.replay(since)]

    assert sent == references


def test_what_only_changed_since_is_sent_as_enriched(
    tracker: Tracker, clock: ManualClock, listen: Listen
) -> None:
    """The receivers had it before."""
    tracker.record(Conversion(reference="7"))
    clock.advance(timedelta(days=1))
    tracker.record(Conversion(reference="7"), touch=Touch(newsletter="2026-11"))
    receivers = listen(tracker)

    list(tracker.replay(clock.now))

    (enriched,) = receivers.enriched
    assert (enriched.outcome, enriched.touch) == ("enriched", Touch(newsletter="2026-11"))
    assert receivers.recorded == []


def test_a_repeat_that_changed_nothing_is_not_sent(tracker: Tracker, clock: ManualClock) -> None:
    """Nor is a conflict: what it said counts nowhere."""
    tracker.record(Conversion(reference="7", revenue=Money("5", "USD")))
    clock.advance(timedelta(days=1))
    tracker.record(Conversion(reference="7", revenue=Money("5", "USD")))
    tracker.record(Conversion(reference="7", revenue=Money("6", "USD")))

    assert list(tracker.replay(clock.now)) == []


def test_a_receiver_that_fails_again_is_told_of_and_stops_nothing(tracker: Tracker) -> None:
    """Each conversion comes with whether all its receivers succeeded."""
    for reference in ("1", "2", "3"):
        tracker.record(Conversion(reference=reference))

    def receiver(_sender: Tracker, *, recorded: Any, environ: object) -> None:
        assert environ is None
        if recorded.conversion.reference == "2":
            raise LookupError("no such order")

    with signals.conversion_recorded.connected_to(receiver, sender=tracker):
        sent = [(one.conversion.reference, succeeded) for one, succeeded in tracker.replay(NOON)]

    assert sent == [("1", True), ("2", False), ("3", True)]


def test_only_this_site_is_replayed(make_tracker: MakeTracker, tracker: Tracker) -> None:
    """Another one in the same file has receivers of its own."""
    make_tracker(site="other").record(Conversion(reference="7"))

    assert list(tracker.replay(NOON)) == []
