"""In which order the rows of a report come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TypeAlias

from ..stores.base import Clicks, Dimension, Total
from ..stores.report_columns import TIMES

#: Revenue in the finest unit of all that are compared, count and clicks.
_Sold: TypeAlias = tuple[int, int | Fraction, int]
#: From a value, a currency and what it sold to a place.
_Placing: TypeAlias = Callable[[str | None, str, _Sold], tuple[object, ...]]


def in_order(
    totals: Collection[Total],
    by: Sequence[Dimension],
    clicks: Mapping[tuple[str | None, ...], Clicks] | None,
) -> list[Total]:
    """Together by the first dimension, and then by the second.

    Nobody's come last; times in their order, others the best-selling first.

    :param totals: one per values and currency.
    """
    exponents = {total.exponent for total in totals}
    finest = max((each for each in exponents if each is not None), default=0)
    # Without a currency nothing is worth anything, whatever its lines say.
    scales = {each: 0 if each is None else 10 ** (finest - each) for each in exponents}
    # The same object for the same currency: that two are equal is then known without a look.
    codes = {total.currency: total.currency or "~" for total in totals}

    def own(total: Total) -> _Sold:
        clicked = None if clicks is None else clicks.get(total.values)
        revenue = total.revenue * scales[total.exponent]
        return revenue, total.count, 0 if clicked is None else clicked.clicks

    if len(by) < 2:
        # Of one dimension there may be very many.
        place = _placing(by[0]) if by else _by_sales
        return sorted(
            totals,
            key=lambda total: (
                *place(total.values[0] if by else None, codes[total.currency], own(total)),
                codes[total.currency],
            ),
        )
    first, second = map(_placing, by)
    sold: defaultdict[tuple[str | None, str | None], _Sold] = defaultdict(lambda: (0, 0, 0))
    for total in totals:
        key = total.values[0], total.currency
        revenue, count, clicked = own(total)
        before = sold[key]
        sold[key] = before[0] + revenue, before[1] + count, before[2] + clicked
    return sorted(
        totals,
        key=lambda total: (
            *first(total.values[0], codes[total.currency], sold[total.values[0], total.currency]),
            *second(total.values[1], codes[total.currency], own(total)),
            codes[total.currency],
        ),
    )


def _placing(dimension: Dimension) -> _Placing:
    if dimension == "hour":
        return _by_hour
    return _by_time if dimension in TIMES else _by_sales


def _by_hour(value: str | None, code: str, sold: _Sold) -> tuple[object, ...]:
    # The same hour twice, where clocks are put back, is not in the order of its letters.
    at = 0 if value is None else datetime.fromisoformat(value).timestamp()
    return value is None, at, value or ""


def _by_time(value: str | None, code: str, sold: _Sold) -> tuple[object, ...]:
    return value is None, value or ""


def _by_sales(value: str | None, code: str, sold: _Sold) -> tuple[object, ...]:
    revenue, count, clicks = sold
    return value is None, code, -revenue, -count, -clicks, value or ""
