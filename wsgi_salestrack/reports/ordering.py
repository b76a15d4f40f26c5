"""In which order the rows of a report come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final, TypeAlias

from ..stores.base import Dimension, Total
from ..stores.report_columns import TIMES

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
#: Something of each total, at its place.
_Numbers: TypeAlias = Sequence[int | Fraction]


def in_order(
    totals: Sequence[Total], by: Sequence[Dimension], clicks: Sequence[int | None]
) -> list[int]:
    """The places of totals in their order: together by the first dimension, and then by the second.

    Nobody's come last; times in their order, others the best-selling first.

    :param totals: one per values and currency.
    :param clicks: of each.
    """
    codes = [total.currency or "~" for total in totals]
    # Sorted by what matters least first, for that leaves equal ones as they are. There may be very
    # many: numbers are compared in a fraction of the time of tuples of everything.
    order = sorted(range(len(totals)), key=codes.__getitem__)
    sold: Sequence[_Numbers] = (
        [each or 0 for each in clicks],
        [total.count for total in totals],
        _revenues(totals),
    )
    if len(by) > 1:
        _sort(order, [total.values[1] for total in totals], by[1], codes, sold)
        firsts = [(total.values[0], total.currency) for total in totals]
        sold = [_together(numbers, firsts) for numbers in sold]
    if by:
        _sort(order, [total.values[0] for total in totals], by[0], codes, sold)
    return order


def _sort(
    order: list[int],
    values: Sequence[str | None],
    dimension: Dimension,
    codes: Sequence[str],
    sold: Sequence[_Numbers],
) -> None:
    """Sort places by one dimension.

    :param values: of it.
    :param sold: by what the best-selling are found, what matters least first.
    """
    order.sort(key=[value or "" for value in values].__getitem__)
    if dimension == "hour":
        # The same hour twice, where clocks are put back, is not in the order of its letters.
        order.sort(key=[_moment(value) for value in values].__getitem__)
    elif dimension not in TIMES:
        for numbers in sold:
            order.sort(key=numbers.__getitem__, reverse=True)
        order.sort(key=codes.__getitem__)
    order.sort(key=[value is None for value in values].__getitem__)


def _moment(hour: str | None) -> datetime:
    return _NEVER if hour is None else datetime.fromisoformat(hour)


def _revenues(totals: Sequence[Total]) -> list[int]:
    """In the finest unit of all."""
    exponents = {total.exponent for total in totals}
    finest = max((each for each in exponents if each is not None), default=0)
    # Without a currency nothing is worth anything, whatever its lines say.
    scales = {each: 0 if each is None else 10 ** (finest - each) for each in exponents}
    return [total.revenue * scales[total.exponent] for total in totals]


def _together(numbers: _Numbers, groups: Sequence[Hashable]) -> _Numbers:
    """For each the sum of its group."""
    sums: defaultdict[Hashable, int | Fraction] = defaultdict(int)
    for group, number in zip(groups, numbers, strict=True):
        sums[group] += number
    return [sums[group] for group in groups]
