from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.contract.adjustments import cancel, refund
from tests.stores.contract.ledger import FLAT, sale
from tests.stores.values import NOON, SEVEN, WITH_A_STORE, arrival, order
from wsgi_salestrack import BadValue, Commission, Money, Payout, Publisher, Touch
from wsgi_salestrack.adjustments import AdjustmentKind, Change
from wsgi_salestrack.affiliates import SELF_REFERRAL, CommissionState
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.payouts import Gathering, PayoutState
from wsgi_salestrack.stores.base import Store

LATER = NOON + timedelta(days=40)
EIGHT = Touch(at=SEVEN.at, publisher="p8")


def prepare(
    store: Store, site: str, *, at: datetime = LATER, days: int = 30, **values: Any
) -> list[Payout]:
    """Collect what is due, forty days after the sales, unless it says otherwise."""
    wanted = Gathering.of(
        at, holding=timedelta(days=days), **{"minimum": {}, "publisher": None, **values}
    )
    return store.prepare_payouts(site, wanted, at)


def become(store: Store, site: str, payout: Payout, *states: PayoutState) -> None:
    """Let a payout go on, step by step."""
    for state in states:
        assert store.set_payout_state(site, [payout.id], state, LATER) == 1


def approved(store: Store, site: str, *references: str, **values: Any) -> None:
    """Sales whose commissions were approved."""
    for reference in references:
        store.record(site, sale(reference, **{"scope": "order", **values}))
        decide(store, site, "approved", reference)


def decide(store: Store, site: str, state: CommissionState, reference: str) -> None:
    """Let all entries of a sale that are pending become that."""
    pending = store.commissions(site, reference=reference, state="pending")
    store.set_commission_state(site, [entry.id for entry in pending], state, LATER)


def states(store: Store, site: str) -> list[tuple[int, str, int | None]]:
    """Of all entries: how much, what became of them, and the payout that they are in."""
    return [(entry.minor, entry.state, entry.payout) for entry in store.commissions(site)]


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
        store.set_publisher(site, Publisher(id="p7", name="Socks daily"))
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

    def test_of_many_who_prepare_at_once_one_pays(self, store: Store, site: str) -> None:
        """Each commission is in one payout, and their sum is what was earned."""
        approved(store, site, *map(str, range(6)))
        approved(store, site, "6", referral=EIGHT)

        with ThreadPoolExecutor(8) as pool:
            found = [p for each in pool.map(lambda _: prepare(store, site), range(8)) for p in each]

        assert sorted(payout.minor for payout in found) == [100, 600]
        assert sorted(p.id for p in store.payouts(site)) == sorted(p.id for p in found)
        assert sum(len(store.commissions(site, payout=payout.id)) for payout in found) == 7

    def test_to_prepare_and_to_decline_exclude_each_other(self, store: Store, site: str) -> None:
        """Whichever comes first; what was declined is in no payout."""
        for number in range(4):
            approved(store, site, f"{number}")
        declining = [entry.id for entry in store.commissions(site)]

        def decline_or_prepare(id: int | None) -> None:
            with suppress(BadValue):
                if id is None:
                    prepare(store, site)
                else:
                    store.set_commission_state(site, [id], "declined", LATER)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(decline_or_prepare, [*declining, None, None, None, None]))

        prepare(store, site)
        found = states(store, site)
        assert {(state, payout is None) for _, state, payout in found} <= {
            *(("declined", True), ("approved", False)),
        }
        free = sum(minor for minor, _, payout in found if payout is None)
        assert sum(payout.minor for payout in store.payouts(site)) == 400 - free

    def test_of_two_who_export_and_drop_at_once_one_wins(self, store: Store, site: str) -> None:
        """What was exported is still in the payout, and what was dropped is not."""
        for number in range(10):
            approved(store, site, f"{number}", referral=Touch(at=NOON, publisher=f"p{number}"))
        payouts = prepare(store, site)
        ids = [payout.id for payout in payouts]
        store.set_payout_state(site, ids, "approved", LATER)
        both = Barrier(2)

        def go(state: PayoutState) -> int:
            done = 0
            for id in ids:
                both.wait(10)
                with suppress(BadValue):
                    done += store.set_payout_state(site, [id], state, LATER)
            return done

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(go, ("exported", "dropped"))) == len(ids)
        for payout, (_, _, inside) in zip(store.payouts(site), states(store, site), strict=True):
            assert inside == (payout.id if payout.state == "exported" else None)

    def test_a_forgotten_site_has_no_payouts(self, store: Store, site: str) -> None:
        approved(store, site, "1")
        prepare(store, site)
        store.forget_site(site)

        assert store.payouts(site) == []

    @settings(WITH_A_STORE, max_examples=8)
    @given(data=st.data())
    def test_no_money_is_lost_or_made(self, store: Store, site: str, data: st.DataObject) -> None:
        """What is in payouts and what is in none yet is what the ledger says was earned.

        Through any sequence of what may happen to sales, commissions and payouts.
        """
        shop = f"{site}-{new_id(NOON)}"
        store.add_publisher(shop, Publisher(id="p1", tier2=FLAT))
        store.add_publisher(shop, Publisher(id="p7", parent="p1"))
        exported: dict[int, _AsItWas] = {}
        for step in range(data.draw(st.integers(1, 25))):
            _do_something(store, shop, data, step)
            _is_balanced(store, shop, exported)


# Amount, number of sales and the ids of the commissions.
_AsItWas = tuple[Decimal, int, list[int]]

_STATES: tuple[PayoutState, ...] = ("approved", "exported", "paid", "dropped")
_SALES = [str(number) for number in range(4)]
_CHANGES: tuple[AdjustmentKind, ...] = ("cancellation", "refund", "chargeback", "reinstatement")


def _do_something(store: Store, site: str, data: st.DataObject, step: int) -> None:
    """One step of an affiliate manager or a customer; some are refused."""
    at = LATER + timedelta(hours=step)
    actions = ["sell", "change", "approve", "decline", "prepare", "prepare", "payout", "payout"]
    what = data.draw(st.sampled_from(actions))
    reference = data.draw(st.sampled_from(_SALES))
    with suppress(BadValue, LookupError):
        if what == "sell":
            currency = data.draw(st.sampled_from(["USD", "JPY"]))
            amount = Money(data.draw(st.integers(1, 2000)), currency)
            store.record(site, sale(reference, scope="order", revenue=amount))
        elif what == "change":
            kind = data.draw(st.sampled_from(_CHANGES))
            part = data.draw(st.none() | st.integers(1, 500))
            known = {entry.reference for entry in store.commissions(site)}
            if reference in known:
                change = Change(kind=kind, amount=None if part is None else Decimal(part))
                id = new_id(at)
                store.adjust(site, "order", reference, change, id=id, at=at, announced=False)
        elif what in ("approve", "decline"):
            entries = store.commissions(site, reference=reference)
            chosen = data.draw(st.sets(st.sampled_from([entry.id for entry in entries] or [0])))
            done: CommissionState = "approved" if what == "approve" else "declined"
            store.set_commission_state(site, chosen, done, at)
        elif what == "prepare":
            minimum = {"USD": Decimal(data.draw(st.integers(0, 300)))}
            prepare(store, site, at=at, minimum=minimum)
        else:
            ids = [payout.id for payout in store.payouts(site)] or [0]
            state = data.draw(st.sampled_from(_STATES))
            store.set_payout_state(site, [data.draw(st.sampled_from(ids))], state, at)


def _is_balanced(store: Store, site: str, exported: dict[int, _AsItWas]) -> None:
    """The ledger is what is in payouts and what is in none; what was exported never changes."""
    ledger, payouts = store.commissions(site), store.payouts(site)
    live = [payout for payout in payouts if payout.state != "dropped"]
    free = [entry for entry in ledger if entry.payout is None]
    assert _sums([*live, *free]) == _sums(ledger)

    assert all(payout.minor > 0 for payout in payouts)
    for payout in live:
        inside = [entry for entry in ledger if entry.payout == payout.id]
        assert _sums(inside) == _sums([payout])
        assert len({entry.conversion for entry in inside}) == payout.sales
        became = {entry.state for entry in inside}
        assert (became == {"paid"}) is (payout.state == "paid")
        assert "declined" not in became
        if payout.state in ("exported", "paid"):
            as_it_was = (payout.amount, payout.sales, [entry.id for entry in inside])
            assert exported.setdefault(payout.id, as_it_was) == as_it_was


def _sums(amounts: Sequence[Commission | Payout]) -> dict[tuple[str, str], int]:
    """By publisher and currency, but for those of nothing."""
    sums: Counter[tuple[str, str]] = Counter()
    for each in amounts:
        sums[each.publisher, each.currency] += each.minor
    return {purse: minor for purse, minor in sums.items() if minor}


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

    def test_a_reason_is_kept(self, store: Store, site: str) -> None:
        """Of all that is declined with an entry."""
        store.record(site, sale(scope="order"))
        cancel(store, site)
        first, _ = store.commissions(site)
        reason = "no such order \N{SNOWMAN}"
        store.set_commission_state(site, [first.id], "declined", NOON, reason)

        assert [entry.reason for entry in store.commissions(site)] == [reason] * 2
