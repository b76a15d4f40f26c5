from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stores.contract.adjustments import cancel, refund
from tests.stores.contract.ledger import PAID, sale
from tests.stores.values import NOON, arrival
from wsgi_salestrack import Money, identity
from wsgi_salestrack.errors import BadValue
from wsgi_salestrack.stores.base import Store


class CommissionStatesContract:
    """What becomes of a commission: forward only, and what corrects it goes with it."""

    def test_entries_go_from_state_to_state(self, store: Store, site: str) -> None:
        """Forward only, and what is done already counts as done."""
        for reference in ("1", "2"):
            store.record(site, sale(reference))
        first, second = (entry.id for entry in store.commissions(site))

        assert store.set_commission_state(site, [first, first], "approved", NOON) == 1
        assert store.set_commission_state(site, [first], "approved", NOON) == 0
        assert store.set_commission_state(site, [second], "declined", NOON) == 1
        assert store.set_commission_state(site, [first], "paid", NOON) == 1

        states = [entry.state for entry in store.commissions(site)]
        assert states == ["paid", "declined"]
        assert [entry.id for entry in store.commissions(site, state="paid")] == [first]
        assert store.commissions(site, state="pending") == []
        with pytest.raises(BadValue, match=r"is declined, and can't become approved"):
            store.set_commission_state(site, [second], "approved", NOON)

    def test_a_clock_that_is_behind_takes_no_state_back(self, store: Store, site: str) -> None:
        """Ids are made by each process's own clock."""
        store.record(site, sale())
        (entry,) = store.commissions(site)
        store.set_commission_state(site, [entry.id], "approved", NOON)
        with pytest.MonkeyPatch.context() as behind:
            behind.setattr(identity._process, "last", 0)  # noqa: SLF001
            store.set_commission_state(site, [entry.id], "paid", NOON - timedelta(seconds=2))

        assert [each.state for each in store.commissions(site)] == ["paid"]

    def test_a_step_that_is_refused_changes_no_entry(self, store: Store, site: str) -> None:
        """All of them go there, or none."""
        store.record(site, sale())
        (entry,) = store.commissions(site)
        with pytest.raises(BadValue, match=r"commission .* is pending, and can't become paid"):
            store.set_commission_state(site, [entry.id], "paid", NOON)
        # The ids are taken in their order, so the right one comes before the wrong one.
        with pytest.raises(BadValue, match=r"commission .* does not exist"):
            store.set_commission_state(site, [entry.id, entry.id + 1], "approved", NOON)

        assert store.commissions(site) == [entry]

    def test_what_was_paid_is_taken_back_by_a_new_entry(self, store: Store, site: str) -> None:
        """It is pending, for the next payout; the paid one stays as it was."""
        store.record(site, sale())
        (entry,) = store.commissions(site)
        store.set_commission_state(site, [entry.id], "approved", NOON)
        store.set_commission_state(site, [entry.id], "paid", NOON)
        cancel(store, site)

        found = [(entry.minor, entry.state) for entry in store.commissions(site)]
        assert found == [(100, "paid"), (-100, "pending")]

    def test_what_was_declined_is_not_taken_back(self, store: Store, site: str) -> None:
        """It was never earned."""
        store.record(site, sale())
        (entry,) = store.commissions(site)
        store.set_commission_state(site, [entry.id], "declined", NOON)
        cancel(store, site)

        assert [entry.minor for entry in store.commissions(site)] == [100]

    def test_what_corrects_an_entry_is_declined_with_it(self, store: Store, site: str) -> None:
        """Alone it would take back what was never given."""
        store.record(site, sale())
        cancel(store, site)
        first, _ = store.commissions(site)

        assert store.set_commission_state(site, [first.id], "declined", NOON) == 2
        assert [entry.state for entry in store.commissions(site)] == ["declined", "declined"]

    def test_what_corrects_an_entry_is_paid_with_it(self, store: Store, site: str) -> None:
        """Or a cancelled sale would be paid for."""
        store.record(site, sale(scope="order"))
        (entry,) = store.commissions(site)
        store.set_commission_state(site, [entry.id], "approved", NOON)
        cancel(store, site)

        assert store.set_commission_state(site, [entry.id], "paid", NOON) == 2
        assert sum(each.minor for each in store.commissions(site, state="paid")) == 0

    def test_what_takes_back_a_paid_entry_is_not_declined(self, store: Store, site: str) -> None:
        """The publisher has the money."""
        store.record(site, sale(scope="order"))
        (entry,) = store.commissions(site)
        store.set_commission_state(site, [entry.id], "approved", NOON)
        store.set_commission_state(site, [entry.id], "paid", NOON)
        cancel(store, site)
        _, correction = store.commissions(site)

        with pytest.raises(BadValue, match="takes back what was paid; pay it as well"):
            store.set_commission_state(site, [correction.id], "declined", NOON)

    def test_what_was_paid_is_taken_back_though_more_was_declined(
        self, store: Store, site: str
    ) -> None:
        """Or a publisher would keep the commission of a sale that was cancelled."""
        store.record(site, sale(scope="order"))
        (entry,) = store.commissions(site)
        for state in PAID:
            store.set_commission_state(site, [entry.id], state, NOON)
        store.record(site, arrival(revenue=Money("20", "USD")))
        _, more = store.commissions(site)
        store.set_commission_state(site, [more.id], "declined", NOON)
        cancel(store, site)

        found = [(entry.minor, entry.state) for entry in store.commissions(site)]
        assert found == [(100, "paid"), (100, "declined"), (-100, "pending")]

    def test_to_decline_what_is_given_again_leaves_no_more_than_is_earned(
        self, store: Store, site: str
    ) -> None:
        """What takes back from a paid one is declined with it, and so written anew."""
        store.record(site, sale(scope="order"))
        (entry,) = store.commissions(site)
        for state in PAID:
            store.set_commission_state(site, [entry.id], state, NOON)
        refund(store, site, amount="4")
        refund(store, site, kind="reinstatement", amount="2")
        again = store.commissions(site)[-1]

        assert store.set_commission_state(site, [again.id], "declined", NOON) == 2
        found = [(entry.minor, entry.state) for entry in store.commissions(site)]
        assert found == [(100, "paid"), (-40, "declined"), (20, "declined"), (-20, "pending")]
        assert all(found.problem is None for found in store.verify(site))
