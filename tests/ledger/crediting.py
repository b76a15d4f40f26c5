"""Whose touches brought a sale, and how it is shared among them, in fractions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from tests.ledger.values import Programme, Touch

Model = Literal["last", "first", "linear", "position", "decay"]
MODELS: Final[tuple[Model, ...]] = ("last", "first", "linear", "position", "decay")
#: Whose touches share a sale.
JOURNEYS: Final[dict[str, frozenset[Programme]]] = {
    "newsletters": frozenset(("newsletters",)),
    "publishers": frozenset(("publishers",)),
    "both": frozenset(("newsletters", "publishers")),
}

#: A visitor's, a contact's or a customer's, with what it is.
Name = tuple[Literal["visitor", "contact", "customer"], int | str]
#: Two names that are the same person's.
Link = frozenset[Name]

_HALF_LIFE: Final = timedelta(days=7)
# Two remainders that are closer than this: rounding an irrational share may turn them around.
_CLOSE: Final = Fraction(1, 1000)


def named(
    visitor: int | None = None, contact: str | None = None, customer: str | None = None
) -> list[Name]:
    """The names of those that are known."""
    kinds: tuple[Literal["visitor", "contact", "customer"], ...] = (
        *("visitor", "contact", "customer"),
    )
    return [
        (kind, name)
        for kind, name in zip(kinds, (visitor, contact, customer), strict=True)
        if name is not None
    ]


class Persons:
    """Who is connected by links that are not taken out.

    :param links: all that there are; also one that was taken out tells that there is somebody.
    """

    def __init__(self, links: Iterable[Link], apart: Collection[Link]) -> None:
        links = set(links)
        self._known = frozenset(name for link in links for name in link)
        self._groups: list[frozenset[Name]] = []
        for link in links - set(apart):
            met = [group for group in self._groups if group & link]
            self._groups = [group for group in self._groups if not group & link]
            self._groups.append(link.union(*met))

    def person(self, name: Name) -> frozenset[Name]:
        """All names of one person."""
        return next((group for group in self._groups if name in group), frozenset((name,)))

    def knows(self, name: Name) -> bool:
        """Whether there is a link with that name."""
        return name in self._known


class Share(NamedTuple):
    """What one touch has of a sale.

    :param touch: None: there was none, and nobody has it.
    :param part: of the sale, which is one.
    :param net: in minor units.
    :param is_close: whether ``net`` hangs by a hair, and may be a unit more or less.
    """

    touch: Touch | None
    part: Fraction
    net: int
    refunded: int
    is_close: bool = False


def shares(
    model: Model, path: Sequence[Touch], sold_at: datetime, net: int, refunded: int
) -> list[Share]:
    """Share a sale among touches, none of which came in the same moment as another one.

    The net revenue and what was given back are split apart, by largest remainder.
    """
    path = sorted(path, key=lambda touch: touch.at or sold_at)
    if not path:
        return [Share(None, Fraction(1), net, refunded)]
    parts = _parts(model, [touch.at or sold_at for touch in path])
    nets, backs = _split(net, parts), _split(refunded, parts)
    is_close = model == "decay" and (_is_close(net, parts) or _is_close(refunded, parts))
    return [
        Share(*each, is_close)
        for each in zip(path, parts, nets, backs, strict=True)
        if each[1]  # a touch that has nothing is not told of
    ]


def _parts(model: Model, times: Sequence[datetime]) -> list[Fraction]:
    """Of each touch, in their order."""
    places = range(len(times))
    last = places[-1]
    if model == "last":
        return [Fraction(place == last) for place in places]
    if model == "first":
        return [Fraction(place == 0) for place in places]
    if model == "linear" or (model == "position" and last < 2):
        return [Fraction(1, len(times))] * len(times)
    if model == "position":
        middle = Fraction(1, 5) / (last - 1)
        return [Fraction(2, 5) if place in {0, last} else middle for place in places]
    with localcontext(Context(prec=60)):
        ages = [Decimal((at - times[0]) // timedelta(microseconds=1)) for at in times]
        half_life = Decimal(_HALF_LIFE // timedelta(microseconds=1))
        weights = [Fraction(Decimal(2) ** (age / half_life)) for age in ages]
    return [weight / sum(weights) for weight in weights]


def _split(amount: int, parts: Sequence[Fraction]) -> list[int]:
    """Whole units, first what is whole, then one each to who lacks most; if equal, to the later."""
    given = [amount * part // 1 for part in parts]
    lacking = sorted((amount * part % 1, place) for place, part in enumerate(parts))
    left = amount - sum(given)
    for _, place in lacking[len(lacking) - left :]:
        given[place] += 1
    return given


def _is_close(amount: int, parts: Sequence[Fraction]) -> bool:
    """Whether who has the last unit hangs by a hair."""
    lacking = [Fraction(0), *sorted(amount * part % 1 for part in parts), Fraction(1)]
    gaps = (after - before for before, after in pairwise(lacking))
    return bool(amount) and len(parts) > 1 and min(gaps) < _CLOSE
