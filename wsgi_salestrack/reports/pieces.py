"""What of a sale is to be shared among touches, and for which rows of a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from ..crediting import split
from ..parts import Sold, parts_of, shares_of, split_signed
from ..stores.base import Selection
from ..stores.journey_rows import VALUES, SaleFacts
from ..stores.line_totals import lines_of
from ..stores.line_values import LineValues, Values, is_by_line
from ..stores.report_rows import labels_of
from .credited_rows import CreditedRows, RowsByLabel


class Piece(NamedTuple):
    """Something of a sale; money in minor units.

    :param by_label: the rows that it is for.
    :param counted: 1 where the sale counts in these rows.
    :param before: net, refunded and commission of the pieces of the same sale before it.
    """

    by_label: RowsByLabel
    counted: int
    quantity: int
    net: int
    refunded: int = 0
    commission: int = 0
    before: tuple[int, int, int] = (0, 0, 0)


class Pieces:
    """Takes sales into pieces.

    :param facts: of these sales.
    """

    def __init__(self, selection: Selection, facts: SaleFacts, rows: CreditedRows) -> None:
        self._contact = VALUES + len(selection.by)
        self._labels = labels_of(selection)
        self._facts = facts
        self._rows = rows
        self._whole: tuple[Values, ...] = ((),) if selection.by else ()
        self._lines = LineValues(selection, facts.categories) if is_by_line(selection) else None

    def of(self, rows: Sequence[Sequence[Any]]) -> list[Piece]:
        """The pieces of a sale.

        :param rows: as :class:`~.journey_rows.JourneyRows` has them.
        """
        sale = rows[0]
        values = tuple(sale[VALUES : self._contact])
        if self._labels:
            values = tuple(
                self._labels[place](value) if place in self._labels else value
                for place, value in enumerate(values)
            )
        if self._lines is not None:
            return list(self._by_line(rows, values, self._lines))
        quantity, revenue, refunded = sale[6:VALUES]
        by_label = self._rows.of(values, sale[self._contact], sale[4], sale[5])
        pieces = [Piece(by_label, 1, quantity, revenue - refunded, refunded)]
        for currency, exponent, minor in self._facts.earned.get(sale[0], ()):
            by_label = self._rows.of(values, sale[self._contact], currency, exponent)
            pieces.append(Piece(by_label, 0, 0, 0, commission=minor))
        return pieces

    def _by_line(
        self, rows: Sequence[Sequence[Any]], values: Values, lines: LineValues
    ) -> Iterator[Piece]:
        sale = rows[0]
        id, contact, money = sale[0], sale[self._contact], sale[4:6]
        sold = Sold(*sale[6:VALUES])
        parts = parts_of(sold, lines_of(rows), self._facts.returned.get(id, {}))
        asked = [self._with_whole(lines.of(values, part.product)) for part in parts]
        net_before = refunded_before = 0
        for part, found in zip(parts, asked, strict=True):
            net = part.revenue - part.refunded
            before = (net_before, refunded_before, 0)
            for own in found:
                by_label = self._rows.of(own, contact, *money)
                yield Piece(by_label, 0, part.quantity, net, part.refunded, before=before)
            net_before += net
            refunded_before += part.refunded
        for own in {own for found in asked for own in found}:
            yield Piece(self._rows.of(own, contact, *money), 1, 0, 0)
        for currency, exponent, minor in self._facts.earned.get(id, ()):
            shares = shares_of(minor, parts)
            until = accumulate(shares, initial=0)
            for share, so_far, found in zip(shares, until, asked, strict=False):
                for own in found:
                    by_label = self._rows.of(own, contact, currency, exponent)
                    yield Piece(by_label, 0, 0, 0, commission=share, before=(0, 0, so_far))

    def _with_whole(self, found: tuple[Values, ...]) -> tuple[Values, ...]:
        return (*found, *self._whole) if found else found


def share(amount: int, before: int, weights: Sequence[int]) -> Sequence[int]:
    """A part of a sale in proportion to weights, by largest remainder.

    What each has of the parts sums to what it has of the whole, for that is what is rounded.

    :param before: the sum of the parts before it.
    """
    if not before and amount >= 0:
        return split(amount, weights)
    until, after = split_signed(before, weights), split_signed(before + amount, weights)
    return [one - other for one, other in zip(after, until, strict=True)]
