"""What a tracker tells of its sales, beside what the model says."""

from __future__ import annotations

from decimal import Decimal

from tests.dialects.model import Model
from tests.stores.values import all_of
from wsgi_salestrack import Tracker


def assert_the_same(tracker: Tracker, model: Model) -> None:
    """Every sum and every sale; a cancelled one is there, and in no sum."""
    for by in ("newsletter", "contact", "day"):
        assert totals_of(tracker, by) == model.totals(by), by
    assert earned_of(tracker) == model.commissions()
    assert_sales(tracker, model)


def totals_of(tracker: Tracker, by: str) -> dict[str | None, tuple[int, int, Decimal]]:
    """Count, quantity and revenue of each."""
    rows = {}
    for row in tracker.report(by).rows:
        assert row.revenue is not None
        assert row.count >= 0
        assert row.quantity >= 0
        assert row.revenue >= 0
        if row.count:
            rows[row.dimension] = (int(row.count), int(row.quantity), row.revenue)
        else:
            assert (row.quantity, row.revenue) == (0, Decimal(0))
    return rows


def earned_of(tracker: Tracker) -> dict[tuple[str, str], Decimal]:
    """What the ledger adds up to, by sale and publisher."""
    sums: dict[tuple[str, str], Decimal] = {}
    for entry in tracker.commissions():
        assert entry.reference is not None
        key = (entry.reference, entry.publisher)
        sums[key] = sums.get(key, Decimal(0)) + entry.amount
        assert sums[key] >= 0  # no entry takes back more than was earned
    return {key: amount for key, amount in sums.items() if amount}


def assert_sales(tracker: Tracker, model: Model) -> None:
    """Each conversion is there once, with its values, credit and the products' present names."""
    found = all_of(tracker.store, "default")
    sales = {str(recorded.conversion.reference): recorded for recorded in found}
    assert len(sales) == len(found)
    assert sales.keys() == model.sales.keys()
    for reference, sale in model.sales.items():
        recorded = sales[reference]
        conversion = recorded.conversion
        assert conversion.trust == sale.trust
        assert conversion.revenue is not None
        assert conversion.revenue.amount == sale.value("revenue")
        assert conversion.quantity == sale.value("quantity")
        assert conversion.occurred_at == sale.at
        for kind, touch in (("newsletter", recorded.touch), ("publisher", recorded.referral)):
            expected = sale.credit.get(kind)  # type: ignore[call-overload]  # both are kinds
            assert (touch is None) == (expected is None), kind
            if touch is not None and expected is not None:
                assert touch.at == expected.at
                for name, value in expected.names.items():
                    assert getattr(touch, name) == value
        lines = conversion.order.lines if conversion.order else None
        told = lines and [
            (each.product_id, each.quantity, each.unit_price.amount) for each in lines
        ]
        assert told == sale.value("lines")
        for each in lines or ():
            assert each.name == model.names[each.product_id]
