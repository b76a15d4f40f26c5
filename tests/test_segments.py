from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Context, localcontext
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tests.support.shop import MakeTracker
from wsgi_salestrack import BadValue, Buyer, Conversion, Money, Order, StoreError, Touch, Tracker
from wsgi_salestrack.conditions import DEEPEST, MOST_CONDITIONS, MOST_NAMES
from wsgi_salestrack.segments import (
    Condition,
    average,
    bought,
    count,
    first_order,
    last_order,
    rfm,
    total,
)

DAY = timedelta(days=1)


def sell(
    tracker: Tracker,
    contact: str | None,
    amount: str = "10",
    *,
    currency: str = "USD",
    ago: timedelta = timedelta(0),
    **values: Any,
) -> str:
    """A sale; its reference."""
    reference = f"{contact}-{amount}-{currency}-{ago}"
    sale = Conversion(
        reference=reference,
        revenue=Money(amount, currency),
        occurred_at=tracker.now() - ago,
        **values,
    )
    tracker.record(sale, touch=Touch(contact=contact) if contact else None)
    return reference


def contacts(tracker: Tracker, where: Condition | str | None = None, **period: Any) -> str:
    """The contacts of a segment, whose names are letters."""
    return "".join(buyer.contact for buyer in tracker.segment(where, **period))


def test_a_buyer_has_what_was_bought(tracker: Tracker, clock: ManualClock) -> None:
    """Each currency for itself."""
    sell(tracker, "a", "10.01", ago=2 * DAY, quantity=2)
    refunded = sell(tracker, "a", "5", ago=DAY)
    tracker.refund(refunded, amount="1.50")
    sell(tracker, "a", "900", currency="JPY")
    sell(tracker, None, "7")

    (buyer,) = tracker.segment()

    assert (buyer.contact, buyer.count, buyer.quantity) == ("a", 3, 2)
    assert (buyer.first_order, buyer.last_order) == (clock.now - 2 * DAY, clock.now)
    assert (buyer.recency, buyer.frequency) == (5, 5)
    jpy, usd = buyer.spent
    assert (jpy.currency, jpy.count, str(jpy.gross), str(jpy.average)) == ("JPY", 1, "900", "900")
    assert (str(usd.gross), str(usd.refunded), str(usd.net)) == ("15.01", "1.50", "13.51")
    assert str(usd.average) == "6.76"  # of 6.755 the even one
    assert buyer.in_currency("USD") == usd
    assert buyer.in_currency("EUR") is None


def test_a_cancelled_order_never_counts_and_a_refunded_one_does(tracker: Tracker) -> None:
    """It was made, and nothing is left of it; so the reports count it."""
    tracker.cancel(sell(tracker, "a"))
    tracker.refund(sell(tracker, "b"))
    tracker.cancel(sell(tracker, "c", ago=DAY))
    sell(tracker, "c", "1")

    assert contacts(tracker) == "bc"
    assert contacts(tracker, count(at_least=1)) == "bc"
    assert contacts(tracker, total(above=0)) == "c"
    assert contacts(tracker, average(at_most=0)) == "b"


def test_a_customer_is_whom_they_were_identified_with(tracker: Tracker) -> None:
    """Of a sale with a touch, it is that one's contact."""
    order = Order(customer_ref="k1")
    sell(tracker, None, "1", order=order)
    sell(tracker, "b", "2", order=order)
    assert contacts(tracker) == "b"

    tracker.identify(contact="a", customer_ref="k1")

    assert contacts(tracker, total(at_most=1)) == "a"
    assert contacts(tracker, total(at_least=2)) == "b"


def test_a_condition_is_in_a_currency(tracker: Tracker, make_tracker: MakeTracker) -> None:
    """The one it names, the segment's, or the shop's; never a sum of several."""
    sell(tracker, "a", "60")
    sell(tracker, "a", "60", currency="EUR")
    sell(tracker, "b", "100", currency="EUR")

    assert contacts(tracker, total(at_least=100)) == ""
    assert contacts(tracker, total(at_least=100, currency="EUR")) == "b"
    assert contacts(tracker, total(at_least=100), currency="EUR") == "b"
    assert contacts(make_tracker(currency="EUR"), "total >= 100") == "b"
    assert contacts(tracker, currency="USD") == "a"
    assert [spent.currency for b in tracker.segment(currency="EUR") for spent in b.spent] == [
        "EUR",
        "EUR",
    ]
    # Nothing is less than something; but there is no average of nothing.
    assert contacts(tracker, total(below=1)) == "b"
    assert contacts(tracker, average(below=1)) == ""
    assert contacts(tracker, rfm(monetary=5)) == "a"
    assert contacts(tracker, rfm(monetary=5, currency="EUR")) == "b"


def test_conditions_combine(tracker: Tracker) -> None:
    for contact, amount in (("a", "1"), ("b", "2"), ("c", "3")):
        sell(tracker, contact, amount)

    assert contacts(tracker, total(at_least=2) & total(at_most=2)) == "b"
    assert contacts(tracker, total(above=1, below=3)) == "b"
    assert contacts(tracker, total(at_most=1) | total(at_least=3)) == "ac"
    assert contacts(tracker, ~total(at_most=1) & ~total(at_least=3)) == "b"
    assert contacts(tracker, ~(total(at_most=1) | total(at_least=3))) == "b"


def test_no_decimal_context_rounds_a_condition(tracker: Tracker) -> None:
    sell(tracker, "a", "99999999.98")

    with localcontext(Context(prec=3)):
        assert contacts(tracker, total(above="99999999.97", below="99999999.99")) == "a"
        assert contacts(tracker, average(at_least="99999999.99")) == ""


def test_a_day_begins_in_the_shops_time_zone(make_tracker: MakeTracker, clock: ManualClock) -> None:
    clock.now = datetime(2026, 11, 21, 16, tzinfo=UTC)  # the 22nd in Tokyo, at one
    tracker = make_tracker(timezone="Asia/Tokyo")
    sell(tracker, "a")
    sell(tracker, "b", ago=timedelta(hours=2))
    day = date(2026, 11, 22)

    assert contacts(tracker, last_order(since=day)) == "a"
    assert contacts(tracker, first_order(before=day)) == "b"
    assert contacts(tracker, last_order(since=day - DAY, before=day)) == "b"
    assert contacts(tracker, since=day) == "a"
    assert contacts(tracker, until=day - DAY) == "b"
    assert contacts(tracker, last_order(since=datetime(2026, 11, 22, 0, 59))) == "a"  # noqa: DTZ001  the shop's own
    assert contacts(tracker, last_order(since=clock.now)) == "a"


def test_time_passes(tracker: Tracker, clock: ManualClock) -> None:
    sell(tracker, "a")
    clock.advance(30 * DAY)

    assert contacts(tracker, "last_order within 30 days") == "a"
    clock.advance(timedelta(microseconds=1))
    assert contacts(tracker, "last_order within 30 days") == ""


def test_a_period_is_of_all_that_is_asked(tracker: Tracker) -> None:
    """Who bought before it, too, is a new customer in it."""
    sell(tracker, "a", "1", ago=9 * DAY)
    sell(tracker, "a", "2")
    today = tracker.now().date()

    assert contacts(tracker, count(at_most=1)) == ""
    assert contacts(tracker, count(at_most=1) & total(at_most=2), since=today) == "a"
    assert contacts(tracker, first_order(since=today), since=today) == "a"


def _nested(times: int) -> Condition:
    condition = count(at_least=1)
    for _ in range(times):
        condition = ~condition
    return condition


def test_as_much_as_is_allowed_is_found(tracker: Tracker) -> None:
    """By a database as well."""
    sell(tracker, "a")
    many = bought(product=[f"p{n}" for n in range(MOST_NAMES - MOST_CONDITIONS)])
    for number in range(MOST_CONDITIONS - 1):
        many |= bought(product=f"q{number}")

    assert contacts(tracker, ~many) == "a"
    assert contacts(tracker, _nested(DEEPEST)) == "a"


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        (_nested(DEEPEST + 1), "is nested more than 30 deep"),
        (_nested(10_000), "is nested more than 30 deep"),
        (" or ".join(["count = 1"] * (MOST_CONDITIONS + 1)), "has more than 100 conditions"),
        (
            bought(list=[f"l{n}" for n in range(MOST_NAMES)]) | bought(list="a"),
            "gives more than 1000 names",
        ),
        ("count = one", "expects a whole number"),
        (7, "is int, not a condition or text"),
    ],
    ids=["deep", "very-deep", "conditions", "names", "text", "number"],
)
def test_what_asks_for_too_much_or_nothing_is_refused(
    tracker: Tracker, where: Any, problem: str
) -> None:
    """At once, and not when the first buyer is asked for."""
    with pytest.raises(BadValue, match=problem) as refused:
        tracker.segment(where)

    assert refused.value.field == "where"


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({"currency": "usd"}, "currency"),
        ({"since": date(2026, 11, 22), "until": date(2026, 11, 20)}, "until"),
    ],
)
def test_what_no_segment_can_be_of_is_refused(
    tracker: Tracker, period: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadValue) as refused:
        tracker.segment(**period)

    assert refused.value.field == field


def test_without_a_store_there_is_nobody(make_tracker: MakeTracker) -> None:
    with pytest.raises(StoreError, match="nothing is stored"):
        make_tracker(database=None).segment()


def test_a_segment_can_be_left_in_the_middle(tracker: Tracker) -> None:
    """Nothing stays open, and nothing is on the disk."""
    for contact in "abc":
        sell(tracker, contact)

    buyers = tracker.segment()
    assert isinstance(next(buyers), Buyer)
    del buyers

    assert contacts(tracker) == "abc"
