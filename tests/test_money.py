from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import BadValue, Money

EXPONENTS = {"JPY": 0, "USD": 2, "EUR": 2, "XCG": 2, "BHD": 3, "KWD": 3, "CLF": 4, "UYW": 4}
LARGEST = {"JPY": 99_999_999, "USD": 9_999_999_999, "BHD": 99_999_999_990, "CLF": 999_999_999_900}


def problem_of(make: Callable[[], Money]) -> str:
    """What is wrong with the amount, as the error says it."""
    with pytest.raises(BadValue) as refused:
        make()
    assert refused.value.field == "amount"
    return refused.value.problem


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("49.95", "USD", 4995),
        ("49.9", "USD", 4990),
        ("49", "USD", 4900),
        ("0", "USD", 0),
        ("0.00", "USD", 0),
        ("007.50", "USD", 750),
        ("12.3400000", "USD", 1234),
        ("12", "JPY", 12),
        ("12.00", "JPY", 12),
        ("1.234", "BHD", 1234),
        ("1.2345", "CLF", 12345),
    ],
)
def test_text_is_read_to_the_minor_unit(text: str, currency: str, minor: int) -> None:
    """Decimals beyond the currency's may stand there as long as they are zeros."""
    assert Money(text, currency).minor == minor


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("NaN", id="nan"),
        pytest.param("sNaN", id="signalling-nan"),
        pytest.param("Infinity", id="infinity"),
        pytest.param("1e5", id="exponent"),
        pytest.param("1E+2", id="exponent-with-sign"),
        pytest.param("1_000", id="underscore"),
        pytest.param("1,000.00", id="thousands-separator"),
        pytest.param("49,95", id="decimal-comma"),
        pytest.param("1.000.00", id="two-periods"),
        pytest.param("+1", id="plus"),
        pytest.param("-1", id="minus"),
        pytest.param("-0.00", id="minus-zero"),
        pytest.param("\N{MINUS SIGN}1", id="real-minus"),
        pytest.param(".5", id="no-whole-part"),
        pytest.param("5.", id="no-decimals"),
        pytest.param(".", id="period-alone"),
        pytest.param(" 1", id="leading-space"),
        pytest.param("1 ", id="trailing-space"),
        pytest.param("1\n", id="trailing-line-break"),
        pytest.param("1\0", id="nul"),
        pytest.param("$1", id="sign-of-the-currency"),
        pytest.param("1 USD", id="code-of-the-currency"),
        pytest.param("0x10", id="hexadecimal"),
        pytest.param("\N{ARABIC-INDIC DIGIT FOUR}\N{ARABIC-INDIC DIGIT TWO}", id="arabic-digits"),
        pytest.param("\N{FULLWIDTH DIGIT FOUR}2", id="fullwidth-digit"),
        pytest.param("4\N{SUPERSCRIPT TWO}", id="superscript"),
        pytest.param("9" * 5000, id="five-thousand-digits"),
    ],
)
def test_text_that_is_no_plain_decimal_number_is_refused(text: str) -> None:
    """Decimal itself would take several of these."""
    problem_of(lambda: Money(text, "USD"))


@given(st.text(max_size=12) | st.from_regex(r"[-+0-9.,eE_ ]{0,8}", fullmatch=True))
def test_no_other_text_is_an_amount(text: str) -> None:
    """Digits, and perhaps a period with digits behind it; nothing else."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        problem_of(lambda: Money(text, "USD"))


@pytest.mark.parametrize(
    ("text", "currency"),
    [("49.951", "USD"), ("0.001", "USD"), ("1.5", "JPY"), ("1.2345", "BHD"), ("1.00001", "CLF")],
)
def test_more_decimals_than_the_currency_has_are_refused(text: str, currency: str) -> None:
    """Rounding would be a guess at somebody's books."""
    assert problem_of(lambda: Money(text, currency)) == "has more decimals than its currency"
    assert problem_of(lambda: Money(Decimal(text), currency)) == (
        "has more decimals than its currency"
    )


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        (Decimal("49.95"), 4995),
        (Decimal("49.9500"), 4995),
        (Decimal("1E+2"), 10000),
        (Decimal("1E-2"), 1),
        (Decimal("0E+5"), 0),
        (Decimal(0), 0),
    ],
    ids=str,
)
def test_a_decimal_means_its_number_however_it_is_written(amount: Decimal, minor: int) -> None:
    """Arithmetic in the host may leave an exponent behind."""
    assert Money(amount, "USD").minor == minor


@pytest.mark.parametrize(
    "amount",
    [
        *map(Decimal, ("NaN", "sNaN", "Infinity", "-Infinity", "-1", "-0", "1E+8", "1E-3")),
        Decimal("1E+999999"),
        Decimal("1E+999999999999999999"),
        Decimal("1E-999999999999999999"),
    ],
    ids=str,
)
def test_a_decimal_that_is_no_amount_is_refused(amount: Decimal) -> None:
    """Also one whose digits, written out, would fill the memory."""
    problem_of(lambda: Money(amount, "USD"))


def test_an_int_is_in_whole_units() -> None:
    """Not in cents: that is what from_minor is for."""
    assert Money(5, "USD") == Money("5.00", "USD")
    assert Money(5, "JPY").minor == 5


@pytest.mark.parametrize(
    "amount",
    [-1, 100_000_000, pytest.param(10**30, id="10**30"), pytest.param(10**5000, id="10**5000")],
)
def test_an_int_out_of_bounds_is_refused(amount: int) -> None:
    """However long: Python itself won't write out more than 4,300 digits."""
    problem_of(lambda: Money(amount, "USD"))


@pytest.mark.parametrize("amount", [True, 49.95, 1.0, None, b"1", Fraction(1, 2), [1]], ids=repr)
def test_what_is_no_exact_number_is_refused_by_its_type(amount: object) -> None:
    """A float is not exact, and True is not one dollar."""
    problem = problem_of(lambda: Money(amount, "USD"))  # type: ignore[arg-type]
    assert problem.startswith(f"is a {type(amount).__name__};")


@pytest.mark.parametrize("currency", EXPONENTS)
def test_iso_4217_decides_the_decimals(currency: str) -> None:
    """From none in Japan to four in Chile."""
    money = Money(7, currency)

    assert money.exponent == EXPONENTS[currency]
    assert money.amount.as_tuple().exponent == -EXPONENTS[currency]


@pytest.mark.parametrize(
    "currency",
    ["XXX", "XAU", "XTS", "usd", "Usd", "", "US", "USDD", "US ", "ZZZ", "840", None, ["USD"]],
    ids=repr,
)
def test_a_code_without_minor_units_or_in_lower_case_is_refused(currency: object) -> None:
    """Gold and "no currency" are on ISO's list, too."""
    with pytest.raises(BadValue) as refused:
        Money("1", currency)  # type: ignore[arg-type]

    assert refused.value.field == "currency"


@pytest.mark.parametrize("currency", LARGEST)
def test_the_largest_amount_is_99999999_99_in_any_currency(currency: str) -> None:
    """One minor unit more is refused."""
    largest = Money.from_minor(LARGEST[currency], currency, EXPONENTS[currency])
    above = Money.from_minor(LARGEST[currency] + 1, currency, EXPONENTS[currency])

    assert Money(str(largest.amount), currency) == largest
    assert problem_of(lambda: Money(str(above.amount), currency)) == "is more than 99999999.99"
