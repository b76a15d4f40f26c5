from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.stores.values import BEFORE_ALL, HERO, NOON, all_of, arrival, line, order
from wsgi_salestrack import Adjusted, BadValue, Money, UnknownReference
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.stores.base import Selection, Store

LATER = NOON + timedelta(hours=1)


def cancel(
    store: Store,
    site: str,
    reference: str = "1001",
    *,
    scope: str = "order",
    announced: bool = True,
) -> Adjusted:
    """Cancel a conversion an hour after noon."""
    change = Change(kind="cancellation")
    id = new_id(LATER)
    return store.adjust(site, scope, reference, change, id=id, at=LATER, announced=announced)


def refund(store: Store, site: str, **change: Any) -> Adjusted:
    """Take money of order 1001 back, an hour after noon."""
    made = Change(**{"kind": "refund", **change})
    id = new_id(LATER)
    return store.adjust(site, "order", "1001", made, id=id, at=LATER, announced=True)


def counted(store: Store, site: str) -> list[tuple[str | None, int, int]]:
    """What the totals by newsletter say."""
    found = store.totals(site, Selection(by=("newsletter",)))
    return sorted((total.values[0] or "", int(total.count), total.revenue) for total in found)


class AdjustmentsContract:
    """What becomes of a conversion later, as rows that are appended."""

    def test_a_cancelled_order_stays_but_counts_no_longer(self, store: Store, site: str) -> None:
        """It is left out of totals, and everything it said is still there."""
        bought = arrival(order=order(customer_ref="k1"), revenue=None, touch=HERO)
        recorded = store.record(site, bought)
        store.record(site, arrival("1002", touch=HERO))

        adjusted = cancel(store, site)

        assert adjusted.outcome == "adjusted"
        assert adjusted.conversion == recorded.conversion
        assert counted(store, site) == [("2026-11", 1, 1000)]
        stored = {found.id: found for found in all_of(store, site)}
        assert stored[recorded.id] == msgspec.structs.replace(recorded, cancelled=True)

    def test_to_cancel_twice_is_to_cancel_once(self, store: Store, site: str) -> None:
        """The first one stands."""
        store.record(site, arrival())
        first = cancel(store, site)
        second = cancel(store, site)

        assert second.outcome == "duplicate"
        assert second.adjustment == first.adjustment
        assert store.adjusted_since(site, BEFORE_ALL) == [first]

    def test_one_that_was_written_by_a_try_before_is_new(self, store: Store, site: str) -> None:
        """The answer to its commit was lost, and nobody was told of it yet."""
        store.record(site, arrival())
        change, id = Change(kind="refund", amount="4"), new_id(LATER)
        outcomes = [
            store.adjust(site, "order", "1001", change, id=id, at=LATER, announced=True).outcome
            for _ in range(2)
        ]

        assert outcomes == ["adjusted", "adjusted"]
        assert len(store.adjusted_since(site, BEFORE_ALL)) == 1

    @pytest.mark.parametrize(("reference", "scope"), [("1002", "order"), ("1001", "target:1")])
    def test_what_is_unknown_is_not_cancelled(
        self, store: Store, site: str, reference: str, scope: str
    ) -> None:
        store.record(site, arrival())

        with pytest.raises(UnknownReference, match="no conversion has this reference"):
            cancel(store, site, reference, scope=scope)
        with pytest.raises(UnknownReference):
            cancel(store, f"{site}-other")
        assert counted(store, site) == [("", 1, 1000)]

    def test_a_repeat_does_not_bring_a_cancelled_order_back(self, store: Store, site: str) -> None:
        """Not even one that enriches it."""
        store.record(site, arrival(source="target"))
        cancel(store, site)
        repeats = [arrival(touch=HERO), arrival(revenue=Money("11", "USD"))]

        assert [store.record(site, again).outcome for again in repeats] == ["enriched", "conflict"]
        assert counted(store, site) == []

    def test_of_many_who_cancel_at_once_one_does(self, store: Store, site: str) -> None:
        store.record(site, arrival())
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda _: cancel(store, site).outcome, range(8)))

        assert sorted(done) == ["adjusted"] + ["duplicate"] * 7
        assert len(store.adjusted_since(site, BEFORE_ALL)) == 1

    def test_an_adjustment_is_unsent_until_it_is_marked(self, store: Store, site: str) -> None:
        """So that a process that ends between the commit and the signal loses no signal."""
        for reference in ("1001", "1002"):
            store.record(site, arrival(reference))
        announced = cancel(store, site)
        cancel(store, site, "1002", announced=False)

        assert store.unsent_adjustments(site) == [announced]
        store.mark_adjustments_sent(site, [announced.adjustment.id])
        assert store.unsent_adjustments(site) == []

    def test_adjustments_are_found_by_when_they_were_made(self, store: Store, site: str) -> None:
        store.record(site, arrival())
        adjusted = cancel(store, site)

        assert store.adjusted_since(site, LATER) == [adjusted]
        assert store.adjusted_since(site, LATER + timedelta(seconds=1)) == []
        store.forget_site(site)
        assert store.adjusted_since(site, BEFORE_ALL) == []

    def test_what_was_refunded_is_told_beside_the_revenue(self, store: Store, site: str) -> None:
        """Of an amount, of products, and then of all that is left."""
        socks = order(line(quantity=3), line("s2", unit_price=Money("5", "USD")))
        store.record(site, arrival(order=socks, revenue=None))
        refund(store, site, amount="1.50")
        refund(store, site, lines={"s1": 2})
        (total,) = store.totals(site, Selection(by=("day",)))
        assert (total.revenue, total.refunded, total.count) == (3500, 2150, 1)

        last = refund(store, site)
        assert last.recorded.net == Money("0", "USD")
        assert last.adjustment.amount == Money("13.50", "USD")
        told = [found.adjustment.lines for found in store.adjusted_since(site, LATER)]
        assert told == [{}, {"s1": 2}, {}]

    def test_a_refund_with_a_reference_is_made_once(self, store: Store, site: str) -> None:
        """Told again it is a duplicate, and with something else a conflict."""
        store.record(site, arrival())
        told = [
            refund(store, site, reference="r1", amount=amount).outcome for amount in ("4", "4", "5")
        ]

        assert told == ["adjusted", "duplicate", "conflict"]
        (total,) = store.totals(site, Selection(by=("day",)))
        assert total.refunded == 400

    def test_refunds_at_once_take_no_more_than_there_is(self, store: Store, site: str) -> None:
        """Ten dollars were paid; of eight who take four back, two succeed."""
        store.record(site, arrival())

        def take(_: int) -> str:
            try:
                return refund(store, site, amount="4").outcome
            except BadValue as error:
                return error.field

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(take, range(8))) == ["adjusted"] * 2 + ["amount"] * 6
        (found,) = all_of(store, site)
        assert found.net == Money("2", "USD")

    def test_an_adjustment_keeps_its_own_currency(self, store: Store, site: str) -> None:
        """Though somebody more trusted names another one later."""
        store.record(site, arrival(source="target", scope="order"))
        cancelled = cancel(store, site)
        store.record(site, arrival(revenue=Money("900", "JPY")))

        (found,) = store.adjusted_since(site, LATER)
        assert found.adjustment == cancelled.adjustment
        assert found.adjustment.amount == Money("10", "USD")

    def test_a_revenue_that_was_refunded_from_stays(self, store: Store, site: str) -> None:
        """Whoever knows another one later, it is a conflict."""
        store.record(site, arrival(source="target", scope="order"))
        refund(store, site, amount="8")
        corrected = store.record(site, arrival(revenue=Money("5", "USD")))

        assert corrected.outcome == "conflict"
        assert corrected.net == Money("2", "USD")


class IdentitiesContract:
    """Whose contact a customer is."""

    def test_past_and_future_orders_become_a_contacts(self, store: Store, site: str) -> None:
        """In reports by contact; an order of somebody unknown stays nobody's."""
        for reference, customer in (("1", "k1"), ("2", "k2")):
            bought = order(customer_ref=customer)
            store.record(site, arrival(reference, order=bought, revenue=None))
        store.identify(site, "c81", "k1", NOON)
        store.record(site, arrival("3", order=order(customer_ref="k1"), revenue=None))

        by_contact = store.totals(site, Selection(by=("contact",)))
        assert {(total.values, total.count) for total in by_contact} == {
            (("c81",), 2),
            ((None,), 1),
        }
        one = store.totals(site, Selection(by=("day",), where={"contact": "c81"}))
        assert [total.count for total in one] == [2]
        none = store.totals(site, Selection(by=("day",), where={"contact": None}))
        assert [total.count for total in none] == [1]

    def test_what_a_click_is_credited_with_stays_its_own(self, store: Store, site: str) -> None:
        """Somebody forwarded the mail, and a customer bought: the mail's contact is credited."""
        bought = order(customer_ref="k1")
        store.record(site, arrival(order=bought, revenue=None, touch=HERO))
        store.identify(site, "c2", "k1", NOON)

        assert [total.values for total in store.totals(site, Selection(by=("contact",)))] == [
            ("c81",)
        ]

    def test_who_was_said_last_is_the_contact(self, store: Store, site: str) -> None:
        store.record(site, arrival(order=order(customer_ref="k1"), revenue=None))
        store.identify(site, "c1", "k1", NOON)
        store.identify(site, "c2", "k1", LATER)
        store.identify(f"{site}-other", "c3", "k1", LATER)

        assert [total.values for total in store.totals(site, Selection(by=("contact",)))] == [
            ("c2",)
        ]
