"""What the functions of :mod:`.segments` are given: each check names the argument."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from .checks import LONGEST_NAME, LONGEST_REFERENCE, LONGEST_WINDOW, check_text, utc
from .conditions import MOST_NAMES, Comparing, Comparison, NameKind
from .errors import BadValue

Bound: TypeAlias = Decimal | str | int

# Matched before Decimal sees it, as amounts are. A sum may be more than what one sale is worth.
AMOUNT: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,4})?", re.ASCII)
NUMBER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_MOST_DIGITS: Final = 15
_SUCH_AS: Final = {AMOUNT: "a plain decimal number such as 49.95", NUMBER: "a whole number"}

_COMPARING: Final[Mapping[str, Comparing]] = {
    "at_least": ">=",
    "at_most": "<=",
    "above": ">",
    "below": "<",
}
_OF_PRODUCTS: Final[tuple[NameKind, ...]] = ("product", "category")
_BEST: Final = 5


def comparisons(
    of: str, bounds: Mapping[str, object], plain: re.Pattern[str]
) -> tuple[Comparison, ...]:
    """How a figure is to be.

    :param of: the figure.
    :param bounds: name -> bound.
    :param plain: what a bound looks like, :data:`AMOUNT` or :data:`NUMBER`.
    :raises BadValue: naming the bound, or the figure that has none.
    """
    if not bounds:
        raise BadValue(of, f"has no bound; give one of {', '.join(_COMPARING)}")
    return tuple(_comparison(name, bound, plain) for name, bound in bounds.items())


def _comparison(name: str, bound: object, plain: re.Pattern[str]) -> Comparison:
    if name not in _COMPARING:
        raise BadValue(name, f"is not known; write one of {', '.join(_COMPARING)}, currency")
    text = ""
    if isinstance(bound, str):
        text = bound
    elif isinstance(bound, Decimal):
        # Written out in full, 1E+999999999 would fill the memory.
        text = f"{bound:f}" if abs(bound.adjusted()) < _MOST_DIGITS else ""
    elif isinstance(bound, int) and not isinstance(bound, bool):
        text = str(bound) if 0 <= bound < 10**_MOST_DIGITS else ""
    if plain.fullmatch(text) is None:
        raise BadValue(name, f"is not {_SUCH_AS[plain]}; write text, a Decimal or an int")
    return Comparison(_COMPARING[name], Decimal(text))


def ago(within: object) -> timedelta | None:
    """How long ago something was at most.

    :raises BadValue: if it is no time, or none that has passed.
    """
    if within is None:
        return None
    if not isinstance(within, timedelta):
        raise BadValue("within", "is not a timedelta, such as timedelta(days=30)")
    if within <= timedelta(0):
        raise BadValue("within", "is not more than no time")
    if within > LONGEST_WINDOW:
        raise BadValue("within", "is longer than 100 years")
    return within


def day(field: str, given: object) -> date | None:
    """A day, or a moment; without a time zone it is the shop's.

    :raises BadValue: if it is neither.
    """
    if given is not None and not isinstance(given, date):
        raise BadValue(field, f"is {type(given).__name__}, not a date or datetime")
    if isinstance(given, datetime) and given.tzinfo is not None:
        return utc(field, given)
    return given


def names(kind: NameKind, given: object) -> tuple[str, ...]:
    """One name, or several, each once.

    :raises BadValue: if there is none, or too many, or one that nothing can have.
    """
    if isinstance(given, str):
        given = (given,)
    found = tuple(given) if isinstance(given, Iterable) else (given,)
    if not 1 <= len(found) <= MOST_NAMES:
        raise BadValue(kind, f"is not from 1 to {MOST_NAMES} names")
    longest = LONGEST_REFERENCE if kind in _OF_PRODUCTS else LONGEST_NAME
    for name in found:
        check_text(kind, name, longest)
    return tuple(dict.fromkeys(str(name) for name in found))


def quintiles(of: str, given: object) -> tuple[int, ...]:
    """One score, or several, each once.

    :raises BadValue: if there is none, or one that nobody can have.
    """
    several = tuple(given) if isinstance(given, Iterable) else (given,)
    found = tuple(each for each in several if type(each) is int and 1 <= each <= _BEST)
    if not several or found != several:
        raise BadValue(of, f"is not a whole number from 1 to {_BEST}, or several of them")
    return tuple(dict.fromkeys(found))
