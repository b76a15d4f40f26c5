"""Many journeys as a store reads them: rows, for objects of all of them would fill the memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ..persons import Link

#: Where in a row of a sale the values of the dimensions begin.
VALUES: Final = 9


class SalePlaces(NamedTuple):
    """Where in a row of a sale stands what comes after the values; see :class:`JourneyRows`.

    :param contact: whom the customer was identified as.
    :param touch: where the touch begins, and the referral; both have as many columns.
    :param end: of the referral.
    """

    contact: int
    touch: int
    referral: int
    end: int

    @classmethod
    def of(cls, dimensions: int, names: int) -> SalePlaces:
        """With so many dimensions and names of touches."""
        contact = VALUES + dimensions
        touch = contact + 1
        size = 3 + names
        return cls(contact, touch, touch + size, touch + 2 * size)


class SaleFacts(NamedTuple):
    """What is known of many sales beside their own rows, as far as it is asked for.

    :param earned: a sale's id -> what publishers earn on it: currency, exponent and minor units.
    :param returned: a sale's id -> how many of which products came back.
    :param categories: a product's id -> its categories.
    """

    earned: Mapping[int, Sequence[tuple[str, int, int]]]
    returned: Mapping[int, Mapping[str, int]]
    categories: Mapping[str, Sequence[str]]


class JourneyRows(NamedTuple):
    """What is known of many journeys, row by row; to be read in this order, and once.

    :param links: between visitors, contacts and customers, of all times; but for those that the
        touches below are themselves.
    :param apart: those of them that were taken out.
    :param names: which names of touches were asked for.
    :param touches: the valid clicks, the oldest first: visitor, and the touch. A touch is its
        contact, when it was, the programmes that it belongs to (1: newsletters, 2: publishers, 3:
        both, None: there is none), and the names.
    :param facts: of the sales below.
    :param sales: id, visitor, customer_ref, when, currency, exponent, quantity, revenue, refunded;
        of each dimension the value where it is the sale's own (see :func:`~.report_rows.labels_of`)
        and the contact that the customer was identified as, where contacts are asked for; then the
        touch that it was credited to, and the referral; and where products are asked for a line:
        product id, quantity and the price of one. Then a sale comes once for each of its lines.
    """

    links: Iterable[Link]
    apart: frozenset[Link]
    names: Sequence[str]
    touches: Iterable[tuple[Any, ...]]
    facts: SaleFacts
    sales: Iterable[Sequence[Any]]
