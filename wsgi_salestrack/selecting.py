"""When a condition holds for a buyer: pure functions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Context
from typing import Final, TypeAlias

import msgspec

from .buyers import Buyer
from .conditions import (
    AllOf,
    Amount,
    AnyOf,
    Bought,
    Comparing,
    Comparison,
    Condition,
    Not,
    Number,
    Score,
    When,
    orders_asked_for,
)
from .days import first_moment

#: Whether it holds, for a buyer, and for which of the conditions on orders they have one.
Test: TypeAlias = Callable[[Buyer, Sequence[object]], bool]

_HOLDS: Final[Mapping[Comparing, Callable[[int, int], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
#: Amounts are added and compared as integers of this many decimals; no currency has more.
DECIMALS: Final = 4
# The thread's own context may round.
_EXACT: Final = Context(prec=60)


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """Which buyers are asked for.

    :param where: None: all of them.
    :param since: the first moment of the orders that count, aware, by when they occurred.
    :param until: the moment after the last.
    :param only_currency: only orders in it count; None: all.
    :param currency: of conditions that name none.
    :param now: aware UTC.
    :param timezone: in which a day begins and a naive datetime is meant.
    """

    where: Condition | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_currency: str | None = None
    currency: str
    now: datetime
    timezone: tzinfo

    @property
    def orders(self) -> tuple[Bought, ...]:
        """The conditions on single orders, in the order in which a :data:`Test` is told of them."""
        return () if self.where is None else orders_asked_for(self.where)

    def test(self) -> Test:
        """Whether a buyer is among them."""
        return _everybody if self.where is None else _test(self.where, self)


def _everybody(_buyer: Buyer, _orders: Sequence[object]) -> bool:
    return True


def _test(condition: Condition, segment: Segment) -> Test:  # noqa: PLR0911  one for each condition
    match condition:
        case AllOf():
            all_tests = [_test(each, segment) for each in condition.conditions]
            return lambda buyer, orders: all(test(buyer, orders) for test in all_tests)
        case AnyOf():
            any_tests = [_test(each, segment) for each in condition.conditions]
            return lambda buyer, orders: any(test(buyer, orders) for test in any_tests)
        case Not():
            test = _test(condition.condition, segment)
            return lambda buyer, orders: not test(buyer, orders)
        case Amount():
            return _amount(condition, segment)
        case Number():
            return _number(condition)
        case When():
            return _when(condition, segment)
        case Bought():
            place = segment.orders.index(condition)
            return lambda _buyer, orders: bool(orders[place])
        case Score():
            return _score(condition, segment)
    raise TypeError(f"{type(condition).__name__} is no condition")


def _amount(condition: Amount, segment: Segment) -> Test:
    currency = condition.currency or segment.currency
    holds = _compared(condition.comparisons)
    is_total = condition.of == "total"

    def test(buyer: Buyer, _orders: Sequence[object]) -> bool:
        spent = buyer.in_currency(currency)
        if spent is None:
            return is_total and holds(0, 1)
        # An average is not divided, for that would round it.
        return holds(
            spent.net_minor * 10 ** (DECIMALS - spent.exponent), 1 if is_total else spent.count
        )

    return test


def _number(condition: Number) -> Test:
    holds = _compared(condition.comparisons)
    scale = 10**DECIMALS
    if condition.of == "count":
        return lambda buyer, _orders: holds(buyer.count * scale, 1)
    return lambda buyer, _orders: holds(buyer.quantity * scale, 1)


def _compared(comparisons: Sequence[Comparison]) -> Callable[[int, int], bool]:
    """Whether a figure, in so many parts, is as it is to be."""
    bounds = [
        (_HOLDS[comparing], int(bound.scaleb(DECIMALS, _EXACT))) for comparing, bound in comparisons
    ]

    def holds(figure: int, parts: int) -> bool:
        return all(compare(figure, bound * parts) for compare, bound in bounds)

    return holds


def _when(condition: When, segment: Segment) -> Test:
    firsts = []
    if condition.within is not None:
        firsts.append(segment.now - condition.within)
    if condition.since is not None:
        firsts.append(first_moment(condition.since, segment.timezone))
    first = max(firsts, default=None)
    end = condition.before and first_moment(condition.before, segment.timezone)
    is_first = condition.of == "first_order"

    def test(buyer: Buyer, _orders: Sequence[object]) -> bool:
        moment = buyer.first_order if is_first else buyer.last_order
        return (first is None or moment >= first) and (end is None or moment < end)

    return test


def _score(condition: Score, segment: Segment) -> Test:
    quintiles = frozenset(condition.quintiles)
    if condition.of == "recency":
        return lambda buyer, _orders: buyer.recency in quintiles
    if condition.of == "frequency":
        return lambda buyer, _orders: buyer.frequency in quintiles
    currency = condition.currency or segment.currency

    def test(buyer: Buyer, _orders: Sequence[object]) -> bool:
        spent = buyer.in_currency(currency)
        return spent is not None and spent.monetary in quintiles

    return test
