"""The same order by several ways, with values that differ: whose word counts, end to end."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.support.browser import Browser
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Line, Money, Order, Touch, Tracker

_ORDERS = {1: {"title": "Sale", "scope": "order"}}
_PIXEL = "/salestrack/target/1/?st_revenue={}&st_quantity={}&st_reference=7"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A tracker whose target shares the scope of orders."""
    return make_tracker(targets=_ORDERS)


@pytest.fixture
def visitor(tracker: Tracker, visit: Visit) -> Browser:
    """Somebody who looks at the thank-you page."""
    return visit(tracker)


def _sale(revenue: str, quantity: int = 1, currency: str = "USD") -> Conversion:
    return Conversion(reference="7", revenue=Money(revenue, currency), quantity=quantity)


def _totals(tracker: Tracker) -> list[tuple[str | None, int, int, str]]:
    return [
        (row.currency, int(row.count), int(row.quantity), str(row.revenue))
        for row in tracker.report("newsletter").totals
    ]


def _lost(tracker: Tracker) -> list[str]:
    """The revenues that lost, as the conflicts table keeps them."""
    return [
        str(Money.from_minor(**json.loads(row["lost"])["revenue"]).amount)
        for row in rows_of(tracker, "conflicts")
    ]


def test_the_shops_own_word_replaces_the_pixels(
    tracker: Tracker, visitor: Browser, listen: Listen
) -> None:
    """Pixel, then api with other values: replaced and enriched, the old ones kept, counted once."""
    receivers = listen(tracker)

    assert visitor.get(_PIXEL.format("1.00", 9)).error is None
    recorded = tracker.record(_sale("49.95", 2))

    assert recorded.outcome == "enriched"
    assert recorded.conversion.revenue == Money("49.95", "USD")
    assert (recorded.conversion.source, recorded.conversion.target) == ("api", "1")
    assert [one.outcome for one in receivers.recorded + receivers.enriched] == [
        "recorded",
        "enriched",
    ]
    assert receivers.enriched[0].id == receivers.recorded[0].id
    assert _totals(tracker) == [("USD", 1, 2, "49.95")]
    assert _lost(tracker) == ["1.00"]


def test_a_replaced_currency_moves_the_total(tracker: Tracker, visitor: Browser) -> None:
    """It never counts in both."""
    visitor.get(_PIXEL.format("49.95", 1))

    tracker.record(_sale("5000", currency="JPY"))

    assert _totals(tracker) == [("JPY", 1, 1, "5000")]
    assert _lost(tracker) == ["49.95"]


def test_a_pixel_changes_nothing_of_the_shops_own_word(
    tracker: Tracker, visitor: Browser, listen: Listen
) -> None:
    """Api, then pixel with other values: acknowledged as the duplicate that it is."""
    receivers = listen(tracker)
    tracker.record(_sale("49.95", 2))

    answer = visitor.get(_PIXEL.format("1.00", 9))

    assert answer.error is None
    (duplicate,) = receivers.duplicated
    assert (duplicate.outcome, duplicate.conversion.revenue) == (
        "duplicate",
        Money("49.95", "USD"),
    )
    assert duplicate.conversion.source == "api"
    assert _totals(tracker) == [("USD", 1, 2, "49.95")]
    assert row_counts(tracker)["conflicts"] == 0


def test_two_pixels_that_differ_are_a_conflict(
    tracker: Tracker, visitor: Browser, listen: Listen
) -> None:
    """First hit wins; the other is not acknowledged, and what it said is kept."""
    receivers = listen(tracker)
    visitor.get(_PIXEL.format("49.95", 2))

    answer = visitor.get(_PIXEL.format("1.00", 2))

    assert answer.error is not None
    assert receivers.rejected == [("target", answer.error)]
    (conflict,) = receivers.duplicated
    assert (conflict.outcome, conflict.conversion.revenue) == ("conflict", Money("49.95", "USD"))
    assert _totals(tracker) == [("USD", 1, 2, "49.95")]
    assert _lost(tracker) == ["1.00"]


def test_two_calls_that_differ_are_a_conflict(tracker: Tracker, listen: Listen) -> None:
    """Between equals a difference changes nothing, whoever they are."""
    receivers = listen(tracker)
    first = tracker.record(_sale("49.95", 2))

    second = tracker.record(_sale("59.95", 2))

    assert (first.outcome, second.outcome) == ("recorded", "conflict")
    assert second.id == first.id
    assert second.conversion.revenue == Money("49.95", "USD")
    assert receivers.duplicated == [second]
    assert _totals(tracker) == [("USD", 1, 2, "49.95")]
    assert _lost(tracker) == ["59.95"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(_sale("49.95", 3), id="quantity"),
        pytest.param(_sale("49.95", 2, "EUR"), id="currency"),
    ],
)
def test_every_value_counts(tracker: Tracker, other: Conversion) -> None:
    """Another quantity or currency is a conflict as another amount is."""
    tracker.record(_sale("49.95", 2))

    assert tracker.record(other).outcome == "conflict"
    assert _totals(tracker) == [("USD", 1, 2, "49.95")]


def test_the_same_again_is_a_duplicate(tracker: Tracker, visitor: Browser, listen: Listen) -> None:
    """By whatever way, however often: one row, nothing in conflict."""
    receivers = listen(tracker)
    tracker.record(_sale("49.95", 2))
    tracker.record(_sale("49.95", 2))
    assert visitor.get(_PIXEL.format("49.950", 2)).error is None

    assert len(receivers.recorded) == 1
    assert [one.outcome for one in receivers.duplicated] == ["duplicate", "duplicate"]
    assert row_counts(tracker) == {
        "clicks": 0,
        "conversions": 1,
        "lines": 0,
        "products": 0,
        "conflicts": 0,
    }


def test_a_confirmed_pixel_cannot_be_overwritten_by_another(
    tracker: Tracker, visitor: Browser
) -> None:
    """Once the shop said the same as the pixel, its word protects the row."""
    visitor.get(_PIXEL.format("49.95", 2))
    tracker.record(_sale("49.95", 2))

    visitor.get(_PIXEL.format("1.00", 2))

    (row,) = rows_of(tracker, "conversions")
    assert (row["source"], row["revenue"]) == ("api", 4995)
    assert row_counts(tracker)["conflicts"] == 0


def test_lines_and_a_touch_that_were_missing_are_filled_in(
    tracker: Tracker, visitor: Browser, listen: Listen
) -> None:
    """The call knows the lines, the pixel's browser has the cookie; one sale has both."""
    receivers = listen(tracker)
    visitor.get(tracker.click_url("/", contact="c81", newsletter="2026-11"))
    order = Order(
        lines=(Line(product_id="9", name="Socks", quantity=2, unit_price=Money("5", "USD")),)
    )
    tracker.record(Conversion(reference="7", order=order))

    assert visitor.get(_PIXEL.format("10.00", 2)).error is None

    (enriched,) = receivers.enriched
    assert enriched.conversion.order == order
    assert enriched.touch is not None
    assert enriched.touch.contact == "c81"
    (row,) = tracker.report("newsletter").rows
    assert (row.dimension, row.count, str(row.revenue)) == ("2026-11", 1, "10.00")


def test_a_touch_that_is_there_stays(tracker: Tracker) -> None:
    """A later arrival credits nobody else, even where its values win."""
    tracker.record(_sale("5"), touch=Touch(newsletter="2026-10"))

    again = tracker.record(_sale("5"), touch=Touch(newsletter="2026-11"))

    assert again.outcome == "duplicate"
    assert again.touch == Touch(newsletter="2026-10")


@pytest.mark.parametrize("first", ["target", "code"])
def test_whichever_of_two_pixels_comes_first_the_publisher_earns(
    make_tracker: MakeTracker, visit: Visit, first: str
) -> None:
    """One says gross and one net, side by side on a page; the shop tells later what was paid."""
    tracker = make_tracker(
        targets=_ORDERS,
        tracking_codes={"sh": {"scope": "order", "tier1": ["percent", "10"]}},
    )
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", publisher="p7"))
    pixels = {
        "target": _PIXEL.format("12.00", 1),
        "code": "/salestrack/ts/l/banner/c/sh?amount=10;id=7",
    }

    one = visitor.get(pixels.pop(first))
    (other,) = (visitor.get(target) for target in pixels.values())
    tracker.record(_sale("10.00"))

    assert one.error is None
    assert other.error is not None
    earned = sum(entry.amount for entry in tracker.commissions(reference="7"))
    assert earned == Decimal("1.00")
    assert tracker.explain("7").recorded.conversion.affiliate_link == "banner"


def test_what_lost_can_be_seen(tracker: Tracker, visitor: Browser) -> None:
    """Of a sale, with who said it, the oldest first."""
    visitor.get(_PIXEL.format("1.00", 9))
    tracker.record(_sale("49.95", 2))
    tracker.record(_sale("59.95", 2))

    conflicts = tracker.explain("7").conflicts

    assert [(each.said.source, each.said.revenue, each.said.quantity) for each in conflicts] == [
        ("target", Money("1.00", "USD"), 9),
        ("api", Money("59.95", "USD"), 2),
    ]
