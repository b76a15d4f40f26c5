from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.stores.contract.ledger import sale
from tests.stores.values import NOON, SEVEN
from wsgi_salestrack import Payout, Touch
from wsgi_salestrack.affiliates import CommissionState
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
