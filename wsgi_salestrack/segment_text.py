"""A segment's conditions as people write them::

    total >= 100 and (product = 'A1' or category = 'Shoes')
    and not list = 'vip' and last_order within 30 days

They mean what the functions of :mod:`.segments` with these names do: ``product = 'A1'`` is
``bought(product="A1")``, and ``recency >= 4`` is ``rfm(recency=(4, 5))``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Final, TypeVar, get_args

from . import segments
from .conditions import DEEPEST, Condition, NameKind, ScoreKind
from .days import day_or_moment
from .errors import BadValue
from .segment_tokens import Reader
from .segment_values import AMOUNT, NUMBER

Read = TypeVar("Read")

#: Characters of a text.
LONGEST: Final = 10_000

_BOUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    ">=": ("at_least",),
    "<=": ("at_most",),
    ">": ("above",),
    "<": ("below",),
    "=": ("at_least", "at_most"),
}
_COMPARE: Final[Mapping[str, Callable[[int, int], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_AGO: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_QUINTILE: Final = re.compile(r"[1-5]", re.ASCII)
_UNITS: Final = {
    f"{unit}{plural}": timedelta(**{f"{unit}s": 1})
    for unit in ("hour", "day", "week")
    for plural in ("", "s")
}
_NAME_KINDS: Final = get_args(NameKind)
# What is no name unless it is quoted.
_OURS: Final = frozenset(("and", "or", "not", "in", "(", ")", ",", *_BOUNDS))


def parse(text: str) -> Condition:
    """The conditions that a text says.

    :raises BadValue: naming ``where``, with the place that is wrong below the message.
    """
    if len(text) > LONGEST:
        raise BadValue("where", f"is longer than {LONGEST:,} characters")
    return _Parser(text).whole()


class _Parser(Reader):
    """Reads a text from left to right; each method reads what it is named after, or fails."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def whole(self) -> Condition:
        condition = self._either()
        if not self.ended:
            self.expect('"and", "or" or the end')
        return condition

    def _either(self) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            self.fail(f"is nested more than {DEEPEST} deep")
        condition = self._both()
        while self.took("or"):
            condition |= self._both()
        self._depth -= 1
        return condition

    def _both(self) -> Condition:
        condition = self._one()
        while self.took("and"):
            condition &= self._one()
        return condition

    def _one(self) -> Condition:
        negated = False
        while self.took("not"):
            negated = not negated
        if self.took("("):
            condition = self._either()
            if not self.took(")"):
                self.expect('"and", "or" or ")"')
        else:
            condition = self._leaf()
        return ~condition if negated else condition

    def _leaf(self) -> Condition:
        first = self.next
        read = _LEAVES.get(first.word)
        if read is None:
            near = get_close_matches(first.word, _LEAVES, n=1)
            self.expect(f'"{near[0]}"' if near else f"one of {', '.join(_LEAVES)}")
        self.take()
        try:
            return read(self, first.word)
        except BadValue as error:
            if error.field == "where":
                raise
            self.fail(f"is refused: {error}", first)

    def amount(self, of: str) -> Condition:
        bounds = self._bounds(AMOUNT, "an amount such as 49.95")
        function = segments.total if of == "total" else segments.average
        return function(currency=self._currency(), **bounds)

    def number(self, of: str) -> Condition:
        bounds = self._bounds(NUMBER, "a whole number")
        return segments.count(**bounds) if of == "count" else segments.quantity(**bounds)

    def when(self, of: str) -> Condition:
        function = segments.first_order if of == "first_order" else segments.last_order
        if self.took("within"):
            return function(within=self._ago())
        if self.took("since"):
            return function(since=self._day())
        if not self.took("before"):
            self.expect('"within", "since" or "before"')
        return function(before=self._day())

    def order(self, kind: str) -> Condition:
        return segments.bought(**{kind: self._names()})

    def one_order(self, _bought: str) -> Condition:
        names: dict[str, list[str]] = {}
        self.sign("(")
        while True:
            kinds = [kind for kind in _NAME_KINDS if kind not in names]
            kind = self.next.word
            if kind not in kinds:
                self.expect(f"one of {', '.join(kinds)}")
            self.take()
            names[kind] = self._names()
            if self.took(")"):
                return segments.bought(**names)
            self.sign(",")

    def score(self, of: str) -> Condition:
        if self.took("in"):
            quintiles = self._several(self._quintile)
        else:
            compare = _COMPARE[self._comparison()]
            bound = self._quintile()
            quintiles = [each for each in range(1, 6) if compare(each, bound)]
        currency = self._currency() if of == "monetary" else None
        return segments.rfm(currency=currency, **{of: quintiles})

    def _bounds(self, plain: re.Pattern[str], what: str) -> dict[str, str]:
        names = _BOUNDS[self._comparison()]
        return dict.fromkeys(names, self.matching(plain, what))

    def _comparison(self) -> str:
        if self.next.word not in _BOUNDS:
            self.expect(f"one of {' '.join(_BOUNDS)}")
        return self.take().word

    def _currency(self) -> str | None:
        token = self.next
        is_one = _CURRENCY.fullmatch(token.text) and token.word not in _OURS
        return self.take().text if is_one else None

    def _ago(self) -> timedelta:
        number = int(self.matching(_AGO, "a number"))
        if self.next.word not in _UNITS:
            self.expect("hours, days or weeks")
        return number * _UNITS[self.take().word]

    def _day(self) -> date:
        text = self.next.text
        try:
            day = day_or_moment(text)
        except ValueError:
            self.expect("a day such as 2026-11-21, or a moment such as 2026-11-21T13:00")
        self.take()
        return day

    def _names(self) -> list[str]:
        if self.took("in"):
            return self._several(self._name)
        if not self.took("="):
            self.expect('"=" or "in"')
        return [self._name()]

    def _name(self) -> str:
        token = self.next
        if token.word in _OURS or self.ended:
            self.expect("a name")
        return self.take().text

    def _quintile(self) -> int:
        return int(self.matching(_QUINTILE, "a whole number from 1 to 5"))

    def _several(self, read: Callable[[], Read]) -> list[Read]:
        self.sign("(")
        found = [read()]
        while not self.took(")"):
            self.sign(",")
            found.append(read())
        return found


_LEAVES: Final[Mapping[str, Callable[[_Parser, str], Condition]]] = {
    **dict.fromkeys(("total", "average"), _Parser.amount),
    **dict.fromkeys(("count", "quantity"), _Parser.number),
    **dict.fromkeys(("first_order", "last_order"), _Parser.when),
    **dict.fromkeys(_NAME_KINDS, _Parser.order),
    "bought": _Parser.one_order,
    **dict.fromkeys(get_args(ScoreKind), _Parser.score),
}
