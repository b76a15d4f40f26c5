from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.stores.contract.adjustments import cancel, refund
from tests.stores.contract.ledger import sale
from tests.stores.contract.paying import EIGHT, LATER, approved, become, decide, prepare, states
from tests.stores.values import NOON
from wsgi_salestrack import BadValue, Money, Publisher
from wsgi_salestrack.affiliates import CommissionState
from wsgi_salestrack.payouts import PayoutState
from wsgi_salestrack.stores.base import Store


class PayoutsContract:
    """What publishers are paid at once."""

    def test_what_was_approved_is_collected(self, store: Store, site: str) -> None:
        """By publisher and currency, once; what is pending or declined is not."""
        store.add_publisher(site, Publisher(id="p7", name="Sock news"))
        approved(store, site, "1", "2")
        approved(store, site, "3", revenue=Money("900", "JPY"))
        approved(store, site, "4", referral=EIGHT)
        store.record(site, sale("5"))
        store.record(site, sale("6"))
        decide(store, site, "declined", "6")

        first, second, third = prepared = prepare(store, site)

        assert [(p.publisher, p.currency, str(p.amount), p.sales) for p in prepared] == [
            ("p7", "JPY", "90", 1),
            ("p7", "USD", "2.00", 2),
            ("p8", "USD", "1.00", 1),
        ]
        assert (second.name, third.name) == ("Sock news", None)
        assert (second.state, second.at) == ("prepared", LATER)
        assert store.payouts(site) == prepared
        assert store.payouts(f"{site}-other") == []
        assert prepare(store, site) == []
        assert states(store, site) == [
            *((100, "approved", second.id), (100, "approved", second.id)),
            *((90, "approved", first.id), (100, "approved", third.id)),
            *((100, "pending", None), (100, "declined", None)),
        ]
        assert [e.reference for e in store.commissions(site, payout=second.id)] == ["1", "2"]

    def test_a_payout_stays_as_it_was_prepared(self, store: Store, site: str) -> None:
        """The publisher's name, too."""
        store.add_publisher(site, Publisher(id="p7", name="Sock news"))
        approved(store, site, "1001")
        (payout,) = prepare(store, site)
        store.set_publisher(site, "p7", {"name": "Socks daily"})
        refund(store, site, amount="4")

        assert store.payouts(site) == [payout]

    def test_a_sale_is_held_for_some_time(self, store: Store, site: str) -> None:
        """By when it occurred, to the microsecond."""
        approved(store, site, "1")
        microsecond = timedelta(microseconds=1)

        assert prepare(store, site, at=NOON + timedelta(days=30) - microsecond) == []
        (payout,) = prepare(store, site, at=NOON + timedelta(days=30))
        assert payout.sales == 1
        approved(store, site, "2", at=LATER, occurred_at=NOON)
        assert len(prepare(store, site)) == 1

    def test_less_than_the_minimum_waits_for_more(self, store: Store, site: str) -> None:
        """In its currency."""
        approved(store, site, "1")
        minimum = {"USD": Decimal("1.50"), "JPY": Decimal(3000)}
        assert prepare(store, site, minimum=minimum) == []
        approved(store, site, "2")

        (payout,) = prepare(store, site, minimum=minimum)
        assert (payout.minor, payout.sales) == (200, 2)

    def test_one_publisher_may_be_paid_alone(self, store: Store, site: str) -> None:
        approved(store, site, "1")
        approved(store, site, "2", referral=EIGHT)

        assert [p.publisher for p in prepare(store, site, publisher="p8")] == ["p8"]
        assert [p.publisher for p in prepare(store, site)] == ["p7"]

    def test_a_payout_goes_from_state_to_state(self, store: Store, site: str) -> None:
        """Forward only; what is done already counts as done; all, or none."""
        approved(store, site, "1")
        approved(store, site, "2", referral=EIGHT)
        first, second = prepare(store, site)
        both = [second.id, first.id, second.id]

        with pytest.raises(BadValue, match=f"payout {first.id} is prepared, and can't become paid"):
            store.set_payout_state(site, both, "paid", LATER)
        assert store.set_payout_state(site, [second.id], "approved", LATER) == 1
        assert store.set_payout_state(site, both, "approved", LATER) == 1
        assert store.set_payout_state(site, both, "exported", LATER) == 2
        assert store.set_payout_state(site, both, "exported", LATER) == 0
        with pytest.raises(BadValue, match="is exported, and can't become dropped"):
            store.set_payout_state(site, [first.id], "dropped", LATER)
        assert store.set_payout_state(site, [first.id], "paid", LATER) == 1
        assert store.set_payout_state(site, both, "exported", LATER) == 0
        with pytest.raises(BadValue, match="payout 7 does not exist"):
            store.set_payout_state(site, [7, second.id], "paid", LATER)
        with pytest.raises(BadValue, match="does not exist"):
            store.set_payout_state(f"{site}-other", [second.id], "paid", LATER)

        assert [payout.state for payout in store.payouts(site)] == ["paid", "exported"]
        assert states(store, site) == [(100, "paid", first.id), (100, "approved", second.id)]

    @pytest.mark.parametrize("so_far", [(), ("approved",)])
    def test_what_was_dropped_is_free_again(
        self, store: Store, site: str, so_far: tuple[PayoutState, ...]
    ) -> None:
        """Any number of times; the dropped ones still tell what they were of."""
        approved(store, site, "1")
        dropped = []
        for _ in range(3):
            (payout,) = prepare(store, site)
            become(store, site, payout, *so_far, "dropped")
            dropped.append(payout.id)
        assert states(store, site) == [(100, "approved", None)]

        (payout,) = prepare(store, site)
        become(store, site, payout, "approved", "exported", "paid")

        assert states(store, site) == [(100, "paid", payout.id)]
        for id in dropped:
            assert [e.reference for e in store.commissions(site, payout=id)] == ["1"]
        with pytest.raises(BadValue, match="is dropped, and can't become approved"):
            store.set_payout_state(site, dropped[:1], "approved", LATER)

    def test_a_refund_after_the_payment_comes_off_the_next_payout(
        self, store: Store, site: str
    ) -> None:
        """Without anybody's approval; the payout that was paid stays as it was."""
        approved(store, site, "1001")
        (paid,) = prepare(store, site)
        become(store, site, paid, "approved", "exported", "paid")
        refund(store, site, amount="4")
        assert prepare(store, site) == []
        approved(store, site, "2")

        (payout,) = prepare(store, site)
        assert (payout.minor, payout.sales) == (60, 2)
        become(store, site, payout, "approved")
        assert states(store, site) == [
            *((100, "paid", paid.id), (-40, "approved", payout.id), (100, "approved", payout.id)),
        ]
        become(store, site, payout, "exported", "paid")
        assert {state for _, state, _ in states(store, site)} == {"paid"}
        assert store.payouts(site)[0].minor == 100

    def test_less_than_nothing_waits(self, store: Store, site: str) -> None:
        """Until more was earned."""
        approved(store, site, "1001")
        (paid,) = prepare(store, site)
        become(store, site, paid, "approved", "exported", "paid")
        cancel(store, site)
        approved(store, site, "2", revenue=Money("5", "USD"))
        assert prepare(store, site) == []
        approved(store, site, "3")

        (payout,) = prepare(store, site)
        assert (payout.minor, payout.sales) == (50, 3)

    @pytest.mark.parametrize("state", ["declined", "paid"])
    def test_what_is_in_a_payout_is_decided_with_it(
        self, store: Store, site: str, state: CommissionState
    ) -> None:
        """Neither it nor what corrects it, unless the payout is dropped."""
        approved(store, site, "1001")
        (payout,) = prepare(store, site)
        cancel(store, site)
        entry, correction = store.commissions(site)
        refused = f"commission {entry.id} is in payout {payout.id}, and can't become {state}"
        with pytest.raises(BadValue, match=refused):
            store.set_commission_state(site, [entry.id], state, LATER)
        if state == "declined":
            with pytest.raises(BadValue, match=refused):
                store.set_commission_state(site, [correction.id], state, LATER)
        assert states(store, site) == [(100, "approved", payout.id), (-100, "pending", None)]

        become(store, site, payout, "dropped")
        store.set_commission_state(site, [entry.id], state, LATER)
        assert states(store, site)[0] == (100, state, None)

    def test_a_forgotten_site_has_no_payouts(self, store: Store, site: str) -> None:
        approved(store, site, "1")
        prepare(store, site)
        store.forget_site(site)

        assert store.payouts(site) == []
