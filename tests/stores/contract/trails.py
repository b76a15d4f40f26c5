from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import NOON, WITH_A_STORE, arrival, click, order
from wsgi_salestrack import Click, Order, Touch
from wsgi_salestrack.crediting import Step
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.model import ORDER_SCOPE, Arrival
from wsgi_salestrack.persons import Link, Persons
from wsgi_salestrack.stores.base import Store

names = st.sampled_from("abc")
visitors = st.integers(1, 4)


def clicked(visitor: int | None, contact: str | None, verdict: str, minutes: int) -> Click:
    """A click so many minutes before noon."""
    at = NOON - timedelta(minutes=minutes)
    touch = Touch(at=at, contact=contact, newsletter=f"n{minutes}")
    return Click(
        id=click(touch).id,
        touch=touch,
        day="2026-11-21",
        visitor=visitor,
        verdict="valid" if verdict == "valid" else "bot",
        destination="/",
    )


def bought(visitor: int | None, customer_ref: str | None, contact: str | None) -> Arrival:
    """A sale, of which the cookie or the host may have told the contact."""
    touch = None if contact is None else Touch(at=NOON, contact=contact)
    whose = None if customer_ref is None else Order(customer_ref=customer_ref)
    return arrival(None, visitor=visitor, order=whose, touch=touch)


clicks = st.lists(
    st.tuples(st.none() | visitors, st.none() | names, st.sampled_from(["valid", "valid", "bot"])),
    max_size=12,
).map(lambda drawn: [clicked(*each, 100 - number) for number, each in enumerate(drawn)])
sales = st.lists(
    st.builds(bought, st.none() | visitors, st.none() | names, st.none() | names),
    min_size=1,
    max_size=6,
)
identities = st.dictionaries(names, names, max_size=3)
# Which of the links are taken out.
places = st.sets(st.integers(0, 9), max_size=4)


LATE = {"n1", "n2", "n3"}


class TrailsContract:
    """What is known of a conversion, and the clicks of its buyer."""

    @given(clicks, sales, identities, places)
    @WITH_A_STORE
    def test_a_buyers_clicks_are_those_that_all_links_together_say(
        self,
        store: Store,
        clicks: list[Click],
        sales: list[Arrival],
        identities: dict[str, str],
        places: set[int],
    ) -> None:
        """Found by walking from name to name; told from all links of the shop at once."""
        site = f"shop-{new_visitor_id()}"
        for each in clicks:
            store.add_click(site, each)
        for customer_ref, contact in identities.items():
            store.identify(site, contact, customer_ref, NOON)
        links = _links(clicks, sales, identities)
        apart = {link for place, link in enumerate(links) if place in places}
        for link in apart:
            store.separate(site, link, NOON, apart=True)
        for number, sale in enumerate(sales):
            store.record(site, _with_reference(sale, str(number)))
        # One of another shop, which links nobody here.
        store.add_click(f"{site}-other", clicked(1, "a", "valid", 1))

        persons = Persons(links, apart)
        for number, sale in enumerate(sales):
            trail = store.trail(site, ORDER_SCOPE, str(number))
            assert trail is not None
            told = None if sale.touch is None else sale.touch.contact
            buyer = persons.of_sale(sale.visitor, sale.conversion.customer_ref, told)
            assert list(trail.clicks) == [
                Step(touch=each.touch, verdict=each.verdict)
                for each in clicks
                if buyer is not None and persons.of_click(each.visitor, each.touch.contact) == buyer
            ]

    @pytest.mark.parametrize(
        ("apart", "found"),
        [
            (None, ["n3", "n2", "n1"]),
            (Link(visitor=1, customer_ref="k1"), ["n3", "n2"]),
            (Link(contact="c1", customer_ref="k1"), ["n1"]),
            (Link(visitor=2, contact="c1"), ["n3", "n1"]),
            (Link(visitor=1, contact="c1"), ["n3", "n2", "n1"]),
        ],
    )
    def test_no_link_that_was_taken_out_is_walked(
        self, store: Store, site: str, apart: Link | None, found: list[str]
    ) -> None:
        """From the customer to a browser, to a contact, and on to the contact's browser."""
        for each in (
            clicked(5, "c1", "bot", 3),
            clicked(2, None, "valid", 2),
            clicked(1, None, "valid", 1),
            clicked(2, "c1", "bot", 200),
        ):
            store.add_click(site, each)
        store.add_click(site, clicked(2, "c1", "valid", 100))
        store.identify(site, "c1", "k1", NOON)
        store.record(site, arrival("1", visitor=1, order=Order(customer_ref="k1")))
        if apart is not None:
            store.separate(site, apart, NOON, apart=True)

        trail = store.trail(site, ORDER_SCOPE, "1")
        assert trail is not None
        late = [step.touch.newsletter for step in trail.clicks if step.touch.newsletter in LATE]
        assert late == found

    @pytest.mark.parametrize("is_known", [False, True])
    def test_a_customer_whom_nothing_links_says_nothing(
        self, store: Store, site: str, *, is_known: bool
    ) -> None:
        """Then the sale is the contact's whom it was credited to; otherwise the customer's."""
        store.add_click(site, clicked(2, "c1", "valid", 1))
        store.record(site, bought(None, "k1", "c1"))
        store.record(site, _with_reference(bought(None, "k1", "c1"), "1"))
        if is_known:
            store.record(site, bought(7, "k1", None))

        trail = store.trail(site, ORDER_SCOPE, "1")
        assert trail is not None
        assert len(trail.clicks) == (0 if is_known else 1)

    def test_a_person_of_many_names_is_one(self, store: Store, site: str) -> None:
        """A hundred browsers that opened one mail, and a chain of contacts from one of them."""
        made = [clicked(visitor, "c0", "valid", 300 - visitor) for visitor in range(1, 101)]
        made += [clicked(7, "c1", "valid", 150)]
        made += [
            clicked(100 + n, f"c{n + m}", "valid", 140 - n) for n in range(1, 9) for m in (0, 1)
        ]
        made += [clicked(108, None, "valid", 5), clicked(999, "stranger", "valid", 4)]
        for each in made:
            store.add_click(site, each)
        store.record(site, arrival("1", visitor=108))

        trail = store.trail(site, ORDER_SCOPE, "1")
        assert trail is not None
        assert len(trail.clicks) == len(made) - 1
        assert [step.touch.at for step in trail.clicks] == sorted(
            each.touch.at or NOON for each in made[:-1]
        )

    @pytest.mark.parametrize("reference", ["2", "other"])
    def test_of_what_was_not_recorded_there_is_no_trail(
        self, store: Store, site: str, reference: str
    ) -> None:
        store.record(site, arrival("1", order=order(customer_ref="k1")))
        store.record(f"{site}-other", arrival("other"))

        assert store.trail(site, ORDER_SCOPE, reference) is None
        assert store.trail(site, "target:1", "1") is None


def _with_reference(sale: Arrival, reference: str) -> Arrival:
    whose = sale.conversion.order
    return arrival(
        reference, visitor=sale.visitor, order=whose, touch=sale.touch, referral=sale.referral
    )


def _links(clicks: list[Click], sales: list[Arrival], identities: dict[str, str]) -> list[Link]:
    """All that link two names."""
    found = [
        Link(visitor=each.visitor, contact=each.touch.contact)
        for each in clicks
        if each.verdict == "valid" and None not in {each.visitor, each.touch.contact}
    ]
    found += [
        Link(visitor=each.visitor, customer_ref=each.conversion.customer_ref)
        for each in sales
        if None not in {each.visitor, each.conversion.customer_ref}
    ]
    found += [Link(contact=contact, customer_ref=ref) for ref, contact in identities.items()]
    return found
