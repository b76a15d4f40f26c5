from __future__ import annotations

from typing import Any

import pytest

from tests.stores.contract.adjustments import cancel, refund
from tests.stores.contract.ledger import sale
from tests.stores.contract.paying import LATER, approved, decide, states
from tests.stores.values import NOON, arrival, order
from wsgi_salestrack import BadValue, Publisher, Touch
from wsgi_salestrack.affiliates import SELF_REFERRAL
from wsgi_salestrack.stores.base import Store


class SelfReferralContract:
    """Who buys by their own link earns nothing."""

    @pytest.mark.parametrize(
        ("publisher", "bought"),
        [
            ({}, {"touch": Touch(at=NOON, contact="p7")}),
            ({}, {"referral": Touch(at=NOON, publisher="p7", contact="p7")}),
            ({}, {"order": order(customer_ref="p7")}),
            ({"contact": "c7"}, {"touch": Touch(at=NOON, contact="c7")}),
            ({"customer_ref": "12"}, {"order": order(customer_ref="12")}),
            # The contact that a customer is known to be, of the buyer or of the publisher.
            ({"contact": "c7"}, {"order": order(customer_ref="77")}),
            ({"customer_ref": "77"}, {"touch": Touch(at=NOON, contact="c7")}),
        ],
    )
    def test_it_is_declined_when_it_is_written(
        self, store: Store, site: str, publisher: dict[str, Any], bought: dict[str, Any]
    ) -> None:
        """With its reason, and so it stays; their parent has referred them, and earns."""
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p7", parent="p1", **publisher))
        store.identify(site, "c7", "77", NOON)
        store.record(site, sale(**{"scope": "order", **bought}))
        refund(store, site, amount="4")

        own, parents, _ = store.commissions(site)
        assert (own.publisher, own.minor, own.state, own.reason) == (
            *("p7", 100, "declined", SELF_REFERRAL),
        )
        assert (parents.publisher, parents.state, parents.reason) == ("p1", "pending", None)

    @pytest.mark.parametrize(
        ("publisher", "bought"),
        [
            ({}, {"touch": Touch(at=NOON, contact="c7")}),
            # Who is called like a publisher is not them, where it is known who they are.
            ({"contact": "c7"}, {"touch": Touch(at=NOON, contact="p7")}),
            ({"customer_ref": "12"}, {"order": order(customer_ref="p7")}),
            # A contact and a customer may be called alike.
            ({"contact": "c7"}, {"order": order(customer_ref="c7")}),
            ({"customer_ref": "12"}, {"touch": Touch(at=NOON, contact="12")}),
        ],
    )
    def test_anybody_else_is_not_the_publisher(
        self, store: Store, site: str, publisher: dict[str, Any], bought: dict[str, Any]
    ) -> None:
        store.add_publisher(site, Publisher(id="p7", **publisher))
        store.record(site, sale(**bought))

        assert states(store, site) == [(100, "pending", None)]

    def test_a_publisher_who_was_never_written_down_is_known_by_the_id(
        self, store: Store, site: str
    ) -> None:
        store.record(site, sale(touch=Touch(at=NOON, contact="p7")))

        assert states(store, site) == [(100, "declined", None)]

    def test_a_parent_who_buys_earns_nothing_on_it(self, store: Store, site: str) -> None:
        """But who referred them does."""
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p7", parent="p1"))
        store.record(site, sale(order=order(customer_ref="p1")))

        found = [(e.publisher, e.state) for e in store.commissions(site)]
        assert found == [("p7", "pending"), ("p1", "declined")]

    def test_who_the_buyer_is_may_be_known_later(self, store: Store, site: str) -> None:
        """The pixel comes first, and then the checkout itself says whose order it is."""
        store.record(site, sale("1", scope="order"))
        approved(store, site, "2")
        for reference in ("1", "2"):
            bought = arrival(reference, order=order(customer_ref="p7"))
            assert store.record(site, bought).outcome == "enriched"

        found = [(entry.state, entry.reason) for entry in store.commissions(site)]
        assert found == [("declined", SELF_REFERRAL), ("approved", None)]

    @pytest.mark.parametrize("decided", ["pending", "approved"])
    def test_who_the_buyer_is_may_be_said_later(
        self, store: Store, site: str, decided: str
    ) -> None:
        """What nobody has approved yet is declined then; of others' sales nothing is."""
        store.add_publisher(site, Publisher(id="p7", contact="c7"))
        for reference, customer in (("1", "77"), ("2", "78")):
            store.record(site, sale(reference, order=order(customer_ref=customer)))
        if decided == "approved":
            decide(store, site, "approved", "1")
        store.identify(site, "c7", "77", LATER)

        found = [(entry.state, entry.reason) for entry in store.commissions(site)]
        own = ("declined", SELF_REFERRAL) if decided == "pending" else ("approved", None)
        assert found == [own, ("pending", None)]

    def test_who_the_publisher_is_may_be_said_later(self, store: Store, site: str) -> None:
        """Their customer number is that of the contact who bought."""
        store.add_publisher(site, Publisher(id="p7", customer_ref="12"))
        store.record(site, sale("1", touch=Touch(at=NOON, contact="c7")))
        store.record(site, sale("2", touch=Touch(at=NOON, contact="c8")))
        store.identify(site, "c7", "12", LATER)

        found = [(entry.state, entry.reason) for entry in store.commissions(site)]
        assert found == [("declined", SELF_REFERRAL), ("pending", None)]

    def test_who_the_publisher_is_is_asked_again_before_it_is_approved(
        self, store: Store, site: str
    ) -> None:
        """It might be paid; one that is declined then is not counted as approved."""
        store.add_publisher(site, Publisher(id="p7", customer_ref="12"))
        store.record(site, sale("1", touch=Touch(at=NOON, contact="c7")))
        store.record(site, sale("2"))
        store.set_publisher(site, "p7", {"contact": "c7"})
        pending = [entry.id for entry in store.commissions(site)]

        assert store.set_commission_state(site, pending, "approved", LATER) == 1
        found = [(entry.state, entry.reason) for entry in store.commissions(site)]
        assert found == [("declined", SELF_REFERRAL), ("approved", None)]

    def test_all_that_turns_out_to_be_theirs_is_declined_when_all_is_approved(
        self, store: Store, site: str
    ) -> None:
        """What corrects an entry with it, and what a parent earns; whatever is another's is not."""
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p7", parent="p1"))
        store.record(site, sale(scope="order", touch=Touch(at=NOON, contact="c7")))
        refund(store, site, amount="4")
        store.record(site, sale("2", scope="order", touch=Touch(at=NOON, contact="c1")))
        store.set_publisher(site, "p7", {"contact": "c7"})
        store.set_publisher(site, "p1", {"contact": "c1"})
        pending = [entry.id for entry in store.commissions(site)]

        assert store.set_commission_state(site, pending, "approved", LATER) == 3
        found = [(e.reference, e.publisher, e.minor > 0, e.state) for e in store.commissions(site)]
        assert sorted(found) == [
            *[("1001", "p1", False, "approved"), ("1001", "p1", True, "approved")],
            *[("1001", "p7", False, "declined"), ("1001", "p7", True, "declined")],
            *[("2", "p1", True, "declined"), ("2", "p7", True, "approved")],
        ]

    def test_nobody_overrules_it(self, store: Store, site: str) -> None:
        """When the sale was refunded since, nothing was taken back; approved, it would be paid."""
        store.record(site, sale(scope="order", order=order(customer_ref="p7")))
        refund(store, site, amount="4")
        (own,) = store.commissions(site)
        for state in ("approved", "paid"):
            with pytest.raises(BadValue, match=f"is declined, and can't become {state}"):
                store.set_commission_state(site, [own.id], state, LATER)

        assert store.commissions(site) == [own]

    def test_who_the_publisher_is_counts_from_the_next_sale_on(
        self, store: Store, site: str
    ) -> None:
        """What was declined by mistake stays so."""
        store.add_publisher(site, Publisher(id="p7"))
        store.record(site, sale("1", order=order(customer_ref="p7")))
        store.set_publisher(site, "p7", {"customer_ref": "12"})
        store.record(site, sale("2", order=order(customer_ref="p7")))

        assert states(store, site) == [(100, "declined", None), (100, "pending", None)]

    def test_a_reason_is_kept(self, store: Store, site: str) -> None:
        """Of all that is declined with an entry."""
        store.record(site, sale(scope="order"))
        cancel(store, site)
        first, _ = store.commissions(site)
        reason = "no such order \N{SNOWMAN}"
        store.set_commission_state(site, [first.id], "declined", NOON, reason)

        assert [entry.reason for entry in store.commissions(site)] == [reason] * 2
