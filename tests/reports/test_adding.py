"""How sums of the same values become one."""

from __future__ import annotations

from itertools import permutations

from wsgi_salestrack.reports.adding import sum_of
from wsgi_salestrack.stores.base import Total


def total(exponent: int, *, revenue: int, refunded: int, commission: int) -> Total:
    return Total(
        values=("a",),
        currency="ISK",
        exponent=exponent,
        count=1,
        quantity=2,
        revenue=revenue,
        refunded=refunded,
        commission=commission,
    )


def test_amounts_of_several_exponents_are_added_up_as_money() -> None:
    """As where ISO 4217 changed how many decimals a currency has."""
    parts = [
        total(2, revenue=150, refunded=50, commission=15),
        total(0, revenue=3, refunded=1, commission=2),
        total(3, revenue=1, refunded=0, commission=1),
    ]
    for members in permutations(parts):
        found = sum_of(members)
        assert (found.exponent, found.count, found.quantity) == (3, 3, 6)
        assert (found.revenue, found.refunded, found.commission) == (4501, 1500, 2151)
