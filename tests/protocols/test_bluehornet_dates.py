"""``purchase_date``: a day without a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.bluehornet import api_tracker, call, insert, item_of, roi_token
from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Tracker

_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2026, 11, 21, 7, 59, 59, tzinfo=UTC), "2026-11-20"),
        (datetime(2026, 11, 21, 8, tzinfo=UTC), "2026-11-21"),
        (datetime(2026, 7, 21, 6, 59, 59, tzinfo=UTC), "2026-07-20"),
        (datetime(2026, 7, 21, 7, tzinfo=UTC), "2026-07-21"),
    ],
)
@pytest.mark.parametrize("sent", [None, ""])
def test_the_default_is_today_in_california(
    tracker: Tracker,
    visit: Visit,
    clock: ManualClock,
    *,
    now: datetime,
    today: str,
    sent: str | None,
) -> None:
    """[doc] "Default to the current date in Pacific (US) time zone", in winter and in summer."""
    clock.now = now

    item = item_of(insert(visit(tracker), call(roi_data=roi_token(tracker), purchase_date=sent)))

    assert item["purchase_date"] == today
    (row,) = rows_of(tracker, "conversions")
    assert row["occurred_at"] == int(now.timestamp()) * 1_000_000


@pytest.mark.parametrize("timezone", ["UTC", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Apia"])
def test_a_sale_is_counted_on_its_day(
    make_tracker: MakeTracker, visit: Visit, timezone: str
) -> None:
    """Wherever the shop is: it is the shop that says which day it was."""
    tracker = api_tracker(make_tracker, timezone=timezone)

    for day in ("2026-11-01", "2026-11-19", "2020-02-29", "1970-01-01"):
        insert(visit(tracker), call(roi_data=roi_token(tracker), order_id=day, purchase_date=day))

    rows = rows_of(tracker, "conversions")
    assert len(rows) == 4
    assert [row["day"] for row in rows] == [row["reference"] for row in rows]


def test_a_click_of_the_same_day_comes_before_the_sale(
    tracker: Tracker, visit: Visit, clock: ManualClock, listen: Listen
) -> None:
    """A date without a time is compared by day."""
    receivers = listen(tracker)
    clock.now = clicked_at = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    visit(tracker).get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))
    clock.now = NOON

    insert(visit(tracker), call(roi_data=roi_token(tracker), purchase_date="2026-11-19"))

    (recorded,) = receivers.recorded
    assert recorded.touch is not None
    assert recorded.touch.at == clicked_at
    assert recorded.conversion.occurred_at == datetime(2026, 11, 20, tzinfo=UTC) - _MOMENT


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22"])
def test_today_is_now_and_so_is_a_day_ahead(tracker: Tracker, visit: Visit, day: str) -> None:
    """A shop may be ahead of California, but it has sold nothing later than now."""
    item = item_of(insert(visit(tracker), call(roi_data=roi_token(tracker), purchase_date=day)))

    assert (item["responseCode"], item["purchase_date"]) == ("201", day)
    (row,) = rows_of(tracker, "conversions")
    assert row["occurred_at"] == int(NOON.timestamp()) * 1_000_000


def test_nothing_was_sold_later_than_now(
    make_tracker: MakeTracker, visit: Visit, clock: ManualClock
) -> None:
    """Where yesterday in California is still today in the shop."""
    tracker = api_tracker(make_tracker, timezone="Pacific/Honolulu")
    clock.now = datetime(2026, 11, 21, 9, tzinfo=UTC)

    insert(visit(tracker), call(roi_data=roi_token(tracker), purchase_date="2026-11-20"))

    (row,) = rows_of(tracker, "conversions")
    assert row["occurred_at"] == int(clock.now.timestamp()) * 1_000_000


@pytest.mark.parametrize(
    "date",
    [
        "2026-11-23", "9999-12-31", "1969-12-31", "0001-01-01", "0000-01-01", "2026-02-30",
        "2026-13-01", "2026-11-00", "2026-1-1", "20261121", "2026-W47-6", "2026-325", "21.11.2026",
        "11/21/2026", "2026/11/21", "2026-11-21 16:41:28", "2026-11-21T00:00:00Z", " 2026-11-21",
        "2026-11-21 ", "-2026-11-21", "+2026-11-21", "12026-11-21", "2026-11-2\u0661",
        "\u0662\u0660\u0662\u0666-11-21", "today", "0", "NaN", "1e3", "x" * 5000,
    ],
)  # fmt: skip
def test_any_other_date_cannot_be_parsed(
    tracker: Tracker, visit: Visit, listen: Listen, date: str
) -> None:
    """[doc] "The value provided in the <purchase_date> element is not in a valid date format"."""
    receivers = listen(tracker)

    item = item_of(insert(visit(tracker), call(roi_data=roi_token(tracker), purchase_date=date)))

    assert (item["responseCode"], item["error"]) == ("402", "1")
    assert item["responseText"] == "Insert failed: invalid purchase date, unable to parse"
    assert receivers.rejected == [("bluehornet", "invalid purchase date, unable to parse")]
    assert row_counts(tracker)["conversions"] == 0
