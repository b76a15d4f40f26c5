from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.stores.contract.ledger import PAID, sale
from tests.stores.contract.paying import LATER, approved, prepare
from tests.stores.values import BEFORE_ALL, NOON, arrival, line, order
from wsgi_salestrack import Money
from wsgi_salestrack.adjustments import AdjustmentKind, Change
from wsgi_salestrack.identity import first_id
from wsgi_salestrack.payouts import PayoutState
from wsgi_salestrack.persons import Link
from wsgi_salestrack.stores import transaction
from wsgi_salestrack.stores.base import Store

# By the clock of each process in turn: the second one is behind.
AHEAD, BEHIND, AGAIN = (LATER - timedelta(seconds=late) for late in (0, 10, 5))


def adjust(
    store: Store, site: str, at: datetime, kind: AdjustmentKind, lines: dict[str, int] | None = None
) -> str:
    """Change order 1001, by a process whose clock says so."""
    change, id = Change(kind=kind, lines=lines), first_id(at)
    return store.adjust(site, "order", "1001", change, id=id, at=at, announced=True).outcome


def problems(store: Store, site: str) -> list[str]:
    """What ``verify`` finds."""
    return [finding.problem for finding in store.verify(site) if finding.problem]


class OtherClocksContract:
    """What is done one after the other counts in this order, whatever the clocks say."""

    @pytest.fixture
    def _processes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ids that tell the time of whoever makes them, as those of several processes do."""
        monkeypatch.setattr(transaction, "new_id", first_id)

    @pytest.mark.usefixtures("_processes")
    def test_a_cancelled_sale_that_is_reinstated_stands(self, store: Store, site: str) -> None:
        """And may be cancelled again."""
        store.record(site, arrival())
        outcomes = [
            adjust(store, site, AHEAD, "cancellation"),
            adjust(store, site, BEHIND, "reinstatement"),
            adjust(store, site, AGAIN, "cancellation"),
        ]

        assert outcomes == ["adjusted"] * 3
        told = [list(store.adjusted_since(site, BEFORE_ALL)), list(store.unsent_adjustments(site))]
        kinds = [[each.adjustment.kind for each in found] for found in told]
        assert kinds == [["cancellation", "reinstatement", "cancellation"]] * 2
        times = [each.adjustment.at for each in told[0]]
        assert times == sorted(set(times))
        assert problems(store, site) == []

    @pytest.mark.usefixtures("_processes")
    def test_what_was_given_back_by_mistake_may_come_back(self, store: Store, site: str) -> None:
        """Of two pairs of socks both, and after that was undone, one."""
        store.record(site, arrival(order=order(line(quantity=2)), revenue=None))
        adjust(store, site, AHEAD, "refund", {"s1": 2})
        adjust(store, site, BEHIND, "reinstatement")

        assert adjust(store, site, AGAIN, "refund", {"s1": 1}) == "adjusted"
        assert problems(store, site) == []

    @pytest.mark.usefixtures("_processes")
    def test_a_payout_goes_on(self, store: Store, site: str) -> None:
        """One that was exported may not be dropped, and so be paid twice."""
        approved(store, site, "1001")
        (payout,) = prepare(store, site)
        steps: list[tuple[PayoutState, datetime]] = [
            ("approved", AHEAD),
            ("exported", BEHIND),
            ("paid", AGAIN),
        ]
        for state, at in steps:
            assert store.set_payout_state(site, [payout.id], state, at) == 1
            assert [each.state for each in store.payouts(site)] == [state]

    @pytest.mark.usefixtures("_processes")
    def test_what_was_paid_before_more_was_declined_is_kept(self, store: Store, site: str) -> None:
        """And given again, when what was taken back of it is."""
        store.record(site, sale(scope="order", at=AHEAD, occurred_at=NOON))
        (entry,) = store.commissions(site)
        for state in PAID:
            store.set_commission_state(site, [entry.id], state, AHEAD)
        store.record(site, arrival(revenue=Money("20", "USD"), at=AHEAD))
        _, more = store.commissions(site)
        store.set_commission_state(site, [more.id], "declined", BEHIND)
        adjust(store, site, BEHIND, "chargeback")
        adjust(store, site, AGAIN, "reinstatement")

        found = [(each.minor, each.state) for each in store.commissions(site)]
        assert found == [
            *((100, "paid"), (100, "declined")),
            *((-100, "pending"), (100, "pending")),
        ]

    @pytest.mark.usefixtures("_processes")
    def test_the_latest_word_on_a_link_counts(self, store: Store, site: str) -> None:
        """Whether two names are one person."""
        link = Link(contact="c81", customer_ref="77")
        assert store.separate(site, link, AHEAD, apart=True)
        assert store.separate(site, link, BEHIND, apart=False)

        assert not store.separate(site, link, AGAIN, apart=False)
        assert store.separate(site, link, AGAIN, apart=True)
