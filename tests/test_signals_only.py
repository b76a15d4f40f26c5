"""``database=None``: nothing is stored, the receivers of the signals are the storage."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import (
    Conversion,
    Money,
    ReceiverError,
    SalesTrackError,
    StoreError,
    Touch,
    Tracker,
    signals,
)

_HIT = "/salestrack/target/1/?st_revenue=49.95&st_quantity=2&st_reference=7"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A tracker without a store."""
    return make_tracker(database=None)


def _raise(_sender: Tracker, **_keywords: Any) -> None:
    raise LookupError("the shop's own table is gone")


def test_clicks_and_sales_come_to_the_receivers_credited(
    tracker: Tracker, visit: Visit, listen: Listen, tmp_path: Path
) -> None:
    """The cookie credits without a database, and no file is made."""
    receivers = listen(tracker)
    visitor = visit(tracker)

    visitor.get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))
    answer = visitor.get(_HIT)
    called = tracker.record(Conversion(reference="8"), environ=visitor.environ)

    touch = Touch(at=NOON, contact="c81", newsletter="2026-11")
    assert answer.error is None
    assert [click.touch for click in receivers.clicks] == [touch]
    assert [recorded.touch for recorded in receivers.recorded] == [touch, touch]
    assert receivers.recorded[0].conversion.revenue == Money("49.95", "USD")
    assert receivers.recorded[1] == called
    assert len({recorded.id for recorded in receivers.recorded}) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_window_holds(
    tracker: Tracker, visit: Visit, listen: Listen, clock: ManualClock
) -> None:
    """It needs the times in the cookie only."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", newsletter="2026-11"))
    clock.advance(timedelta(days=31))

    visitor.get(_HIT)

    assert [recorded.touch for recorded in receivers.recorded] == [None]


def test_a_receiver_that_raises_makes_the_hit_rejected(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """It was not stored, and so it is not acknowledged; the other receivers still hear of it."""
    with signals.conversion_recorded.connected_to(_raise, sender=tracker):
        receivers = listen(tracker)
        answer = visit(tracker).get(_HIT)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.error == "not recorded: a receiver failed"
    assert receivers.rejected == [("target", answer.error)]
    assert len(receivers.recorded) == 1


def test_in_process_a_receiver_that_raises_is_an_error(tracker: Tracker) -> None:
    """Of ours, so that a checkout catches what it always catches."""
    with (
        signals.conversion_recorded.connected_to(_raise, sender=tracker),
        pytest.raises(ReceiverError) as caught,
    ):
        tracker.record(Conversion(reference="7"))

    assert isinstance(caught.value, SalesTrackError)


def test_a_click_goes_on_whatever_its_receiver_does(tracker: Tracker, visit: Visit) -> None:
    """The visitor is on the way to the shop; the cookie credits."""
    with signals.click_recorded.connected_to(_raise, sender=tracker):
        answer = visit(tracker).get(tracker.click_url("/p/socks", newsletter="2026-11"))

    assert (answer.status, answer.headers["Location"]) == (302, "/p/socks")
    assert len(answer.cookies) == 1


def test_a_click_token_credits_without_a_window(tracker: Tracker) -> None:
    """No click is stored that could give it a time."""
    token = tracker.click_url("/", contact="c81").rsplit("/", 1)[1]

    recorded = tracker.record(Conversion(reference="7"), token=token)

    assert recorded.touch == Touch(contact="c81")


def test_what_needs_a_store_says_so(tracker: Tracker) -> None:
    """Reports and replays name the key to set."""
    with pytest.raises(StoreError, match="database is None"):
        tracker.report()
    with pytest.raises(StoreError, match="database is None"):
        list(tracker.replay(NOON))


def test_refused_hits_are_refused_as_ever(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Parsing does not depend on storage."""
    receivers = listen(tracker)

    answer = visit(tracker).get("/salestrack/target/1/?st_revenue=-5")

    assert receivers.rejected == [("target", answer.error)]
    assert receivers.recorded == []
