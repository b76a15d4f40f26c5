"""From the sums of a store to the rows of a report, in their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Context, Decimal
from functools import cache
from typing import Final, NamedTuple, TypeAlias

import msgspec

from ..money import decimal_of, exponent_of
from ..stores.base import Clicks, Dimension, Total
from .models import whole
from .ordering import in_order
from .rows import ReportRow

#: One value of each dimension.
Values: TypeAlias = tuple[str | None, ...]
#: Values and currency.
Key: TypeAlias = tuple[Values, str | None]

# The thread's own context may round. Multiplied, for text takes three times as long.
_EXACT: Final = Context(prec=60)
_NO_CLICKS: Final = Clicks(values=(), clicks=0, visitors=0)


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
    """One row per values and currency, in their order."""
    return _rows_in_order(_merged(sums), sums, by)


def clicked_of(sums: Sums, by: Sequence[Dimension], currency: str | None) -> tuple[ReportRow, ...]:
    """One row for what was clicked and sold nothing, likewise.

    :param currency: the only one that is asked for.
    """
    return _rows_in_order(_unsold(sums, currency), sums, by)


def by_values(sums: Sums, currency: str | None) -> dict[Key, ReportRow]:
    """The rows of both, in any order."""
    totals = (*_merged(sums), *_unsold(sums, currency))
    keys = ((total.values, total.currency) for total in totals)
    return dict(zip(keys, _rows(totals, sums), strict=True))


def _merged(sums: Sums) -> list[Total]:
    """One total per values and currency."""
    found: dict[Key, Total] = {}
    others: defaultdict[Key, list[Total]] = defaultdict(list)
    for total in sums.totals:
        key = total.values, total.currency
        if found.setdefault(key, total) is not total:
            others[key].append(total)
    for key, more in others.items():
        found[key] = sum_of([found[key], *more])
    return list(found.values())


def _unsold(sums: Sums, currency: str | None) -> list[Total]:
    """One total for what was clicked and sold nothing."""
    if not sums.clicks:
        return []
    sold = {total.values for total in sums.totals}
    nothing = _nothing(sums.totals, currency)
    return [
        msgspec.structs.replace(nothing, values=values)
        for values in sums.clicks
        if values not in sold
    ]


def without_nothing(totals: Iterable[Total]) -> list[Total]:
    """Without commissions that were taken back, of sales that are in other sums."""
    return [total for total in totals if total.count or total.revenue or total.commission]


def in_one(totals: Iterable[Total]) -> list[Total]:
    """The sums of all values: one per currency and exponent."""
    groups: defaultdict[tuple[str | None, int | None], list[Total]] = defaultdict(list)
    for total in totals:
        groups[total.currency, total.exponent].append(total)
    return [msgspec.structs.replace(sum_of(each), values=()) for each in groups.values()]


def sum_of(members: Sequence[Total]) -> Total:
    """Several totals of the same currency in one, with the first one's values.

    Added as integers of the finest unit: an exponent that ISO changed splits a currency's totals,
    and Decimals would round to their context.
    """
    first = members[0]
    if len(members) == 1:
        return first
    if len({each.exponent for each in members}) > 1:
        members = _in_finest_unit(members)
    return Total(
        values=first.values,
        currency=first.currency,
        exponent=members[0].exponent,
        count=whole(sum([each.count for each in members])),
        quantity=whole(sum([each.quantity for each in members])),
        revenue=sum([each.revenue for each in members]),
        refunded=sum([each.refunded for each in members]),
        commission=sum([each.commission for each in members]),
    )


def _in_finest_unit(totals: Sequence[Total]) -> list[Total]:
    finest = max(each.exponent or 0 for each in totals)
    scales = {each.exponent: 10 ** (finest - (each.exponent or 0)) for each in totals}
    return [
        msgspec.structs.replace(
            each,
            exponent=finest,
            revenue=each.revenue * scales[each.exponent],
            refunded=each.refunded * scales[each.exponent],
            commission=each.commission * scales[each.exponent],
        )
        for each in totals
    ]


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


def _rows_in_order(
    totals: Sequence[Total], sums: Sums, by: Sequence[Dimension]
) -> tuple[ReportRow, ...]:
    # Made before they are sorted, for what is near in memory is read faster.
    rows = _rows(totals, sums)
    return tuple([rows[place] for place in in_order(totals, by, [row.clicks for row in rows])])


def _rows(totals: Iterable[Total], sums: Sums) -> list[ReportRow]:
    clicks, commission = sums.clicks, sums.commission
    no_clicks = None if clicks is None else _NO_CLICKS
    rows = []
    for total in totals:
        values, money = total.values, _money_in(total.exponent)
        clicked = clicks.get(values, _NO_CLICKS) if clicks else no_clicks
        rows.append(
            ReportRow(
                dimension=values[0] if values else None,
                across=values[1] if len(values) > 1 else None,
                currency=total.currency,
                count=total.count,
                quantity=total.quantity,
                revenue=money(total.revenue),
                refunded=money(total.refunded),
                commission=money(total.commission) if commission else None,
                clicks=None if clicked is None else clicked.clicks,
                visitors=None if clicked is None or not sums.visitors else clicked.visitors,
            )
        )
    return rows


@cache
def _money_in(exponent: int | None) -> Callable[[int], Decimal | None]:
    """From minor units to an amount."""
    if exponent is None:
        return lambda minor: None
    nought, unit, multiply = decimal_of(0, exponent), decimal_of(1, exponent), _EXACT.multiply
    # Mostly nothing was taken back, and nothing earned; the same Decimal will do.
    return lambda minor: multiply(minor, unit) if minor else nought
