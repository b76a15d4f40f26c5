"""Numbers, money and times as people read them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Final, Literal

import msgspec

Number = int | Fraction | Decimal

NONE: Final = "\N{EN DASH}"
_NBSP: Final = "\N{NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"
# The page is in English, whatever locale the shop's process has.
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
# The host may have set the thread's own context to anything.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_THOUSAND: Final = Decimal(1000)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How a figure differs from the period before.

    :param text: such as ``+12.5%``.
    :param words: the same for who hears the page.
    """

    kind: Literal["more", "less", "same", "new"]
    text: str
    words: str


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount with its currency, such as ``1,234.50 USD``."""
    if amount is None or currency is None:
        return NONE
    return f"{_signed(amount)}{_NBSP}{currency}"


def number(value: Number | None) -> str:
    """A count or an amount without its currency; of a fraction, two places."""
    if value is None:
        return NONE
    return _signed(_rounded(value, 2) if isinstance(value, Fraction) else value)


def percent(share: Number | None) -> str:
    """A share of one, such as ``3.2%``."""
    if share is None:
        return NONE
    return f"{_signed(_rounded(Fraction(share) * 100, 1))}%"


def change(now: Number | None, before: Number | None) -> Change | None:
    """What became of a figure since the period before; None where nobody can say."""
    if now is None or before is None or (not now and not before):
        return None
    if not before:
        return Change(kind="new", text="new", words="nothing in the period before")
    moved = (Fraction(now) - Fraction(before)) / abs(Fraction(before))
    size = percent(abs(moved))
    if size == percent(0):
        return Change(kind="same", text=f"±{size}", words="as in the period before")
    if moved > 0:
        return Change(kind="more", text=f"+{size}", words=f"{size} more than in the period before")
    words = f"{size} less than in the period before"
    return Change(kind="less", text=f"{_MINUS}{size}", words=words)


def compact(amount: Decimal) -> str:
    """An amount for the axis of a chart, such as ``1.5M``."""
    for unit in ("", "k", "M", "B"):
        if abs(amount) < _THOUSAND or unit == "B":
            return f"{_plain(amount)}{unit}"
        if not unit and abs(amount) < 10 * _THOUSAND:
            return _plain(amount)
        amount = _EXACT.divide(amount, _THOUSAND)
    raise AssertionError("the last unit takes every amount")


def day(of: date) -> str:
    """A day, such as ``2 Nov 2026``."""
    return f"{of.day} {_MONTHS[of.month - 1]} {of.year}"


def short_day(of: date) -> str:
    """A day of a year that everybody knows, such as ``2 Nov``."""
    return f"{of.day} {_MONTHS[of.month - 1]}"


def month(of: date) -> str:
    """A month, such as ``Nov 2026``."""
    return f"{_MONTHS[of.month - 1]} {of.year}"


def moment(at: datetime | None, timezone: tzinfo) -> str:
    """A time in the shop's time zone, such as ``2 Nov 2026, 13:05``."""
    if at is None:
        return NONE
    local = at.astimezone(timezone)
    return f"{day(local)}, {local:%H:%M}"


def second(at: datetime, timezone: tzinfo) -> str:
    """The same to the second."""
    return f"{moment(at, timezone)}:{at.astimezone(timezone):%S}"


def _signed(value: int | Decimal) -> str:
    text = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return text.replace("-", _MINUS)


def _rounded(value: Number, places: int) -> Decimal:
    """A fraction as a Decimal with so many places at most."""
    scaled = round(Fraction(value) * 10**places)
    return _EXACT.scaleb(Decimal(scaled), -places)


def _plain(amount: Decimal) -> str:
    """Without zeros that say nothing."""
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
