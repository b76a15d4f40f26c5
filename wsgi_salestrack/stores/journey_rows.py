"""Many journeys as a store reads them: rows, for objects of all of them would fill the memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..persons import Link


class JourneyRows(NamedTuple):
    """What is known of many journeys, row by row; to be read in this order, and once.

    :param links: between visitors, contacts and customers, of all times; but for those that the
        touches below are themselves.
    :param apart: those of them that were taken out.
    :param names: which names of touches were asked for.
    :param touches: the valid clicks, the oldest first: visitor, and the touch. A touch is its
        contact, when it was, the programmes that it belongs to (1: newsletters, 2: publishers, 3:
        both, None: there is none), and the names.
    :param sales: visitor, customer_ref, when, currency, exponent, quantity, revenue, refunded, the
        value of the dimension where it is the sale's own, the contact that the customer was
        identified with where contacts are asked for; then the touch that it was credited to, and
        the referral.
    """

    links: Iterable[Link]
    apart: frozenset[Link]
    names: Sequence[str]
    touches: Iterable[Sequence[Any]]
    sales: Iterable[Sequence[Any]]
