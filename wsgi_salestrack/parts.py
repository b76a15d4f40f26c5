"""What of a sale is which product's: pure functions over its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .crediting import split


class Sold(NamedTuple):
    """A sale as a whole; money in minor units.

    :param refunded: how much of the revenue was taken back.
    """

    quantity: int
    revenue: int
    refunded: int


class Part(NamedTuple):
    """What of a sale is one product's, in minor units.

    :param product: None: what the lines do not explain, such as shipping or a discount, which is
        negative.
    """

    product: str | None
    quantity: int
    revenue: int
    refunded: int


def parts_of(
    sold: Sold, lines: Iterable[tuple[str, int, int]], returned: Mapping[str, int]
) -> list[Part]:
    """The parts of a sale, which sum to it; the rest is the last.

    What was taken back by its lines is the products'; what was taken back as an amount is the
    rest's, unless it was all.

    :param lines: product id, quantity, and the price of one.
    :param returned: product id -> how many came back.
    """
    left = dict(returned)
    is_whole = 0 < sold.refunded == sold.revenue
    found: dict[str, tuple[int, int, int]] = {}
    rest_quantity, rest_revenue, rest_refunded = sold
    for product, quantity, price in lines:
        back = quantity if is_whole else min(quantity, left.get(product, 0))
        if back and not is_whole:
            left[product] -= back
        bought, revenue, refunded = found.get(product, (0, 0, 0))
        found[product] = bought + quantity, revenue + quantity * price, refunded + back * price
        rest_quantity -= quantity
        rest_revenue -= quantity * price
        rest_refunded -= back * price
    parts = [Part(product, *sums) for product, sums in found.items()]
    if rest_quantity or rest_revenue or rest_refunded or not parts:
        parts.append(Part(None, rest_quantity, rest_revenue, rest_refunded))
    return parts


def shares_of(amount: int, parts: Sequence[Part]) -> Sequence[int]:
    """An amount that the sale is worth to somebody, shared as what is left of its parts."""
    if len(parts) == 1:
        return [amount]
    for worth in (
        [max(0, part.revenue - part.refunded) for part in parts],
        [max(0, part.revenue) for part in parts],
    ):
        if any(worth):
            return split_signed(amount, worth)
    return [*(0 for _ in parts[1:]), amount]


def split_signed(amount: int, weights: Sequence[int]) -> Sequence[int]:
    """As :func:`~.crediting.split`, of an amount that may be negative."""
    return split(amount, weights) if amount >= 0 else [-part for part in split(-amount, weights)]
