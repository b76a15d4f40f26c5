"""Which click a sale is credited to, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.browser import Browser
from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Recorded, Tracker

_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


def _click(tracker: Tracker, visitor: Browser, **names: Any) -> None:
    assert visitor.get(tracker.click_url("/p/socks", **names)).status == 302


def _buy(tracker: Tracker, visitor: Browser, listen: Listen) -> Recorded:
    receivers = listen(tracker)
    assert visitor.get("/salestrack/target/1/?st_revenue=5").error is None
    (recorded,) = receivers.recorded
    return recorded


@pytest.mark.parametrize(
    ("window", "after", "credited"),
    [
        pytest.param({}, timedelta(0), True, id="at once"),
        pytest.param({}, 30 * _DAY, True, id="at the edge of 30 days"),
        pytest.param({}, 30 * _DAY + _MOMENT, False, id="after 30 days"),
        pytest.param({"window": 7 * _DAY}, 7 * _DAY, True, id="at the edge of 7 days"),
        pytest.param({"window": 7 * _DAY}, 7 * _DAY + _MOMENT, False, id="after 7 days"),
        pytest.param({"window": 3600}, timedelta(hours=1), True, id="at the edge of an hour"),
        pytest.param({"window": 3600}, timedelta(hours=1) + _MOMENT, False, id="after an hour"),
        pytest.param({}, -_MOMENT, False, id="before the click"),
    ],
)
def test_the_window_decides(
    make_tracker: MakeTracker,
    visit: Visit,
    listen: Listen,
    clock: ManualClock,
    *,
    window: dict[str, Any],
    after: timedelta,
    credited: bool,
) -> None:
    """A sale is credited to a click at most that long before it, for both programmes."""
    tracker = make_tracker(**window)
    visitor = visit(tracker)
    _click(tracker, visitor, newsletter="2026-11")
    _click(tracker, visitor, publisher="p3")
    clock.advance(after)

    recorded = _buy(tracker, visitor, listen)

    assert (recorded.touch is not None) is credited
    assert (recorded.referral is not None) is credited


def test_a_token_whose_click_came_after_the_sale_earns_nothing(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """That it has been clicked is known, so it is not a mail of which nobody knows when."""
    token = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11").rpartition("/")[2]
    clock.advance(timedelta(hours=1))
    visit(tracker).get(f"/salestrack/r/{token}")

    before = tracker.record(Conversion(reference="1", occurred_at=NOON), token=token)
    after = tracker.record(Conversion(reference="2", occurred_at=clock.now), token=token)

    assert before.touch is None
    assert after.touch is not None
    assert after.touch.at == clock.now


def test_a_click_after_the_sale_earns_nothing(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """A sale that is told of later is credited as of when it occurred."""
    visitor = visit(tracker)
    clock.advance(timedelta(hours=1))
    _click(tracker, visitor, newsletter="2026-11")

    before = tracker.record(Conversion(reference="1", occurred_at=NOON), environ=visitor.environ)
    after = tracker.record(
        Conversion(reference="2", occurred_at=clock.now), environ=visitor.environ
    )

    assert before.touch is None
    assert after.touch is not None


def test_the_last_newsletter_click_wins(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """[Splio] "the last link used within the Campaign Newsletter is kept"."""
    visitor = visit(tracker)
    _click(tracker, visitor, contact="c81", newsletter="2026-10", link="hero")
    _click(tracker, visitor, contact="c81", newsletter="2026-11", link="foot")

    recorded = _buy(tracker, visitor, listen)

    assert recorded.touch is not None
    assert (recorded.touch.newsletter, recorded.touch.link) == ("2026-11", "foot")
    assert recorded.referral is None


@pytest.mark.parametrize("last", ["newsletter", "publisher"])
def test_the_two_programmes_do_not_erase_each_other(
    tracker: Tracker, visit: Visit, listen: Listen, last: str
) -> None:
    """An affiliate's click keeps the newsletter's touch, and the other way round."""
    visitor = visit(tracker)
    clicks = [
        {"publisher": "p3", "link": "banner"},
        {"contact": "c81", "newsletter": "2026-11", "link": "hero"},
    ]
    for names in clicks if last == "newsletter" else reversed(clicks):
        _click(tracker, visitor, **names)

    recorded = _buy(tracker, visitor, listen)

    assert recorded.touch is not None
    assert recorded.referral is not None
    assert (recorded.touch.newsletter, recorded.touch.link) == ("2026-11", "hero")
    assert recorded.touch.publisher is None
    assert (recorded.referral.publisher, recorded.referral.link) == ("p3", "banner")
    assert recorded.referral.newsletter is None


def test_the_last_affiliate_click_wins_as_well(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """Of two publishers the later one refers the sale."""
    visitor = visit(tracker)
    _click(tracker, visitor, publisher="p3")
    _click(tracker, visitor, publisher="p4")

    recorded = _buy(tracker, visitor, listen)

    assert recorded.touch is None
    assert recorded.referral is not None
    assert recorded.referral.publisher == "p4"


def test_a_link_of_both_programmes_is_both(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """A publisher's own newsletter credits contact and publisher."""
    visitor = visit(tracker)
    _click(tracker, visitor, contact="c81", newsletter="2026-11", publisher="p3")

    recorded = _buy(tracker, visitor, listen)

    assert recorded.touch == recorded.referral
    assert recorded.touch is not None
    assert (recorded.touch.contact, recorded.touch.publisher) == ("c81", "p3")


def test_touches_expire_apart(
    tracker: Tracker, visit: Visit, listen: Listen, clock: ManualClock
) -> None:
    """Each programme's window runs from its own click."""
    visitor = visit(tracker)
    _click(tracker, visitor, newsletter="2026-11")
    clock.advance(20 * _DAY)
    _click(tracker, visitor, publisher="p3")
    clock.advance(20 * _DAY)

    recorded = _buy(tracker, visitor, listen)

    assert recorded.touch is None
    assert recorded.referral is not None


def test_a_credited_sale_is_in_the_report(tracker: Tracker, visit: Visit) -> None:
    """Contact, newsletter, link and list of the click are what the sale is reported under."""
    visitor = visit(tracker)
    _click(tracker, visitor, contact="c81", list="main", newsletter="2026-11", link="hero")
    visitor.get("/salestrack/target/1/?st_revenue=49.95&st_quantity=2&st_reference=7")

    found = {
        by: [(row.dimension, row.count, row.quantity, str(row.revenue)) for row in report.rows]
        for by in ("contact", "list", "newsletter", "link", "target", "day")
        for report in [tracker.report(by)]
    }

    values = {"contact": "c81", "list": "main", "newsletter": "2026-11", "link": "hero"}
    values |= {"target": "1", "day": "2026-11-21"}
    assert found == {by: [(value, 1, 2, "49.95")] for by, value in values.items()}
