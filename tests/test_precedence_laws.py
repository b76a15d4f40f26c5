"""What holds of any conversions that arrive under one reference, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import product

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import Conversion, Line, Money, Order, Recorded, Touch
from wsgi_salestrack.model import TRUST, Arrival
from wsgi_salestrack.orders import without_customer
from wsgi_salestrack.precedence import decide

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE, TWO, EURO = Money(1, "USD"), Money(2, "USD"), Money(1, "EUR")


def order(price: Money, customer_ref: str | None, point_of_sale: str | None) -> Order:
    line = Line(product_id="s1", name="Socks", quantity=1, unit_price=price)
    return Order(lines=(line,), customer_ref=customer_ref, point_of_sale=point_of_sale)


def every_conversion() -> Iterator[Conversion]:
    """Few values in all combinations, so that two of them often agree."""
    orders = (
        *(None, order(ONE, None, None), order(TWO, "k1", "web"), order(EURO, "k2", None)),
        *(Order(customer_ref="k1"), Order(point_of_sale="web")),
    )
    for source, revenue, quantity, bought, target in product(
        ("target", "splio", "api", "xmlrpc"),
        (None, ONE, TWO, EURO),
        (None, 1, 2),
        orders,
        (None, "1"),
    ):
        lines = bought.lines if bought else ()
        if not (revenue and lines and revenue.currency != lines[0].unit_price.currency):
            yield Conversion(
                source=source,
                reference="1001",
                revenue=revenue,
                quantity=quantity,
                occurred_at=AT,
                order=bought,
                target=target,
            )


def arrival(conversion: Conversion, touch: Touch | None, referral: Touch | None) -> Arrival:
    return Arrival(
        conversion=conversion,
        touch=touch,
        referral=referral,
        visitor=None,
        at=AT,
        window=timedelta(days=30),
        day="2026-11-21",
    )


conversions = st.sampled_from([*every_conversion()])
touches = st.sampled_from([None, Touch(newsletter="a"), Touch(newsletter="b")])
arrivals = st.builds(arrival, conversions, touches, touches)
several = st.lists(arrivals, min_size=1, max_size=5)


def first(arrived: Arrival) -> Recorded:
    """What is stored after the first arrival."""
    return Recorded(
        outcome="recorded",
        conversion=arrived.conversion,
        touch=arrived.touch,
        referral=arrived.referral,
        id=1,
    )


def after(stored: Recorded, arrived: Arrival) -> Recorded:
    return decide(stored, arrived).standing


def standing(arrived: list[Arrival]) -> Recorded:
    return reduce(after, arrived[1:], first(arrived[0]))


def values(recorded: Recorded) -> Recorded:
    """All but what became of the last arrival."""
    return msgspec.structs.replace(recorded, outcome="recorded")


@given(several)
def test_the_last_arrival_again_changes_nothing(arrived: list[Arrival]) -> None:
    """A browser that reloads the page, a client that retries."""
    stored = standing(arrived)

    again = after(stored, arrived[-1])

    assert again.outcome in {"duplicate", "conflict"}
    assert values(again) == values(stored)


def test_no_arrival_changes_anything_the_second_time() -> None:
    """Every conversion after every other, in all their thousands of pairs."""
    every = [*every_conversion()]
    for stored, arriving in product(every[::5], every):
        once = after(first(arrival(stored, None, None)), arrival(arriving, None, None))
        again = after(once, arrival(arriving, None, None))
        expected = "conflict" if once.outcome == "conflict" else "duplicate"
        assert again.outcome == expected, (stored, arriving)
        assert values(again) == values(once), (stored, arriving)


@given(several)
def test_a_sale_is_worth_what_one_of_its_arrivals_said(arrived: list[Arrival]) -> None:
    """Never a sum of two, and never a value that nobody named."""
    conversion = standing(arrived).conversion

    said = [each.conversion for each in arrived]
    assert conversion.revenue in {each.revenue for each in said}
    assert conversion.quantity in {each.quantity for each in said}
    assert conversion.target in {each.target for each in said}
    assert conversion.customer_ref in {None, *(each.customer_ref for each in said)}
    if conversion.lines:
        assert conversion.lines in [each.lines for each in said]
        assert conversion.revenue is not None
        assert conversion.revenue.currency == conversion.lines[0].unit_price.currency


@given(several)
def test_the_first_of_the_most_trusted_names_the_revenue(arrived: list[Arrival]) -> None:
    """Whatever came before it and whatever comes after."""
    conversion = standing(arrived).conversion

    said = [each.conversion for each in arrived]
    most = max(TRUST[each.source] for each in said)
    believed = next(each for each in said if TRUST[each.source] == most)
    assert TRUST[conversion.source] == most
    if believed.revenue is not None:
        assert conversion.revenue == believed.revenue
    if believed.quantity is not None:
        assert conversion.quantity == believed.quantity


@given(several)
def test_a_touch_that_is_known_stays(arrived: list[Arrival]) -> None:
    """Whoever comes later with another one, and whatever they are trusted with."""
    stored = first(arrived[0])
    for each in arrived[1:]:
        now = after(stored, each)
        assert now.touch == stored.touch if stored.touch else now.touch in {None, each.touch}
        assert now.referral == (stored.referral or now.referral)
        stored = now


@given(arrivals, arrivals)
def test_a_value_that_was_replaced_or_refused_by_an_equal_is_kept(
    stored: Arrival, arriving: Arrival
) -> None:
    """As a visible conflict; what a pixel says against a server is not worth keeping."""
    decision = decide(first(stored), arriving)

    ours, theirs, now = stored.conversion, arriving.conversion, decision.standing.conversion
    if decision.standing.outcome == "conflict":
        assert decision.lost == theirs
        assert values(decision.standing) == first(stored)
    elif ours.revenue not in {None, now.revenue} or ours.quantity not in {None, now.quantity}:
        assert decision.lost == ours
        assert TRUST[theirs.source] > TRUST[ours.source]
    else:
        assert decision.lost in {None, ours}


@given(arrivals, several)
def test_whoever_was_forgotten_is_not_brought_back(stored: Arrival, arrived: list[Arrival]) -> None:
    """By no repeat; and nobody is credited anew."""
    conversion = msgspec.structs.replace(
        stored.conversion, order=without_customer(stored.conversion.order)
    )
    known = msgspec.structs.replace(first(stored), conversion=conversion, erased=True)
    for each in arrived:
        decision = decide(known, each)
        standing = decision.standing
        assert standing.erased
        assert standing.conversion.customer_ref is None
        assert (standing.touch, standing.referral) == (stored.touch, stored.referral)
        assert decision.lost is None or decision.lost.customer_ref is None
        known = standing
