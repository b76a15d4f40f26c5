"""``et_added``: when an order was placed, where that is not when its pixel is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import NOON, ManualClock
from tests.support.orders import COLA, changed, customer, hit
from tests.support.receivers import Listen
from tests.support.rows import row_counts
from tests.support.shop import Visit
from wsgi_salestrack import Tracker


@pytest.mark.parametrize(
    ("added", "moment"),
    [
        ("2026-11-21T12:34:56+00:00", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21T12:34:56Z", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21t12:34:56z", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21T12:34:56", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21 12:34:56", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21T12:34", datetime(2026, 11, 21, 12, 34, tzinfo=UTC)),
        ("2026-11-21T14:34:56+02:00", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21T14:34:56+0200", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21T14:34:56+02", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-21T07:34:56-05:00", datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)),
        ("2026-11-22T01:30:00+05:45", datetime(2026, 11, 21, 19, 45, tzinfo=UTC)),
        ("2026-11-21T12:34:56.5", datetime(2026, 11, 21, 12, 34, 56, 500000, tzinfo=UTC)),
        ("2026-11-21T12:34:56,123456789Z", datetime(2026, 11, 21, 12, 34, 56, 123456, tzinfo=UTC)),
    ],
)
def test_et_added_is_when_it_was_sold(
    tracker: Tracker, visit: Visit, listen: Listen, added: str, moment: datetime
) -> None:
    """[doc] RFC 3339 / ISO 8601; "if not time zone offset is included, UTC is assumed"."""
    receivers = listen(tracker)

    assert customer(tracker, visit).get(hit(changed(added=added))).error is None

    (recorded,) = receivers.recorded
    assert recorded.conversion.occurred_at == moment


def test_an_order_is_not_placed_in_the_years_to_come(tracker: Tracker, visit: Visit) -> None:
    """A day ahead may be a clock or a zone that was left out; more is a mistake."""
    visitor = customer(tracker, visit)

    assert visitor.get(hit(changed(added="2026-11-22T12:00:00Z"))).error is None
    refused = visitor.get(hit(changed(added="2026-11-22T12:00:00.000001Z", order_ref="1002")))

    assert refused.error == "et_added is still to come"
    assert row_counts(tracker)["conversions"] == 1


def test_a_plus_sign_that_was_not_encoded_is_one(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """[doc] The example, ``2017-05-23T13:38:12+00:00``, put into an address as it stands."""
    receivers = listen(tracker)

    raw = f"{COLA}&et_added=2026-11-21T14:34:56+02:00"
    assert customer(tracker, visit).get(hit(raw)).error is None

    (recorded,) = receivers.recorded
    assert recorded.conversion.occurred_at == datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)


def test_a_sale_before_the_click_is_not_the_clicks(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """``et_added`` decides what was clicked before."""
    visitor = customer(tracker, visit)
    clock.advance(timedelta(hours=1))

    early = visitor.get(hit(changed(added="2026-11-21T11:59:59Z")))
    later = visitor.get(hit(changed(added="2026-11-21T12:00:01Z")))

    assert early.error is not None
    assert "click" in early.error
    assert later.error is None
    assert row_counts(tracker)["conversions"] == 1


def test_without_it_the_order_is_placed_now(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """[doc] "If the order time is not simultaneous with the parameter generation"."""
    receivers = listen(tracker)

    assert customer(tracker, visit).get(hit(COLA)).error is None

    (recorded,) = receivers.recorded
    assert recorded.conversion.occurred_at == NOON


def test_the_second_hits_time_changes_nothing(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """A page that is loaded again says another time, and is no conflict."""
    receivers = listen(tracker)
    visitor = customer(tracker, visit)
    visitor.get(hit(COLA))

    assert visitor.get(hit(f"{COLA}&et_added=2026-11-21T13:00:00Z")).error is None

    (duplicate,) = receivers.duplicated
    assert duplicate.conversion.occurred_at == NOON
