"""Money: exact amounts in a currency of ISO 4217, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from iso4217 import raw_table

from .errors import BadValue

#: The most one conversion may be worth, whatever its currency [Ubivox: "maximum trackable revenue
#: amount is: 99999999.99"].
MAXIMUM = Decimal("99999999.99")

# Before and after the point. It bounds the work, and is beyond every amount that is allowed.
_MOST_DIGITS = 20

# Codes without minor units ("N.A.": XXX, XAU, XTS, ...) are no money that a shop takes.
_EXPONENTS: dict[str, int] = {
    code: int(str(entry["CcyMnrUnts"]))
    for code, entry in raw_table.items()
    if str(entry["CcyMnrUnts"]).isdigit()
}

_set = object.__setattr__  # what a frozen dataclass itself sets its fields by


def exponent_of(currency: str) -> int:
    """The number of decimals of a currency.

    :param currency: an upper-case ISO 4217 code.
    :raises BadValue: if there is no such currency or it has no minor unit.
    """
    try:
        return _EXPONENTS[currency]
    except (KeyError, TypeError):
        raise BadValue(
            "currency", "is not an upper-case ISO 4217 code with a minor unit, such as USD"
        ) from None


@dataclass(frozen=True, slots=True, init=False)
class Money:
    """An amount from 0 to 99999999.99 in one currency.

    Kept as an integer of minor units, so that neither a float nor the thread's decimal context can
    round it.

    :param amount: text such as ``"49.95"`` (period, no thousands separator), a Decimal or an int;
        decimals beyond the currency's must be zeros.
    :param currency: an upper-case ISO 4217 code.
    :raises BadValue: for any other amount or currency.
    """

    minor: int
    currency: str
    exponent: int

    def __init__(self, amount: Decimal | str | int, currency: str) -> None:
        exponent = exponent_of(currency)
        _set(self, "minor", _minor_units(amount, exponent))
        _set(self, "currency", currency)
        _set(self, "exponent", exponent)

    @classmethod
    def from_minor(cls, minor: int, currency: str, exponent: int) -> Money:
        """Money as it was stored: ISO may since have changed the currency's exponent."""
        money = object.__new__(cls)
        _set(money, "minor", minor)
        _set(money, "currency", currency)
        _set(money, "exponent", exponent)
        return money

    @property
    def amount(self) -> Decimal:
        """The amount with all decimals of the currency, e.g. ``Decimal("5.00")``."""
        return decimal_of(self.minor, self.exponent)

    def __repr__(self) -> str:
        return f"Money({str(self.amount)!r}, {self.currency!r})"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def decimal_of(minor: int, exponent: int) -> Decimal:
    """Minor units as an exact Decimal: built from digits, as arithmetic would round them."""
    sign, digits = ("-", str(-minor)) if minor < 0 else ("", str(minor))
    if exponent == 0:
        return Decimal(sign + digits)
    digits = digits.rjust(exponent + 1, "0")
    return Decimal(f"{sign}{digits[:-exponent]}.{digits[-exponent:]}")


def _minor_units(amount: object, exponent: int) -> int:
    if isinstance(amount, str):
        text = amount
    elif isinstance(amount, Decimal):
        # Written out in full, 1E+999999999 would fill the memory.
        text = f"{amount:f}" if abs(amount.adjusted()) < _MOST_DIGITS else ""
    elif isinstance(amount, int) and not isinstance(amount, bool):
        text = str(amount) if abs(amount) < 10**_MOST_DIGITS else ""
    else:
        raise BadValue(
            "amount",
            f"is a {type(amount).__name__}; pass text, a Decimal or an int: a float is not exact",
        )
    whole, point, decimals = text.partition(".")
    if not (_are_digits(whole) and (_are_digits(decimals) or not point)):
        raise BadValue("amount", "is not a plain decimal number such as 49.95")
    decimals = decimals.rstrip("0")
    if len(decimals) > exponent:
        raise BadValue("amount", "has more decimals than its currency")
    minor = int(whole + decimals.ljust(exponent, "0"))
    if minor > _LARGEST[exponent]:
        raise BadValue("amount", f"is more than {MAXIMUM}")
    return minor


def _are_digits(text: str) -> bool:
    # Neither int() nor Decimal is asked: they also take "1_000", "NaN", "1e5" and Arabic digits.
    return text.isdigit() and text.isascii() and len(text) <= _MOST_DIGITS


# By exponent, in minor units; as integers, for Decimals round to the context of the moment.
_LARGEST = {exponent: 9999999999 * 10**exponent // 100 for exponent in _EXPONENTS.values()}
