"""``tracker.record(...)`` in process: whom the environ, a touch or a token credits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import (
    BadValue,
    Conversion,
    Line,
    Money,
    Order,
    Touch,
    Tracker,
    Unattributed,
)

_30_DAYS = timedelta(days=30)
_MOMENT = timedelta(microseconds=1)


def _clicked(tracker: Tracker, visit: Visit, **names: Any) -> dict[str, str]:
    """The environ of somebody who followed a link with these names."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", **names))
    return visitor.environ


def test_the_environ_credits_the_visitor(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """No pixel is needed: the cookie is there when the order is placed."""
    environ = _clicked(tracker, visit, contact="c81", newsletter="2026-11")
    receivers = listen(tracker)
    order = Order(
        customer_ref="HS99332",
        lines=(
            Line(
                product_id="9040493329", name="Socks", quantity=5, unit_price=Money("0.89", "USD")
            ),
        ),
    )

    recorded = tracker.record(Conversion(reference="995AB220", order=order), environ=environ)

    assert recorded.outcome == "recorded"
    assert recorded.touch == Touch(at=NOON, contact="c81", newsletter="2026-11")
    assert recorded.conversion.source == "api"
    assert recorded.conversion.scope == "order"
    assert (recorded.conversion.revenue, recorded.conversion.quantity) == (Money("4.45", "USD"), 5)
    assert recorded.conversion.occurred_at == NOON
    (keywords,) = (call[2] for call in receivers.calls)
    assert keywords == {"recorded": recorded, "environ": environ}
    assert row_counts(tracker)["lines"] == 1


def test_it_was_committed_when_record_returns(tracker: Tracker) -> None:
    """Another connection sees the row at once."""
    recorded = tracker.record(Conversion(reference="7", revenue=Money("49.95", "USD")))

    (row,) = rows_of(tracker, "conversions")
    assert (row["id"], row["revenue"], row["currency"]) == (recorded.id, 4995, "USD")


def test_without_anything_nobody_is_credited(tracker: Tracker) -> None:
    """A sale by telephone is a sale."""
    recorded = tracker.record(Conversion(reference="7"))

    assert (recorded.outcome, recorded.touch, recorded.referral) == ("recorded", None, None)


@pytest.mark.parametrize(
    "environ", [{}, {"HTTP_COOKIE": "cart=7"}, {"HTTP_COOKIE": "salestrack=poison"}]
)
def test_a_visitor_without_a_click_is_nobody(tracker: Tracker, environ: dict[str, str]) -> None:
    """No cookie, another's, or one that does not open."""
    assert tracker.visitor(environ) is None
    assert tracker.attribution_token(environ) == ""
    assert tracker.record(Conversion(reference="7"), environ=environ).touch is None


def test_a_touch_is_credited_instead_of_the_cookie(tracker: Tracker, visit: Visit) -> None:
    """A clerk who knows the newsletter says so."""
    environ = _clicked(tracker, visit, newsletter="2026-11")
    touch = Touch(at=NOON, contact="c5", newsletter="paper-catalogue", publisher="p3")

    recorded = tracker.record(Conversion(reference="7"), environ=environ, touch=touch)

    assert recorded.touch == touch
    assert recorded.referral == touch


@pytest.mark.parametrize(
    ("at", "credited"),
    [
        pytest.param(NOON - _30_DAYS, True, id="at the edge"),
        pytest.param(NOON - _30_DAYS - _MOMENT, False, id="too old"),
        pytest.param(NOON + _MOMENT, False, id="after the sale"),
        pytest.param(None, True, id="time unknown"),
    ],
)
def test_a_touchs_time_counts(tracker: Tracker, at: Any, *, credited: bool) -> None:
    """The window holds for it as for a click; without a time there is none."""
    touch = Touch(at=at, newsletter="2026-11")

    recorded = tracker.record(Conversion(reference="7"), touch=touch)

    assert (recorded.touch is not None) is credited


@pytest.mark.parametrize(
    ("touch", "field"),
    [
        pytest.param(Touch(contact=""), "contact", id="empty"),
        pytest.param(Touch(newsletter="x" * 101), "newsletter", id="too long"),
        pytest.param(Touch(link="a\0b"), "link", id="NUL"),
        pytest.param(Touch(list=7), "list", id="no text"),  # type: ignore[arg-type]
        pytest.param(Touch(at=NOON.replace(tzinfo=None), link="a"), "at", id="naive time"),
    ],
)
def test_a_touch_that_no_link_could_make_is_refused(
    tracker: Tracker, touch: Touch, field: str
) -> None:
    """The error names the field, and nothing is recorded."""
    with pytest.raises(BadValue) as caught:
        tracker.record(Conversion(reference="7"), touch=touch)

    assert caught.value.field == field
    assert row_counts(tracker)["conversions"] == 0


def test_touch_and_token_together_are_refused(tracker: Tracker) -> None:
    """Nobody could say which of them counts."""
    with pytest.raises(BadValue, match="token"):
        tracker.record(Conversion(reference="7"), touch=Touch(link="a"), token="")


def test_a_source_may_keep_credited_conversions_only(make_tracker: MakeTracker) -> None:
    """``record_unattributed`` without ``api``."""
    tracker = make_tracker(record_unattributed=[])

    with pytest.raises(Unattributed):
        tracker.record(Conversion(reference="7"))
    referred = tracker.record(Conversion(reference="8"), touch=Touch(publisher="p3"))

    assert (referred.touch, referred.outcome) == (None, "recorded")
    assert row_counts(tracker)["conversions"] == 1


def test_the_visitor_has_only_touches_that_still_count(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """``tracker.visitor(environ)``: who it is, and what a sale now would be credited to."""
    environ = _clicked(tracker, visit, newsletter="2026-11")

    now = tracker.visitor(environ)
    clock.advance(_30_DAYS + _MOMENT)
    later = tracker.visitor(environ)

    assert now is not None
    assert later is not None
    assert now.touch == Touch(at=NOON, newsletter="2026-11")
    assert later.touch is None
    assert later.id == now.id


@pytest.mark.parametrize("late", [timedelta(0), _MOMENT])
def test_whether_a_click_was_in_time_is_seen_by_the_order_and_not_by_its_repeat(
    tracker: Tracker, visit: Visit, clock: ManualClock, late: timedelta
) -> None:
    """A webhook tells of the order, and the browser that clicked thirty days before a day later."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", contact="c81", newsletter="2026-11"))
    clock.advance(_30_DAYS + late)
    tracker.record(Conversion(reference="1"))
    clock.advance(timedelta(days=1))

    repeated = tracker.record(Conversion(reference="1"), environ=visitor.environ)
    new = tracker.record(Conversion(reference="2"), environ=visitor.environ)

    touch = Touch(at=NOON, contact="c81", newsletter="2026-11")
    assert repeated.touch == (None if late else touch)
    assert new.touch is None
    (stored, _) = rows_of(tracker, "conversions")
    assert stored["touch_contact"] == (None if late else "c81")
