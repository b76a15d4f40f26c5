"""A snippet that is seen while its order is still in the host's transaction."""

from __future__ import annotations

from datetime import timedelta

from tests.stores.sqlalchemy.host_transaction.conftest import TakeOrder
from tests.stores.sqlalchemy.host_transaction.sales import sale
from tests.stores.values import HERO
from tests.support.receivers import Listen
from wsgi_salestrack import Tracker
from wsgi_salestrack.model import Claim
from wsgi_salestrack.stores.claims import Claims
from wsgi_salestrack.stores.sql_store import SQLStore

SERVERS = ("postgresql", "mariadb")


def claim_only(tracker: Tracker, reference: str) -> None:
    """What is left of a claim that could not wait any longer for the order."""
    store = tracker.store
    assert isinstance(store, SQLStore)
    claim = Claim(
        reference=reference,
        customer_ref="k1",
        visitor=7,
        touch=HERO,
        referral=None,
        at=tracker.now(),
        window=timedelta(days=30),
    )
    store._writing(tracker.config.site, lambda transaction: Claims(transaction).write(claim))  # noqa: SLF001


def test_an_order_is_joined_to_its_snippet_after_the_hosts_commit(
    tracker: Tracker, take_order: TakeOrder, kind: str, listen: Listen
) -> None:
    """Neither could see the other before; receivers hear of the credit."""
    receivers = listen(tracker)
    if kind not in SERVERS:
        claim_only(tracker, "1001")  # SQLite lets nobody else write meanwhile
    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        tracker.record(sale(), connection=shop.given)
        if kind in SERVERS:
            claim_only(tracker, "1001")
        shop.commit()

    assert [row.dimension for row in tracker.report().rows] == ["2026-11"]
    assert len(receivers.enriched) <= 1


def test_an_open_transaction_keeps_no_other_orders_claim_waiting(
    tracker: Tracker, take_order: TakeOrder, kind: str
) -> None:
    """What is not there must not be locked."""
    if kind not in SERVERS:
        return  # there is one writer anyway
    shop = take_order()
    shop.order("1001")
    tracker.record(sale(), connection=shop.given)

    claim_only(tracker, "2002")
    shop.commit()
