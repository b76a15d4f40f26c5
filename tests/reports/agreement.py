"""Holding a report against sums that do not use salestrack."""

from __future__ import annotations

from typing import Any

from benchmarks.plain_sums import Sum, Values
from wsgi_salestrack import Report, ReportRow


def cents(row: ReportRow) -> tuple[int, ...]:
    """What a row shows: numbers, and amounts in cents; what sold nothing may have no currency."""
    if row.currency is None:
        assert (row.count, row.revenue, row.refunded, row.commission) == (0, None, None, None)
    amounts = (int((each or 0) * 100) for each in (row.revenue, row.refunded, row.commission))
    return (int(row.count), int(row.quantity), *amounts)


def assert_agrees(made: Report, expected: dict[Values, Sum]) -> None:
    """To the cent, in each row and in all; nothing more and nothing less."""
    whole = expected.pop((), Sum())
    found = {
        (row.dimension,) if len(made.by) == 1 else (row.dimension, row.across): row
        for row in (*made.rows, *made.clicked)
    }
    assert len(found) == len(made.rows) + len(made.clicked)
    assert set(found) == set(expected)
    pairs = [(found[key], expected[key]) for key in found]
    # Where nothing sold, there is no currency that a total could be in.
    assert len(made.totals) == bool(whole.sales)
    for row, added in [*pairs, *((row, whole) for row in made.totals)]:
        amounts = (added.revenue, added.refunded, added.commission)
        assert cents(row) == (len(added.sales), added.quantity, *amounts), row
        assert row.clicks == added.clicks, row
        assert row.visitors == (None if added.clicks is None else len(added.visitors)), row


def cents_exactly(row: ReportRow) -> tuple[Any, ...]:
    """The same, where a model shares sales and a row has fractions of them."""
    return (row.count, row.quantity, *cents(row)[2:])
