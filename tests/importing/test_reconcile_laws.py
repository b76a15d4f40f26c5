from __future__ import annotations

import secrets
from typing import NamedTuple

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importing.orders import found, order, sell
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker
from wsgi_salestrack import Money

CURRENCY = st.sampled_from(["USD", "JPY", "KWD"])


class Story(NamedTuple):
    """What happened to one order on both sides; amounts are whole units."""

    recorded: int | None
    source: str
    taken_here: int
    is_cancelled_here: bool
    sold: int | None
    taken_in_shop: int
    status: str


amounts = st.integers(0, 5)
stories = st.builds(
    Story,
    st.none() | amounts,
    st.sampled_from(["api", "target", "import"]),
    amounts,
    st.booleans(),
    st.none() | amounts,
    amounts,
    st.sampled_from(["paid", "cancelled"]),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(stories, max_size=6), CURRENCY)
def test_what_was_mended_is_found_no_more(
    make_tracker: MakeTracker, all_: list[Story], currency: str
) -> None:
    """What was left for people is found again, nothing is done twice, and both sides agree."""
    tracker = make_tracker(site=secrets.token_hex(8))
    shop = []
    for number, story in enumerate(all_):
        reference = str(number)
        if story.recorded is not None:
            revenue = Money(story.recorded, currency)
            sell(tracker, reference, revenue=revenue, source=story.source)
            if 0 < story.taken_here <= story.recorded:
                tracker.refund(reference, amount=str(story.taken_here))
            if story.is_cancelled_here:
                tracker.cancel(reference)
        if story.sold is not None:
            taken = min(story.taken_in_shop, story.sold)
            values = {"refunded": taken, "status": story.status, "currency": currency}
            shop.append(order(reference, str(story.sold), **values))

    promised = tracker.reconcile(shop)
    mended = tracker.reconcile(shop, apply=True, cancel_extra=True)
    before = [rows_of(tracker, table) for table in ("conversions", "adjustments", "conflicts")]
    again = tracker.reconcile(shop, apply=True, cancel_extra=True)

    assert [msgspec.structs.replace(each, mended=False) for each in mended.differences] == list(
        promised.differences
    )
    assert all(each.mended is (each.remedy != "none") for each in mended.differences)
    assert found(again) == [each for each in found(mended) if each[2] == "none"]
    after = [rows_of(tracker, table) for table in ("conversions", "adjustments", "conflicts")]
    assert after == before
    if not again.differences:
        sides = {each.side: each.net for each in again.totals}
        assert sides.get("shop", 0) == sides.get("here", 0)
