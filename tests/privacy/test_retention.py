"""What a tracker keeps, and for how long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.support.clock import NOON
from tests.support.shop import MakeTracker
from wsgi_salestrack import BadValue, Conversion, Money, Touch, Tracker

DAY = timedelta(days=1)


def sell(tracker: Tracker, reference: str, at: datetime) -> None:
    sale = Conversion(reference=reference, revenue=Money("5", "USD"), occurred_at=at)
    tracker.record(sale, touch=Touch(at=at, contact=f"c{reference}", newsletter="n"))


def contacts(tracker: Tracker) -> set[Any]:
    return {row.dimension for row in tracker.report("contact").rows}


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (date(2026, 10, 1), {"c2", "c3"}),  # from midnight on in Tokyo
        (datetime(2026, 9, 30, 14, 59, 59, tzinfo=UTC), {"c1", "c2", "c3"}),
        (datetime(2026, 9, 30, 15, tzinfo=UTC), {"c2", "c3"}),
        (datetime(2026, 10, 1), {"c2", "c3"}),  # noqa: DTZ001  the shop's own time
    ],
)
def test_a_day_begins_in_the_shops_time_zone(
    make_tracker: MakeTracker, before: date, kept: set[str]
) -> None:
    tracker = make_tracker(timezone="Asia/Tokyo")
    sell(tracker, "1", datetime(2026, 9, 30, 14, 59, 59, tzinfo=UTC))
    sell(tracker, "2", datetime(2026, 9, 30, 15, tzinfo=UTC))
    sell(tracker, "3", NOON)
    revenue = [row.revenue for row in tracker.report("newsletter").rows]

    retained = tracker.apply_retention(personal_before=before)

    assert contacts(tracker) - {None} == kept
    assert retained.conversions == 3 - len(kept)
    assert [row.revenue for row in tracker.report("newsletter").rows] == revenue
    assert [finding for finding in tracker.verify() if finding.problem] == []


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({}, "clicks_before"),
        ({"clicks_before": NOON - 29 * DAY}, "clicks_before"),
        ({"personal_before": NOON - 30 * DAY + timedelta(microseconds=1)}, "personal_before"),
        ({"personal_before": NOON + DAY}, "personal_before"),
        ({"clicks_before": NOON - 40 * DAY, "personal_before": NOON}, "personal_before"),
    ],
)
def test_what_may_still_be_credited_is_kept(
    tracker: Tracker, limits: dict[str, Any], field: str
) -> None:
    """A click and its sale need each other within the window."""
    sell(tracker, "1", NOON - 40 * DAY)

    with pytest.raises(BadValue) as refused:
        tracker.apply_retention(**limits)

    assert refused.value.field == field
    assert contacts(tracker) == {"c1"}


def test_the_very_window_may_be_the_limit(tracker: Tracker) -> None:
    sell(tracker, "1", NOON - 40 * DAY)

    assert tracker.apply_retention(personal_before=NOON - 30 * DAY).conversions == 1


def test_how_far_it_is_can_be_watched(tracker: Tracker) -> None:
    sell(tracker, "1", NOON - 40 * DAY)
    seen = []

    tracker.apply_retention(
        personal_before=NOON - 30 * DAY, watch=lambda *how_far: seen.append(how_far)
    )

    assert seen == [("old conversions", 1, 1)]
