"""What the target pixel's description says of a hit, read in another way than the library reads it.

Slow and plain: the standard library's own parser, exact fractions, and no code of ours.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple
from urllib.parse import parse_qsl

from iso4217 import raw_table

LONGEST_QUERY = 64 * 1024
TARGETS = {b"1": "target:1", b"7": "order"}
CURRENCY = "USD"

_KNOWN = ("st_revenue", "st_quantity", "st_currency", "st_reference")
_EXPONENTS = {code: str(entry["CcyMnrUnts"]) for code, entry in raw_table.items()}
# Longer numbers are refused unread, however many of their digits are zeros.
_MOST_DIGITS_OF_QUANTITY = 9
_MOST_DIGITS_OF_AMOUNT = 20


class Sale(NamedTuple):
    """The values of a conversion as they stand in the table.

    :param revenue: minor units.
    """

    scope: str
    target: str
    reference: str | None
    revenue: int | None
    currency: str | None
    exponent: int | None
    quantity: int | None


class Refused(ValueError):
    """Nothing is to be recorded."""


def sale_of(target: bytes, query: bytes) -> Sale:
    """What a hit reports.

    :param target: the id in the path.
    :raises Refused: saying why.
    """
    if target not in TARGETS:
        raise Refused("target")
    if len(query) > LONGEST_QUERY:
        raise Refused("length")
    pairs = _pairs_of(query)
    fields = {name: value for name, value in pairs if name in _KNOWN}
    if len(fields) < sum(name in _KNOWN for name, _ in pairs):
        raise Refused("twice")
    reference = _reference(fields.get("st_reference"))
    minor = currency = exponent = quantity = None
    if any(name.startswith("st_") for name, _ in pairs):
        code = fields.get("st_currency", CURRENCY)
        digits = _exponent(code)
        if "st_revenue" in fields:
            minor, currency, exponent = _minor(fields["st_revenue"], digits), code, digits
        if "st_quantity" in fields:
            quantity = _quantity(fields["st_quantity"])
        if minor is None and quantity is None:
            raise Refused("neither")
    return Sale(TARGETS[target], target.decode(), reference, minor, currency, exponent, quantity)


def _pairs_of(query: bytes) -> list[tuple[str, str]]:
    """Names and values; what of ours is no UTF-8 is refused, what is not ours is nobody's."""
    # parse_qsl() takes ASCII alone.
    escaped = re.sub(rb"[\x80-\xff]", lambda found: b"%%%02X" % found[0][0], query).decode()
    pairs = parse_qsl(escaped, keep_blank_values=True, errors="surrogateescape")
    for name, value in pairs:
        if _is_broken(name) and name.startswith("st_"):
            raise Refused("UTF-8")
        if _is_broken(value) and name in _KNOWN:
            raise Refused("UTF-8")
    return pairs


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _exponent(code: str) -> int:
    units = _EXPONENTS.get(code, "")
    if not code or not units.isdigit():
        raise Refused("currency")
    return int(units)


def _minor(text: str, exponent: int) -> int:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise Refused("no number")
    if any(len(part) > _MOST_DIGITS_OF_AMOUNT for part in text.split(".")):
        raise Refused("too many digits")
    amount = Fraction(text)
    if amount > Fraction("99999999.99"):
        raise Refused("too much")
    minor = amount * Fraction(10**exponent)
    if minor.denominator != 1:
        raise Refused("too many decimals")
    return minor.numerator


def _quantity(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text) or len(text) > _MOST_DIGITS_OF_QUANTITY or int(text) < 1:
        raise Refused("quantity")
    return int(text)


def _reference(text: str | None) -> str | None:
    if text is not None and (len(text) > 100 or "\0" in text):
        raise Refused("reference")
    return text or None
