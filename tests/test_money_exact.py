from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import BadValue, Money

EXPONENTS = {"JPY": 0, "USD": 2, "BHD": 3, "CLF": 4}

currencies = st.sampled_from([*EXPONENTS])
minor_amounts = st.integers(0, 99_999_999)


@given(st.from_regex(r"[0-9]{1,8}(\.[0-9]{1,4})?", fullmatch=True), currencies)
def test_an_amount_is_exactly_the_fraction_it_says(text: str, currency: str) -> None:
    """And whatever is refused is not a whole number of minor units, or too many of them."""
    minor = Fraction(text) * 10 ** EXPONENTS[currency]
    try:
        money = Money(text, currency)
    except BadValue:
        assert minor.denominator > 1 or Fraction(text) > Fraction("99999999.99")
    else:
        assert money.minor == minor
        assert Fraction(money.amount) == Fraction(text)


@given(minor_amounts, currencies)
def test_money_comes_back_from_its_amount_and_from_its_minor_units(
    minor: int, currency: str
) -> None:
    """Through storage, through text and through Decimal."""
    money = Money.from_minor(minor, currency, EXPONENTS[currency])

    assert Money(money.amount, currency) == money
    assert Money(str(money.amount), currency) == money
    assert Fraction(money.amount) == Fraction(minor, 10 ** EXPONENTS[currency])
    assert pickle.loads(pickle.dumps(money)) == copy.deepcopy(money) == money  # noqa: S301  # ours


@given(minor_amounts)
def test_the_threads_decimal_context_rounds_nothing(minor: int) -> None:
    """A host may compute with three digits, or trap what is inexact."""
    expected = Money.from_minor(minor, "CLF", 4)
    exact, exactly_written = expected.amount, str(expected)
    with localcontext(Context(prec=3, traps=[Inexact])):
        money = Money(exact, "CLF")
        amount, written = money.amount, str(money)

    assert money == expected
    assert amount == exact
    assert written == exactly_written


def test_the_decimal_context_at_import_rounds_nothing() -> None:
    """The bound is exact even where the host set a precision before it imported us."""
    program = """if True:
        from decimal import getcontext
        getcontext().prec = 3
        from wsgi_salestrack import BadValue, Money
        Money("99999999.99", "USD")
        try:
            Money("100000000.00", "USD")
        except BadValue as error:
            assert "99999999.99" in str(error)
        else:
            raise SystemExit("too large an amount was taken")
    """
    subprocess.run([sys.executable, "-c", program], check=True)


def test_equal_amounts_are_equal_money() -> None:
    """However they were written; a currency is part of the value."""
    five = Money("5", "USD")

    assert five == Money("5.00", "USD") == Money(Decimal("5.0"), "USD") == Money(5, "USD")
    assert len({five, Money("5.00", "USD"), Money("5", "EUR")}) == 2
    assert five != Money("5", "EUR")
    assert five != Decimal(5)


def test_money_whose_currency_lost_decimals_stays_what_it_was() -> None:
    """ISO changes exponents now and then; what was stored with two keeps two."""
    assert Money.from_minor(1234, "ISK", 2).amount == Decimal("12.34")
    assert Money.from_minor(1200, "ISK", 2) != Money("12", "ISK")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money("0", "USD"), "0.00 USD"),
        (Money("0.05", "USD"), "0.05 USD"),
        (Money("1234567.5", "USD"), "1234567.50 USD"),
        (Money("12", "JPY"), "12 JPY"),
        (Money("0.001", "BHD"), "0.001 BHD"),
    ],
)
def test_money_is_written_with_all_its_decimals(money: Money, text: str) -> None:
    """Without an exponent and without separators."""
    assert str(money) == text
    assert repr(money) == f"Money({text[:-4]!r}, {text[-3:]!r})"


def test_money_does_not_change() -> None:
    """It is shared between threads and used as a key."""
    money = Money("5", "USD")

    with pytest.raises(FrozenInstanceError):
        money.minor = 6  # type: ignore[misc]
