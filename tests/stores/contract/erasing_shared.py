from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from tests.stores.contract.claims import claim
from tests.stores.contract.forgetting import (
    CONTACT,
    CUSTOMER,
    OTHER,
    OWN,
    SHARED,
    TOUCH,
    clicked,
    forget,
    personal,
    sold,
    touched,
)
from tests.stores.dump import dump
from tests.stores.values import NOON, SEVEN, all_of, arrival, order
from wsgi_salestrack import Touch
from wsgi_salestrack.persons import Link
from wsgi_salestrack.stores.base import Selection, Store


class ErasedFromOthersContract:
    """What others have with whoever is forgotten."""

    def test_a_shared_browser_stays_the_others_as_well(self, store: Store, site: str) -> None:
        """Only what names the contact is theirs; the browser's new id is the same in all rows."""
        nobodys = clicked(Touch(at=NOON, newsletter="x"), SHARED, "/p?q=1")
        for made in (clicked(TOUCH, SHARED), clicked(OTHER, SHARED), nobodys):
            store.add_click(site, made)
        sold(store, site, "1", visitor=SHARED)
        sold(store, site, "2", order=order(customer_ref="k2"), visitor=SHARED)
        store.claim(site, claim("3", customer_ref="k2", visitor=SHARED, touch=OTHER))
        store.separate(site, Link(visitor=SHARED, customer_ref="k2"), NOON, apart=True)

        names, items = store.personal_data(site, CONTACT)
        assert (names.visitors, len(list(items))) == ((), 1)
        forgotten = forget(store, site)

        assert (forgotten.clicks, forgotten.conversions, forgotten.claims) == (1, 0, 0)
        left = dump(store, site)
        assert f" {SHARED}," not in left
        assert "/p?q=1" in left
        visitors = {row.visitor for row in touched(store, site)}
        apart = store.journeys(
            site, Selection(by=()), timedelta(9), lambda found: [*found.links] and found.apart
        )
        assert {link.visitor for link in apart} == visitors
        recorded = store.record(site, arrival("3", order=order(customer_ref="k2"), revenue=None))
        assert recorded.touch == OTHER  # by the claim that is still theirs

    @pytest.mark.parametrize("apart", [Link(visitor=OWN, contact=CONTACT), None])
    def test_a_browser_that_was_separated_is_not_theirs(
        self, store: Store, site: str, apart: Link | None
    ) -> None:
        store.add_click(site, clicked(TOUCH))
        sold(store, site, "1", visitor=OWN)
        if apart is not None:
            store.separate(site, apart, NOON, apart=True)

        assert forget(store, site).conversions == (0 if apart else 1)

    def test_a_customer_who_is_somebody_else_stays(self, store: Store, site: str) -> None:
        """Their order was credited to the contact's click; only that is taken out."""
        store.identify(site, "c2", "k2", NOON)
        sold(store, site, "1", order=order(customer_ref="k2"), touch=TOUCH, revenue=None)

        assert personal(store, site)[0].customer_ref is None
        forget(store, site)

        (found,) = all_of(store, site)
        assert found.conversion.customer_ref == "k2"
        assert found.touch == msgspec.structs.replace(TOUCH, contact=None, subscription=None)

    def test_a_customer_who_was_separated_is_not_theirs(self, store: Store, site: str) -> None:
        """Though they were identified before; only that they were is gone."""
        store.identify(site, CONTACT, "k5", NOON)
        store.separate(site, Link(contact=CONTACT, customer_ref="k5"), NOON, apart=True)
        sold(store, site, "1", order=order(customer_ref="k5"), revenue=None)

        assert store.personal_data(site, CONTACT)[0].customer_refs == ()
        forgotten = forget(store, site)

        assert (forgotten.conversions, forgotten.identities) == (0, 1)
        (found,) = all_of(store, site)
        assert (found.conversion.customer_ref, found.erased) == ("k5", False)

    def test_claims_of_their_orders_go_by_whomever(self, store: Store, site: str) -> None:
        """Also by a browser and a customer that nothing else ties to them."""
        bought = order(customer_ref="canary-guest")
        sold(store, site, "1", order=bought, touch=TOUCH, revenue=None)
        store.claim(site, claim("1", customer_ref="canary-guest", visitor=77, touch=SEVEN))
        assert "77" in dump(store, site)

        forget(store, site)

        left = dump(store, site)
        assert "canary" not in left
        assert " 77," not in left

    def test_an_order_of_theirs_that_another_click_sold(self, store: Store, site: str) -> None:
        """Whose click it was stays; it is no longer known whose order."""
        store.identify(site, CONTACT, CUSTOMER, NOON)
        sold(store, site, "1", order=order(customer_ref=CUSTOMER), touch=OTHER, revenue=None)

        assert personal(store, site)[1].touch.contact is None
        forget(store, site)

        (found,) = all_of(store, site)
        assert (found.touch, found.conversion.customer_ref) == (OTHER, None)

    def test_a_subscription_that_others_have_is_nobodys_name(self, store: Store, site: str) -> None:
        """As where all are called "weekly"."""
        weekly = msgspec.structs.replace(TOUCH, subscription="weekly")
        anonymous = Touch(at=NOON, subscription="weekly", newsletter="2026-11")
        for touch in (weekly, msgspec.structs.replace(weekly, contact="c2"), anonymous):
            store.add_click(site, clicked(touch, None))

        assert forget(store, site).clicks == 1
        assert dump(store, site).count("weekly") == 2

    def test_a_touch_that_named_nobody_else_is_gone(self, store: Store, site: str) -> None:
        """Not even when it was."""
        sold(store, site, "1", touch=Touch(at=NOON, contact=CONTACT))

        forget(store, site)

        assert all_of(store, site)[0].touch is None

    def test_customers_who_may_be_the_same_are_told(self, store: Store, site: str) -> None:
        """They ordered by the contact's click once; other orders have only their number."""
        sold(store, site, "1", order=order(customer_ref="k7"), touch=TOUCH, revenue=None)
        sold(store, site, "2", order=order(customer_ref="k7"), revenue=None)
        sold(store, site, "3", order=order(customer_ref="k8"), touch=TOUCH, revenue=None)

        assert forget(store, site).beside == ("k7",)
        store.identify(site, CONTACT, "k7", NOON)
        again = forget(store, site)

        assert (again.conversions, again.beside) == (1, ())
        assert not {"k7", "k8"} & set(dump(store, site).split('"'))
