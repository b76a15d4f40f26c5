from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.contract.ledger import FLAT, sale
from tests.stores.contract.paying import LATER, prepare
from tests.stores.values import NOON, WITH_A_STORE
from wsgi_salestrack import BadValue, Commission, Money, Payout, Publisher
from wsgi_salestrack.adjustments import AdjustmentKind, Change
from wsgi_salestrack.affiliates import CommissionState
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.payouts import PayoutState
from wsgi_salestrack.stores.base import Store

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
        parts = {
            sale: sum(entry.minor for entry in inside if entry.conversion == sale)
            for sale in {entry.conversion for entry in inside}
        }
        assert [*map(bool, parts.values())].count(True) == payout.sales
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


class PayoutBalanceContract:
    """The ledger, what is in payouts, and what is in none."""

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
