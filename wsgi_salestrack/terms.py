"""What a publisher earns on a sale: the rules of a tracking code, as they were when it was sold."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, Literal

import msgspec

from .errors import BadValue
from .money import MAXIMUM

RuleKind = Literal["percent", "fixed"]
_KINDS: Final[tuple[RuleKind, ...]] = ("percent", "fixed")

# Matched before Decimal sees it, as amounts are.
_VALUE: Final = re.compile(r"[0-9]{1,100}(?:\.([0-9]{1,100}))?", re.ASCII)
_MOST_DECIMALS: Final = 4
_ALL: Final = Decimal(100)
_MOST: Final[dict[RuleKind, Decimal]] = {"percent": _ALL, "fixed": MAXIMUM}
# Products of a whole amount and a whole rule are exact, and only the last step rounds.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """How a commission is computed.

    :param kind: ``percent`` of the net revenue, or ``fixed``: an amount in the sale's currency.
    :param value: the percentage, at most 100, or the amount; with at most four decimals.
    """

    kind: RuleKind
    value: Decimal

    @classmethod
    def of(cls, field: str, kind: object, value: object) -> Rule:
        """A rule from what a shop or a hit wrote.

        :param field: the name to be told in an error, in front of ``type`` or ``value``.
        :param kind: ``"percent"`` or ``"fixed"``.
        :param value: a plain decimal number as text: a float is not exact.
        :raises BadValue: if it is none.
        """
        for known in _KINDS:
            if kind == known:
                return cls(known, _number(field, value, _MOST[known]))
        raise BadValue(field, f"type is not one of {', '.join(_KINDS)}")

    @classmethod
    def of_pair(cls, field: str, pair: object) -> Rule | None:
        """A rule as a shop writes it: ``["percent", "10"]``, ``["fixed", "2.50"]``, or None.

        :raises BadValue: naming the field.
        """
        if pair is None:
            return None
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise BadValue(field, 'is not a pair such as ["percent", "10"] or ["fixed", "2.50"]')
        return cls.of(field, *pair)

    def earned(self, net: int, exponent: int) -> int:
        """What is earned on a net revenue; both in minor units, half a unit to the even one.

        A fixed commission is earned on a lead without revenue, too.
        """
        if self.kind == "percent":
            exact = _EXACT.divide(_EXACT.multiply(Decimal(net), self.value), _ALL)
        else:
            exact = self.value.scaleb(exponent, _EXACT)
        return int(exact.to_integral_value(context=_EXACT))


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a sale earns its publishers.

    :param tier1: the tracking code's rule for the publisher who referred the buyer.
    :param tier2: its rule for that publisher's parent.
    :param override1: what the hit itself said of tier 1; it goes before a publisher's own rule,
        which goes before the code's.
    :param override2: what it said of tier 2.
    """

    tier1: Rule | None = None
    tier2: Rule | None = None
    override1: Rule | None = None
    override2: Rule | None = None


def _number(field: str, value: object, most: Decimal) -> Decimal:
    found = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise BadValue(field, 'value is not text of a plain decimal number, such as "10"')
    if len(found[1] or "") > _MOST_DECIMALS:
        raise BadValue(field, f"value has more than {_MOST_DECIMALS} decimals")
    number = Decimal(found[0])
    if number > most:
        raise BadValue(field, f"value is above {most}")
    return number
