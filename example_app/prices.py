"""Prices: integer cents inside the shop, decimals for others, text for people."""

from decimal import Decimal

__all__ = ["CURRENCY", "as_decimal", "as_text"]

CURRENCY = "USD"


def as_decimal(cents: int) -> Decimal:
    """Turn cents into an amount as the tracker takes it.

    :param cents: minor units.
    :returns: the amount with two decimals; never through a float.
    """
    return Decimal(cents).scaleb(-2)


def as_text(cents: int) -> str:
    """Write a price for people.

    :param cents: minor units.
    :returns: for example ``$1,249.50``.
    """
    return f"${as_decimal(cents):,.2f}"
