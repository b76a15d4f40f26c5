"""Conditions on contacts who bought: values that combine by ``&``, ``|`` and ``~``.

:mod:`.segments` has the functions that make them, :mod:`.selecting` says when they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal, NamedTuple, NoReturn

import msgspec

from .errors import BadValue

Comparing = Literal[">=", "<=", ">", "<"]
NameKind = Literal["product", "category", "newsletter", "list", "link", "publisher"]
ScoreKind = Literal["recency", "frequency", "monetary"]

# What one segment may ask for, as long as others may type it into a page.
MOST_CONDITIONS: Final = 100
MOST_NAMES: Final = 1000
DEEPEST: Final = 30


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a buyer or does not."""

    def __and__(self, other: Condition) -> Condition:
        return AllOf(conditions=(*_operands(AllOf, self), *_operands(AllOf, other)))

    def __or__(self, other: Condition) -> Condition:
        return AnyOf(conditions=(*_operands(AnyOf, self), *_operands(AnyOf, other)))

    def __invert__(self) -> Condition:
        return Not(condition=self)

    def __bool__(self) -> NoReturn:
        # What "and" and "or" ask for: of the two they would drop one without a word.
        raise TypeError("combine conditions by & | ~ and parentheses, not by and, or, not")


class AllOf(Condition, frozen=True, kw_only=True):
    """Each of them holds."""

    conditions: tuple[Condition, ...]


class AnyOf(Condition, frozen=True, kw_only=True):
    """At least one of them holds."""

    conditions: tuple[Condition, ...]


class Not(Condition, frozen=True, kw_only=True):
    """It does not hold."""

    condition: Condition


class Comparison(NamedTuple):
    """How a figure is to be."""

    comparing: Comparing
    bound: Decimal


class Amount(Condition, frozen=True, kw_only=True):
    """How much was spent in one currency, or on average for an order in it, after refunds.

    Who bought nothing in the currency has spent nothing in it, and has no average.

    :param currency: None: the segment's.
    """

    of: Literal["total", "average"]
    comparisons: tuple[Comparison, ...]
    currency: str | None


class Number(Condition, frozen=True, kw_only=True):
    """How many orders there are, or items in them, whatever their currency."""

    of: Literal["count", "quantity"]
    comparisons: tuple[Comparison, ...]


class When(Condition, frozen=True, kw_only=True):
    """When the first or the last order was.

    :param within: how long ago at most.
    :param since: the first day in the shop's time zone, or the first moment.
    :param before: the day, or the moment, that is too late.
    """

    of: Literal["first_order", "last_order"]
    within: timedelta | None
    since: date | None
    before: date | None


class Bought(Condition, frozen=True, kw_only=True):
    """There is one order that has, of each kind, one of these names."""

    names: tuple[tuple[NameKind, tuple[str, ...]], ...]


class Score(Condition, frozen=True, kw_only=True):
    """In which quintile of all buyers they are, 5 being the best.

    :param quintiles: one of these.
    :param currency: of ``monetary``; None: the segment's.
    """

    of: ScoreKind
    quintiles: tuple[int, ...]
    currency: str | None


def check(condition: object) -> None:
    """Refuse what is no condition, or would keep a database busy for too long.

    :raises BadValue: naming ``where``.
    """
    if not isinstance(condition, Condition):
        raise BadValue("where", f"is {type(condition).__name__}, not a condition or text")
    conditions = names = 0
    for depth, part in _parts(condition):
        if depth > DEEPEST:
            raise BadValue("where", f"is nested more than {DEEPEST} deep")
        conditions += not isinstance(part, AllOf | AnyOf | Not)
        names += sum(len(each) for _, each in part.names) if isinstance(part, Bought) else 0
    if conditions > MOST_CONDITIONS:
        raise BadValue("where", f"has more than {MOST_CONDITIONS} conditions")
    if names > MOST_NAMES:
        raise BadValue("where", f"gives more than {MOST_NAMES} names")


def orders_asked_for(condition: Condition) -> tuple[Bought, ...]:
    """The conditions on single orders, each once."""
    return tuple(dict.fromkeys(part for _, part in _parts(condition) if isinstance(part, Bought)))


def _parts(condition: Condition) -> Iterator[tuple[int, Condition]]:
    """A condition and all within it, each with its depth; without recursion, which has an end."""
    left = [(0, condition)]
    while left:
        depth, part = left.pop()
        yield depth, part
        if isinstance(part, AllOf | AnyOf):
            left += [(depth + 1, each) for each in part.conditions]
        elif isinstance(part, Not):
            left.append((depth + 1, part.condition))


def _operands(kind: type[AllOf | AnyOf], operand: object) -> tuple[Condition, ...]:
    """One side of an operator; what is joined by the same one already is not nested."""
    if isinstance(operand, kind):
        return operand.conditions
    if isinstance(operand, Condition):
        return (operand,)
    raise TypeError(f"a condition is combined with conditions only, not {type(operand).__name__}")
