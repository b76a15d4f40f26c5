"""In which order rows come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import msgspec
import pytest

from wsgi_salestrack.reports.ordering import in_order
from wsgi_salestrack.stores.base import Dimension, Total

Values = tuple[str | None, ...]


def total(*values: str | None, revenue: int = 0, count: int = 1, currency: str = "USD") -> Total:
    return Total(
        values=values,
        currency=currency,
        exponent=2,
        count=count,
        quantity=0,
        revenue=revenue,
        refunded=0,
    )


def ordered(
    totals: Sequence[Total], by: Sequence[Dimension], clicks: Mapping[Values, int] | None = None
) -> list[Total]:
    counts = [None if clicks is None else clicks.get(each.values, 0) for each in totals]
    return [totals[place] for place in in_order(totals, by, counts)]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        # What sold best, in each currency; then what sold more often; then by name.
        (
            ["link"],
            [
                total("z", revenue=1, currency="EUR"),
                total("c", revenue=1000),
                total("b", revenue=999, count=2),
                total("a", revenue=999),
                total("aa", revenue=999),
                total(None, revenue=5000),
            ],
        ),
        (["month"], [total("2026-01"), total("2026-02", revenue=9), total(None, revenue=99)]),
        # 02:00 in summer is before 02:00 in winter.
        (["hour"], [total("2026-10-25 02:00+02:00"), total("2026-10-25 02:00+01:00", revenue=9)]),
        # Newsletter b sold more in all; and months come one after the other in each.
        (
            ["newsletter", "month"],
            [
                total("b", "2026-01", revenue=1),
                total("b", "2026-02", revenue=50),
                total("b", None, revenue=60),
                total("a", "2026-01", revenue=100),
                total("a", "2026-02", revenue=10),
                total(None, "2026-01", revenue=900),
            ],
        ),
        (
            ["month", "newsletter"],
            [
                total("2026-01", "b", revenue=2),
                total("2026-01", "a", revenue=1),
                total("2026-02", "a", revenue=8),
                total("2026-02", "b", revenue=7),
            ],
        ),
        ([], [total(revenue=1, currency="EUR"), total(revenue=900)]),
    ],
)
def test_rows_come_in_one_order_whatever_order_they_are_found_in(
    by: list[Dimension], expected: list[Total]
) -> None:
    for found in list(permutations(expected))[::7]:
        assert ordered(found, by) == expected
    assert ordered(expected[::-1], by) == expected


def test_clicks_decide_where_sales_do_not() -> None:
    """And not before them: the best-clicked month is not the first one."""
    clicks: dict[Values, int] = {
        ("a", "2026-01"): 1,
        ("a", "2026-02"): 5,
        ("b", "2026-01"): 7,
        ("c",): 9,
    }
    crossed = [total("b", "2026-01"), total("a", "2026-01"), total("a", "2026-02")]
    # Newsletters a and b: two sales and one.
    expected = [crossed[1], crossed[2], crossed[0]]
    assert ordered(crossed, ["newsletter", "month"], clicks) == expected
    same = [total("b", "2026-01"), total("a", "2026-01")]
    assert ordered(same[::-1], ["newsletter", "month"], clicks) == same
    alone = [total("d"), total("c")]
    assert ordered(alone, ["link"], clicks) == alone[::-1]


def test_amounts_of_two_exponents_are_compared_as_money() -> None:
    """As where ISO 4217 changed how many decimals a currency has."""
    cents = total("a", revenue=99999)
    for revenue, place in ((999, 1), (1000, 0)):
        whole = msgspec.structs.replace(total("b", revenue=revenue), exponent=0)
        assert ordered([cents, whole], ["link"]).index(whole) == place


def test_without_a_currency_nothing_is_worth_anything() -> None:
    """Lines of a sale without revenue have prices all the same."""
    dear, often = (
        msgspec.structs.replace(each, currency=None, exponent=None)
        for each in (total("a", revenue=900), total("b", count=2))
    )
    assert ordered([dear, often], ["product"]) == [often, dear]


def test_those_of_one_value_are_together_where_two_sold_alike() -> None:
    """However often each of their rows was clicked."""
    rows = [total(letter, month, revenue=5) for letter in "ab" for month in ("2026-01", "2026-02")]
    clicks: dict[Values, int] = {("a", "2026-01"): 3, ("b", "2026-01"): 2, ("b", "2026-02"): 1}
    assert firsts(ordered(rows[::-1], ["newsletter", "month"], clicks)) == ["a", "a", "b", "b"]


def firsts(totals: Sequence[Total]) -> list[str | None]:
    return [each.values[0] for each in totals]
