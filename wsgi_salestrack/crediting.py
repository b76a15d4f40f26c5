"""How much of a sale each touch before it is credited with: pure functions.

The model is chosen when a report is read. Whatever it is, the shares of a sale sum to one, and the
minor units to what the sale is worth: never a float's cent more or less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import exp2
from typing import Any, Final, Literal, NamedTuple, get_args

import msgspec

from .checks import LONGEST_WINDOW, check_mapping
from .errors import BadValue
from .touches import Touch, Verdict, programmes_of

Model = Literal["last", "first", "linear", "position", "decay"]
#: Whose links make a journey: each programme's apart, as if the other did not exist, or both.
Journey = Literal["newsletters", "publishers", "both"]
#: Why a touch is credited with nothing.
Reason = Literal[
    "bot", "prefetch", "embedded", "refused", "after the sale", "outside the window", "not asked"
]

MODELS: Final[tuple[Model, ...]] = get_args(Model)
JOURNEYS: Final[tuple[Journey, ...]] = get_args(Journey)

#: The time in which a touch loses half its weight in the model ``decay``.
HALF_LIFE: Final = timedelta(days=7)

_MICROSECOND: Final = timedelta(microseconds=1)
_HALF_LIFE: Final = HALF_LIFE // _MICROSECOND
# From so many touches on, weights are not kept: somebody may have hundreds of thousands.
_LONG: Final = 256
#: Powers of two are irrational: the shares of ``decay`` are multiples of one in so many parts, or
#: the sum over a year would have a denominator of a million digits. Fine enough for every amount.
DECAY_PARTS: Final = 10**12


class Windows(NamedTuple):
    """How long before a sale a touch may be, by the programme that its link belongs to."""

    newsletters: timedelta
    publishers: timedelta

    @classmethod
    def of(cls, given: Mapping[str, Any] | None, otherwise: timedelta) -> Windows:
        """Those that were given by the programmes' names; for the others, the usual one.

        :raises BadValue: for another name, or what is no time to look back.
        """
        given = {} if given is None else given
        check_mapping("windows", given, '{"newsletters": timedelta(days=7)}')
        for name, window in given.items():
            if name not in cls._fields:
                raise BadValue("windows", f"are of {' and '.join(cls._fields)} only")
            if not isinstance(window, timedelta) or window < timedelta(0):
                raise BadValue("windows", f"have no timedelta from 0 for {name}")
            if window > LONGEST_WINDOW:
                raise BadValue("windows", f"have more than 100 years for {name}")
        return cls(**dict.fromkeys(cls._fields, otherwise) | dict(given))

    @property
    def longest(self) -> timedelta:
        """Before that nothing is a candidate."""
        return max(self)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One touch on the way to a sale."""

    touch: Touch
    verdict: Verdict = "valid"


class Credit(msgspec.Struct, frozen=True, kw_only=True):
    """What one touch is credited with.

    :param touch: None: there was no candidate, and nobody is credited.
    :param share: of the conversion, which counts one in total.
    :param minor: of the net revenue, in minor units.
    """

    touch: Touch | None
    share: Fraction
    minor: int


def credit_path(
    path: Iterable[Step],
    *,
    occurred_at: datetime,
    net: int,
    model: Model,
    windows: Windows,
    journey: Journey = "newsletters",
) -> list[Credit]:
    """Share a conversion among the candidates of a path, the oldest first.

    A touch without a time counts as one in the moment of the sale, as it has no window either.

    :param net: revenue in minor units.
    """
    candidates = sorted(
        (step.touch.at or occurred_at, number, step.touch)
        for number, step in enumerate(path)
        if reason_against(step, occurred_at, windows, journey) is None
    )
    if not candidates:
        return [Credit(touch=None, share=Fraction(1), minor=net)]
    weights = weigh(model, [(at - occurred_at) // _MICROSECOND for at, _, _ in candidates])
    total = sum(weights)
    return [
        Credit(touch=touch, share=Fraction(weight, total), minor=minor)
        for (_, _, touch), weight, minor in zip(
            candidates, weights, split(net, weights), strict=True
        )
    ]


def reason_against(
    step: Step, occurred_at: datetime, windows: Windows, journey: Journey
) -> Reason | None:
    """Why a touch is no candidate; None where it is one."""
    if step.verdict != "valid":
        return step.verdict
    window = window_of(programmes_of(step.touch.names), windows, journey)
    if window is None:
        return "not asked"
    at = step.touch.at
    if at is None:
        return None
    if at > occurred_at:
        return "after the sale"
    return None if occurred_at - at <= window else "outside the window"


def window_of(
    programmes: tuple[bool, bool], windows: Windows, journey: Journey
) -> timedelta | None:
    """How long before a sale such a touch may be; None: it is not of that journey.

    A link of both programmes has the longer window where both are asked for.
    """
    asked = [
        window
        for name, belongs, window in zip(Windows._fields, programmes, windows, strict=True)
        if belongs and journey in {name, "both"}
    ]
    return max(asked, default=None)


def weigh(model: Model, times: Sequence[int]) -> Sequence[int]:
    """How much each touch weighs beside the others; at least one does.

    :param times: microseconds, in their order; at least one.
    """
    if model == "decay" and len(times) > 1:
        return _decayed(times)
    return _by_place(model, len(times)) if len(times) <= _LONG else _weights(model, len(times))


def split(amount: int, weights: Sequence[int]) -> Sequence[int]:
    """Whole units in proportion to weights, summing to the amount, by largest remainder.

    Where remainders are the same, the later touch has the unit.

    :param amount: not negative.
    """
    if not amount:
        return (0,) * len(weights)
    total = sum(weights)
    if total == len(weights) and min(weights) == 1:
        # The same for each, as it mostly is.
        each, left = divmod(amount, total)
        return [each] * (total - left) + [each + 1] * left
    if len(weights) == 2:  # many paths are as short
        first, rest = divmod(amount * weights[0], total)
        first += 2 * rest > total
        return [first, amount - first]
    shares = [amount * weight for weight in weights]
    whole = [share // total for share in shares]
    left = amount - sum(whole)
    if left:
        rests = [share % total for share in shares]
        for place in sorted(range(len(rests)), key=rests.__getitem__)[-left:]:
            whole[place] += 1
    return whole


def _weights(model: Model, count: int) -> tuple[int, ...]:
    """The weights where only the order counts."""
    between = count - 2
    if model == "last":
        return (*(0,) * (count - 1), 1)
    if model == "first":
        return (1, *(0,) * (count - 1))
    if model == "position" and between > 0:
        # 40 percent for each end, 20 for all in between; of two touches each has half.
        return (2 * between, *(1,) * between, 2 * between)
    return (1,) * count


_by_place = lru_cache(maxsize=1024)(_weights)


def _decayed(times: Sequence[int]) -> Sequence[int]:
    """The weights by age. Only differences count, so they are measured from the latest touch."""
    latest = times[-1]
    halves = [exp2((at - latest) / _HALF_LIFE) for at in times]
    scale = DECAY_PARTS / sum(halves)
    weights = [int(each * scale) for each in halves]
    weights[-1] += DECAY_PARTS - sum(weights)  # what rounding left, less than a part for each
    return weights
