"""How numbers, money and times are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from flask_salestrack.dashboard import figures


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("0.00"), "USD", "0.00 USD"),
        (Decimal("1234.5"), "USD", "1,234.5 USD"),
        (Decimal(12345678), "JPY", "12,345,678 JPY"),
        (Decimal("1.005"), "KWD", "1.005 KWD"),
        (Decimal("-9.50"), "EUR", "\N{MINUS SIGN}9.50 EUR"),
        (None, "USD", "\N{EN DASH}"),
        (Decimal(1), None, "\N{EN DASH}"),
    ],
)
def test_money(amount: Decimal | None, currency: str | None, text: str) -> None:
    """With all decimals it has, and its currency on the same line."""
    assert figures.money(amount, currency) == text.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234567, "1,234,567"),
        (Fraction(7, 3), "2.33"),
        (Fraction(10**9, 3), "333,333,333.33"),
        (Decimal("1234.50"), "1,234.50"),
        (-3, "\N{MINUS SIGN}3"),
        (None, "\N{EN DASH}"),
    ],
)
def test_numbers(value: figures.Number | None, text: str) -> None:
    assert figures.number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(0), "0.0%"),
        (Fraction(1, 3), "33.3%"),
        (Decimal("0.0125"), "1.2%"),  # halves go to the even one, as money's do
        (Fraction(5, 2), "250.0%"),
        (1, "100.0%"),
        (None, "\N{EN DASH}"),
    ],
)
def test_shares(share: figures.Number | None, text: str) -> None:
    assert figures.percent(share) == text


@pytest.mark.parametrize(
    ("now", "before", "kind", "text"),
    [
        (150, 100, "more", "+50.0%"),
        (Decimal("75.00"), Decimal("100.00"), "less", "\N{MINUS SIGN}25.0%"),
        (0, 100, "less", "\N{MINUS SIGN}100.0%"),
        (Fraction(1, 3), Fraction(1, 3), "same", "±0.0%"),
        (100_001, 100_000, "same", "±0.0%"),
        (5, 0, "new", "new"),
        (-50, -100, "more", "+50.0%"),
    ],
)
def test_what_became_of_a_figure(
    now: figures.Number, before: figures.Number, kind: str, text: str
) -> None:
    """For who can't see the colour, it is told in words as well."""
    change = figures.change(now, before)

    assert change is not None
    assert (change.kind, change.text) == (kind, text)
    assert change.words.endswith("in the period before")


@pytest.mark.parametrize(("now", "before"), [(None, 1), (1, None), (0, 0)])
def test_nothing_to_compare(now: int | None, before: int | None) -> None:
    assert figures.change(now, before) is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("0.5", "0.5"),
        ("950", "950"),
        ("1500", "1,500"),
        ("10000", "10k"),
        ("12500", "12.5k"),
        ("2000000", "2M"),
        ("3500000000", "3.5B"),
        ("9000000000000", "9,000B"),
    ],
)
def test_amounts_of_an_axis(amount: str, text: str) -> None:
    """Short, for there is little room."""
    assert figures.compact(Decimal(amount)) == text


def test_the_hosts_decimal_context_rounds_nothing() -> None:
    """A shop may have set the thread's precision to anything."""
    with localcontext(prec=3):
        assert figures.money(Decimal("1234567.89"), "USD")[:12] == "1,234,567.89"
        assert figures.number(Fraction(1234567, 100)) == "12,345.67"
        assert figures.percent(Fraction(123456, 1000)) == "12,345.6%"


def test_times_are_those_of_the_shop() -> None:
    """The day may be another one there."""
    at = datetime(2026, 11, 21, 23, 30, 15, tzinfo=UTC)
    zone = ZoneInfo("Europe/Copenhagen")

    assert figures.moment(at, zone) == "22 Nov 2026, 00:30"
    assert figures.second(at, zone) == "22 Nov 2026, 00:30:15"
    assert figures.moment(None, zone) == "\N{EN DASH}"


def test_days_and_months() -> None:
    """In English, whatever locale the shop's process has."""
    of = date(2026, 5, 2)

    assert (figures.day(of), figures.short_day(of), figures.month(of)) == (
        *("2 May 2026", "2 May", "May 2026"),
    )
