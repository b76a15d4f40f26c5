"""The shop's orders, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from tests.support.clock import NOON
from tests.support.rows import rows_of
from wsgi_salestrack import Conversion, Money, Tracker
from wsgi_salestrack.reconciling import Reconciliation

TODAY = "2026-11-21T10:00:00Z"


def sell(tracker: Tracker, reference: str | None = "1", amount: str = "10", **values: Any) -> None:
    """Recorded by the shop itself, today, unless it says otherwise."""
    conversion = Conversion(
        **{
            "reference": reference,
            "revenue": Money(amount, "USD"),
            "occurred_at": NOON - timedelta(hours=2),
            **values,
        }
    )
    tracker.record(conversion)


def order(reference: str = "1", revenue: str = "10", **values: object) -> dict[str, object]:
    """The shop's own row of today."""
    return {"reference": reference, "revenue": revenue, "occurred_at": TODAY, **values}


def found(result: Reconciliation) -> list[tuple[str, str | None, str, bool]]:
    """What differs, what would mend it, and whether it was."""
    return [(each.kind, each.reference, each.remedy, each.mended) for each in result.differences]


def net(tracker: Tracker) -> str:
    """All that is left, in dollars."""
    return f"{sum(row.net or 0 for row in tracker.report().totals):.2f}"


def assert_agrees(tracker: Tracker, orders: Iterable[Mapping[str, object]]) -> None:
    """Nothing differs any more, and nothing is changed by mending again."""
    before = [rows_of(tracker, table) for table in ("conversions", "adjustments", "conflicts")]
    again = tracker.reconcile(orders, apply=True, cancel_extra=True)
    assert (again.differences, again.rejected) == ((), ())
    after = [rows_of(tracker, table) for table in ("conversions", "adjustments", "conflicts")]
    assert after == before
