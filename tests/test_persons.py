"""Who is one person, and what a tracker is told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import BadValue, Conversion, Line, Money, Order, Tracker
from wsgi_salestrack.persons import Link, Persons

Names = tuple[int | None, str | None, str | None]

PHONE, LAPTOP = 1, 2

visitors, names = st.integers(0, 4), st.sampled_from("abc")
links = (
    st.builds(Link, visitors, names, st.none())
    | st.builds(Link, visitors, st.none(), names)
    | st.builds(Link, st.none(), names, names)
)


def test_a_mail_on_a_phone_and_an_order_on_a_laptop_meet() -> None:
    """Whatever it is that they have in common."""
    persons = Persons(
        [
            Link(visitor=PHONE, contact="c81"),
            Link(visitor=LAPTOP, customer_ref="77"),
            Link(contact="c81", customer_ref="77"),
        ]
    )

    assert persons.of_click(PHONE, "c81") == persons.of_sale(LAPTOP, "77", None)
    assert persons.of_click(PHONE, None) == persons.of_click(LAPTOP, None)


def test_who_has_nothing_in_common_is_another() -> None:
    """Also a contact and a customer of the same name."""
    persons = Persons([Link(visitor=PHONE, contact="7"), Link(visitor=LAPTOP, customer_ref="7")])

    assert persons.of_click(PHONE, "7") != persons.of_sale(LAPTOP, "7", None)
    assert len({persons.of_click(visitor, None) for visitor in (PHONE, LAPTOP, 3, 4)}) == 4


def test_a_browser_that_was_never_linked_is_a_person_too() -> None:
    """Its clicks and its orders belong together."""
    persons = Persons([])

    assert persons.of_click(3, None) == persons.of_sale(3, "new", None)
    assert persons.of_click(None, None) is None
    assert persons.of_sale(None, None, None) is None


def test_a_sale_without_a_cookie_is_that_of_the_contact_who_is_credited() -> None:
    persons = Persons([Link(visitor=PHONE, contact="c81")])

    assert persons.of_sale(None, "unknown", "c81") == persons.of_click(PHONE, None)


@given(st.lists(links, max_size=12), st.lists(links, max_size=3))
def test_persons_are_what_is_connected(given: list[Link], apart: list[Link]) -> None:
    """As found by walking from name to name."""
    edges = [
        [(kind, value) for kind, value in enumerate(link) if value is not None]
        for link in given
        if link not in apart
    ]

    def connected(start: tuple[int, Any]) -> set[tuple[int, Any]]:
        found, before = {start}, 0
        while len(found) > before:
            before = len(found)
            for edge in edges:
                if found & set(edge):
                    found |= set(edge)
        return found

    persons = Persons(given, apart)

    for visitor in range(5):
        group = connected((0, visitor))
        person = persons.of_click(visitor, None)
        assert [persons.of_click(other, None) == person for other in range(5)] == [
            (0, other) in group for other in range(5)
        ]
        assert [persons.of_click(None, contact) == person for contact in "abc"] == [
            (1, contact) in group for contact in "abc"
        ]
        known = {link.customer_ref for link in given}
        assert [persons.of_sale(None, each, None) == person for each in "abc" if each in known] == [
            (2, each) in group for each in "abc" if each in known
        ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((PHONE, "c81", None), True),
        ((PHONE, "c81", "77"), True),
        ((PHONE, "c82", "77"), False),
        ((None, None, None), False),
    ],
)
def test_names_are_apart_where_any_two_of_them_are(names: Names, *, expected: bool) -> None:
    persons = Persons([], [Link(visitor=PHONE, contact="c81")])

    assert persons.are_apart(*names) == expected
    assert not Persons([]).are_apart(*names)


def order(customer_ref: str) -> Order:
    socks = Line(product_id="s1", name="Socks", quantity=1, unit_price=Money("10", "USD"))
    return Order(customer_ref=customer_ref, lines=(socks,))


def newsletters(tracker: Tracker, model: str = "linear", **asked: Any) -> dict[str | None, str]:
    """What each sold, as text."""
    rows = tracker.report(model=model, **asked).rows
    return {row.dimension: str(row.net) for row in rows}


def test_a_tracker_credits_the_mail_that_was_read_elsewhere(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """As soon as it is told who the customer is; and no longer, once it was told otherwise."""
    phone = visit(tracker)
    phone.get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))
    clock.advance(timedelta(days=1))
    tracker.record(Conversion(reference="1", order=order("77")))

    assert newsletters(tracker) == {None: "10.00"}
    tracker.identify(contact="c81", customer_ref="77")
    assert newsletters(tracker) == {"2026-11": "10.00"}
    assert newsletters(tracker, "last") == {None: "10.00"}  # as it was when it was recorded
    assert newsletters(tracker, "last", journey="newsletters") == {"2026-11": "10.00"}

    assert tracker.separate(contact="c81", customer_ref="77")
    assert not tracker.separate(contact="c81", customer_ref="77")
    assert newsletters(tracker) == {None: "10.00"}

    assert tracker.join(contact="c81", customer_ref="77")
    assert not tracker.join(contact="c81", customer_ref="77")
    assert newsletters(tracker) == {"2026-11": "10.00"}
    assert [row["apart"] for row in rows_of(tracker, "separations")] == [1, 0]


def test_a_customers_orders_are_a_contacts_no_longer(tracker: Tracker) -> None:
    """Once somebody has said that the two are two persons; by every model alike."""
    tracker.record(Conversion(reference="1", order=order("77")))
    tracker.identify(contact="c81", customer_ref="77")

    def contacts(**asked: Any) -> list[str | None]:
        return [row.dimension for row in tracker.report("contact", **asked).rows]

    for told, expected in ((None, "c81"), (tracker.separate, None), (tracker.join, "c81")):
        if told is not None:
            told(contact="c81", customer_ref="77")
        assert contacts() == contacts(model="linear") == [expected]
        assert contacts(where={"contact": expected}) == [expected]
        assert [buyer.contact for buyer in tracker.segment()] == [expected] * (expected is not None)


def test_two_people_at_one_computer_are_told_apart(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """The click of one no longer sells what the other ordered in that browser."""
    shared = visit(tracker)
    shared.get(tracker.click_url("/p/socks", contact="c81", newsletter="hers"))
    (click,) = rows_of(tracker, "clicks")
    clock.advance(timedelta(days=1))
    tracker.record(Conversion(reference="1", order=order("his")), environ=shared.environ)

    assert newsletters(tracker) == {"hers": "10.00"}
    tracker.separate(visitor=click["visitor"], customer_ref="his")
    assert newsletters(tracker) == {None: "10.00"}


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({}, "contact"),
        ({"contact": "c81"}, "contact"),
        ({"contact": "c81", "visitor": 1, "customer_ref": "77"}, "contact"),
        ({"contact": "", "customer_ref": "77"}, "contact"),
        ({"contact": "c81", "customer_ref": "7\0"}, "customer_ref"),
        ({"contact": "c" * 101, "visitor": 1}, "contact"),
        ({"contact": "c81", "visitor": "1"}, "visitor"),
        ({"contact": "c81", "visitor": True}, "visitor"),
        ({"contact": "c81", "visitor": -1}, "visitor"),
        ({"contact": "c81", "visitor": 2**63}, "visitor"),
    ],
)
def test_a_link_is_between_two_names(
    make_tracker: MakeTracker, names: dict[str, Any], field: str
) -> None:
    tracker = make_tracker()
    for told in (tracker.separate, tracker.join):
        with pytest.raises(BadValue) as refused:
            told(**names)
        assert refused.value.field == field
    assert rows_of(tracker, "separations") == []
