"""From the sums of a store to the rows of a report, in their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from ..money import decimal_of, exponent_of
from ..stores.base import Clicks, Dimension, Total
from .models import whole
from .rows import ReportRow

#: One value of each dimension.
Values: TypeAlias = tuple[str | None, ...]

_TIMES: Final[tuple[Dimension, ...]] = ("hour", "day", "week", "month")
_NOTHING: Final = Decimal(0)
_NO_CLICKS: Final = Clicks(values=(), clicks=0, visitors=0)
# The thread's own context may round.
_EXACT: Final = Context(prec=60)


class Sums(NamedTuple):
    """What sold and what was clicked, by the same dimensions.

    :param clicks: None: not asked for, or clicks know nothing of a dimension.
    :param commission: whether it was asked for.
    :param visitors: whether they were.
    """

    totals: Sequence[Total]
    clicks: Mapping[Values, Clicks] | None
    commission: bool
    visitors: bool


def rows_of(sums: Sums, by: Sequence[Dimension]) -> tuple[ReportRow, ...]:
    """One row per values and currency."""
    groups: defaultdict[tuple[Values, str | None], list[Total]] = defaultdict(list)
    for total in sums.totals:
        groups[total.values, total.currency].append(total)
    rows = [_row(*key, members, sums) for key, members in groups.items()]
    return tuple(_in_order(rows, by))


def clicked_of(sums: Sums, by: Sequence[Dimension], currency: str | None) -> tuple[ReportRow, ...]:
    """One row for what was clicked and sold nothing.

    :param currency: the only one that is asked for.
    """
    sold = {total.values for total in sums.totals}
    nothing = _nothing(sums.totals, currency)
    rows = [
        _row(values, nothing.currency, [nothing], sums)
        for values in sums.clicks or ()
        if values not in sold
    ]
    return tuple(_in_order(rows, by))


def without_nothing(totals: Iterable[Total]) -> list[Total]:
    """Without commissions that were taken back, of sales that are in other sums."""
    return [total for total in totals if total.count or total.revenue or total.commission]


def _nothing(totals: Sequence[Total], currency: str | None) -> Total:
    """What something sold that sold nothing: none of the only currency, if there is only one."""
    exponents = {total.currency: total.exponent for total in totals if total.currency is not None}
    if currency is None and len(exponents) == 1:
        (currency,) = exponents
    exponent = None
    if currency is not None:
        exponent = exponents.get(currency, exponent_of(currency))
    return Total(
        values=(),
        currency=currency,
        exponent=exponent,
        count=0,
        quantity=0,
        revenue=0,
        refunded=0,
    )


def _row(values: Values, currency: str | None, members: Sequence[Total], sums: Sums) -> ReportRow:
    """The sum of a group."""
    total = members[0] if len(members) == 1 else _sum(members)
    exponent = None if currency is None else total.exponent
    clicked = None if sums.clicks is None else sums.clicks.get(values, _NO_CLICKS)
    visitors = None if clicked is None or not sums.visitors else clicked.visitors
    return ReportRow(
        dimension=values[0] if values else None,
        across=values[1] if len(values) > 1 else None,
        currency=currency,
        count=total.count,
        quantity=total.quantity,
        revenue=_money(total.revenue, exponent),
        refunded=_money(total.refunded, exponent),
        commission=_money(total.commission, exponent) if sums.commission else None,
        clicks=None if clicked is None else clicked.clicks,
        visitors=visitors,
    )


def _sum(members: Sequence[Total]) -> Total:
    """Several totals of the same values and currency in one.

    Added as integers of the finest unit: an exponent that ISO changed splits a currency's totals,
    and Decimals would round to their context.
    """
    finest = max(total.exponent or 0 for total in members)
    scaled = [(total, 10 ** (finest - (total.exponent or 0))) for total in members]
    return Total(
        values=members[0].values,
        currency=members[0].currency,
        exponent=finest,
        count=whole(sum(total.count for total in members)),
        quantity=whole(sum(total.quantity for total in members)),
        revenue=sum(total.revenue * scale for total, scale in scaled),
        refunded=sum(total.refunded * scale for total, scale in scaled),
        commission=sum(total.commission * scale for total, scale in scaled),
    )


def _money(minor: int, exponent: int | None) -> Decimal | None:
    if exponent is None:
        return None
    # Mostly nothing was taken back, and nothing earned; the same Decimal will do.
    return decimal_of(minor, exponent) if minor else _none_of(exponent)


@cache
def _none_of(exponent: int) -> Decimal:
    return decimal_of(0, exponent)


def _in_order(rows: Sequence[ReportRow], by: Sequence[Dimension]) -> list[ReportRow]:
    """Together by the first dimension, and then by the second."""
    first, second = (*by, None, None)[:2]
    groups: dict[tuple[str | None, str | None], tuple[Decimal, int | Fraction]] = {}
    if second is not None:
        for row in rows:
            key = row.dimension, row.currency
            revenue, count = groups.get(key, (_NOTHING, 0))
            groups[key] = _EXACT.add(revenue, row.revenue or _NOTHING), count + row.count

    def place(row: ReportRow) -> tuple[object, ...]:
        own = row.revenue or _NOTHING, row.count
        sold = groups.get((row.dimension, row.currency), own)
        return (
            *_place(first, row.dimension, row, sold),
            *(_place(second, row.across, row, own) if second is not None else ()),
            row.currency or "~",
        )

    return sorted(rows, key=place)


def _place(
    dimension: Dimension | None,
    value: str | None,
    row: ReportRow,
    sold: tuple[Decimal, int | Fraction],
) -> tuple[object, ...]:
    """Where a value comes: nobody's last; times in their order, others the best-selling first."""
    if dimension in _TIMES:
        # The same hour twice, where clocks are put back, is not in the order of its letters.
        at = _since(value) if dimension == "hour" and value is not None else 0
        return value is None, at, value or ""
    revenue, count = sold
    # Not -revenue, which would round to the context.
    minus = revenue.copy_negate()
    return value is None, row.currency or "~", minus, -count, -(row.clicks or 0), value or ""


def _since(hour: str) -> float:
    return datetime.fromisoformat(hour).timestamp()
