"""What publishers earn on a sale that the host's transaction enriches."""

from __future__ import annotations

from tests.stores.sqlalchemy.host_transaction.conftest import TakeOrder
from wsgi_salestrack import Conversion, Money, Touch, Tracker
from wsgi_salestrack.terms import Rule, Terms

SERVERS = ("postgresql", "mariadb")
TERMS = Terms(tier1=Rule.of("tier1", "percent", "10"))


def test_a_commission_of_others_is_seen_though_the_transaction_is_older(
    tracker: Tracker, take_order: TakeOrder, kind: str
) -> None:
    """MariaDB shows a transaction what was there at its first query, unless it is asked."""
    shop = take_order()
    if kind in SERVERS:
        shop.order("0001")
        shop.execute("SELECT 1 FROM orders")
    pixel = Conversion(
        source="affiliate", reference="1001", revenue=Money("100", "USD"), terms=TERMS
    )
    if kind not in SERVERS:
        shop.rollback()
    tracker.record(pixel, touch=Touch(publisher="p7"))
    if kind not in SERVERS:
        shop = take_order()
    recorded = tracker.record(
        Conversion(reference="1001", revenue=Money("120", "USD")), connection=shop.given
    )
    shop.commit()

    assert recorded.outcome == "enriched"
    assert [entry.minor for entry in tracker.commissions()] == [1000, 200]
