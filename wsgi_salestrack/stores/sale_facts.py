"""Reading what is known of many sales beside their own rows."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import msgspec

from ..adjusting import standing
from .change_rows import adjustment_of
from .journey_rows import SaleFacts
from .transaction import Transaction

_TEXTS: Final = msgspec.json.Decoder(list[str])


def read_facts(transaction: Transaction, *, lines: bool, commission: bool) -> SaleFacts:
    """What is known of a site's sales.

    :param lines: whether their products are asked for.
    :param commission: whether what publishers earn is.
    """
    return SaleFacts(
        earned=earned_of(transaction) if commission else {},
        returned=_returned(transaction) if lines else {},
        categories=categories_of(transaction) if lines else {},
    )


def earned_of(transaction: Transaction) -> dict[int, list[tuple[str, int, int]]]:
    """Of each sale that publishers earn on what they do: currency, exponent and minor units."""
    earned = defaultdict(list)
    found = transaction.run(transaction.statements.reports.select_earned).fetchall()
    for conversion, currency, exponent, amount in found:
        # Some databases add integers as decimals.
        earned[conversion].append((currency, exponent, int(amount)))
    return dict(earned)


def _returned(transaction: Transaction) -> dict[int, dict[str, int]]:
    made = defaultdict(list)
    found = transaction.run(transaction.statements.reports.select_adjustments).fetchall()
    for conversion, *values in found:
        made[conversion].append(adjustment_of(values))
    return {id: dict(standing(adjustments).returned) for id, adjustments in made.items()}


def categories_of(transaction: Transaction) -> dict[str, list[str]]:
    """Of each product its categories."""
    found = transaction.run(transaction.statements.reports.select_categories).fetchall()
    return {product: _TEXTS.decode(categories) for product, categories in found}
