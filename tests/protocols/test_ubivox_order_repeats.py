"""One order, one sale: repeats, other ways in, and orders that nobody is credited for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.clock import ManualClock
from tests.support.orders import COLA, KEY, SOCKS, changed, customer, hit
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Tracker
from wsgi_salestrack.protocols.ubivox_digest import sign

_NOBODY = "no click to credit it to"


def test_a_second_et_order_ref_counts_once(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """It is acknowledged, for the sale is there, and told as a duplicate."""
    receivers = listen(tracker)
    visitor = customer(tracker, visit)

    answers = [visitor.get(hit(SOCKS)) for _ in range(3)]

    assert [answer.error for answer in answers] == [None] * 3
    assert (len(receivers.recorded), len(receivers.duplicated)) == (1, 2)
    counts = row_counts(tracker)
    assert (counts["conversions"], counts["lines"], counts["conflicts"]) == (1, 2, 0)
    (row,) = tracker.report("newsletter").rows
    assert (row.count, row.quantity, str(row.revenue)) == (1, 7, "6.83")


def test_another_visitors_hit_counts_once(tracker: Tracker, visit: Visit) -> None:
    """An order is the order's, whoever shows the page; the first is credited."""
    assert customer(tracker, visit).get(hit(SOCKS)).error is None
    other = visit(tracker)
    other.get(tracker.click_url("/p/socks", contact="c82", newsletter="2026-12"))

    assert other.get(hit(SOCKS)).error is None

    (row,) = tracker.report("newsletter").rows
    assert (row.dimension, row.count) == ("2026-11", 1)


@pytest.mark.parametrize(
    "values",
    [
        {"prod_0_quantity": "6"},
        {"prod_0_unit_price": "0.90"},
        {"currency": "EUR"},
        {"customer_ref": "HS1"},
        {"prod_1_id": "1"},
        {"point_of_sale": "fair"},
    ],
    ids=str,
)
def test_the_same_order_with_other_values_is_not_acknowledged(
    tracker: Tracker, visit: Visit, listen: Listen, values: dict[str, str]
) -> None:
    """Between equals the first hit wins; the difference is kept as a conflict."""
    receivers = listen(tracker)
    visitor = customer(tracker, visit)
    visitor.get(hit(SOCKS))

    answer = visitor.get(hit(changed(**values)))

    assert answer.error == "et_order_ref was recorded before with other values, which stay"
    assert receivers.rejected == [("ecommerce", answer.error)]
    counts = row_counts(tracker)
    assert (counts["conversions"], counts["conflicts"]) == (1, 1)
    (sale,) = rows_of(tracker, "conversions")
    assert (sale["revenue"], sale["currency"], sale["customer_ref"]) == (683, "USD", "HS99332")


def test_the_checkouts_own_call_and_the_pixel_are_one_sale(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """The pixel adds the products that the call did not name."""
    receivers = listen(tracker)
    visitor = customer(tracker, visit)
    tracker.record(
        Conversion(reference="995AB220", revenue=Money("6.83", "USD")), environ=visitor.environ
    )

    assert visitor.get(hit(SOCKS)).error is None

    (enriched,) = receivers.enriched
    assert (enriched.conversion.source, enriched.conversion.quantity) == ("api", 7)
    assert enriched.conversion.order is not None
    counts = row_counts(tracker)
    assert (counts["conversions"], counts["lines"], counts["conflicts"]) == (1, 2, 0)


def test_a_pixel_does_not_change_what_the_checkout_said(tracker: Tracker, visit: Visit) -> None:
    """Anyone could write that pixel."""
    visitor = customer(tracker, visit)
    tracker.record(
        Conversion(reference="995AB220", revenue=Money("5", "USD")), environ=visitor.environ
    )

    assert visitor.get(hit(SOCKS)).error is None

    (sale,) = rows_of(tracker, "conversions")
    assert (sale["revenue"], sale["source"]) == (500, "api")


def test_a_signed_pixel_replaces_an_unsigned_ones_values(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """As when a shop takes up a tamper key; what was said before is kept as a conflict."""
    unsigned = make_tracker()
    customer(unsigned, visit).get(hit(changed(prod_0_quantity="1")))
    signing = make_tracker(tamper_keys=[KEY])
    query = hit(SOCKS).partition("?")[2]

    answer = customer(signing, visit).get(hit(f"{query}&et_digest={sign(query, KEY.encode())}"))

    assert answer.error is None
    (sale,) = rows_of(signing, "conversions")
    assert (sale["revenue"], sale["quantity"], sale["signed"]) == (683, 7, 1)
    assert len(rows_of(signing, "conflicts")) == 1


def test_without_a_click_the_sale_is_not_recorded(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """[doc] "If the user has not clicked on a link or is blocking our cookies"."""
    receivers = listen(tracker)
    blocking = customer(tracker, visit)
    blocking.cookies.clear()

    for visitor in (visit(tracker), blocking):
        answer = visitor.get(hit(COLA))
        assert (answer.status, answer.error) == (200, _NOBODY)

    assert receivers.rejected == [("ecommerce", _NOBODY)] * 2
    assert row_counts(tracker)["conversions"] == 0


def test_a_click_beyond_the_window_is_none(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """Thirty days by default."""
    visitor = customer(tracker, visit)
    clock.advance(timedelta(days=31))

    assert visitor.get(hit(COLA)).error == _NOBODY


def test_a_click_after_all_makes_it_count(tracker: Tracker, visit: Visit) -> None:
    """The order that was refused before is as good as new."""
    visitor = visit(tracker)
    assert visitor.get(hit(COLA)).error == _NOBODY

    visitor.get(tracker.click_url("/p/socks", newsletter="2026-11"))

    assert visitor.get(hit(COLA)).error is None
    assert row_counts(tracker)["conversions"] == 1


def test_record_unattributed_keeps_them_all(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """Credited to nobody."""
    tracker = make_tracker(record_unattributed=["ecommerce_pixel"])
    receivers = listen(tracker)

    assert visit(tracker).get(hit(COLA)).error is None

    (recorded,) = receivers.recorded
    assert (recorded.touch, recorded.referral) == (None, None)


def test_a_publishers_click_is_one_to_credit_it_to(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """An affiliate's sale is nobody's loss."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", publisher="p7"))

    assert visitor.get(hit(COLA)).error is None

    (recorded,) = receivers.recorded
    assert recorded.referral is not None
    assert recorded.referral.publisher == "p7"


def test_who_refuses_consent_is_nobody(tracker: Tracker, visit: Visit) -> None:
    """The cookie that is there is not read, and goes."""
    visitor = customer(tracker, visit)

    answer = visitor.get(hit(COLA), {"Sec-GPC": "1"})

    assert answer.error == _NOBODY
    assert visitor.cookies == {}
