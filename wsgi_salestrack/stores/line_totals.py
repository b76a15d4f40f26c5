"""Adding up sales by their products: each is taken apart, and its parts sum to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias

from ..parts import Part, Sold, parts_of, shares_of
from .base import Selection, Total
from .line_values import LineValues, Values
from .report_rows import labels_of, selection_parameters
from .report_statements import Which
from .sale_facts import read_facts
from .transaction import Transaction

#: The id of the last sale that counted, and count, quantity, revenue, refunded and commission.
_Cell: TypeAlias = list[int]
#: Values, currency and exponent.
_Key: TypeAlias = tuple[Values, str | None, int | None]

_PAGE: Final = 1000
# Where the values of the dimensions begin in a row of ``select_lines``; the line has the end.
_VALUES: Final = 6


class LineTotals:
    """A site's sales and their lines.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def sales(self, selection: Selection) -> list[Total]:
        """What sold; for selections that take sales apart."""
        facts = read_facts(self._transaction, lines=True, commission=False)
        sums = _Sums(LineValues(selection, facts.categories))
        for sale in self._sales(selection, "untouched"):
            sums.add_untouched(sale)
        for sale in self._sales(selection, "refunded"):
            sums.add_parts(sale[0], _parts(sale, facts.returned.get(sale[0][0], {})))
        return sums.totals()

    def commissions(self, selection: Selection) -> list[Total]:
        """What publishers earn on them."""
        facts = read_facts(self._transaction, lines=True, commission=True)
        sums = _Sums(LineValues(selection, facts.categories))
        for sale in self._sales(selection, "earning"):
            id = sale[0][0]
            parts = _parts(sale, facts.returned.get(id, {}))
            for currency, exponent, minor in facts.earned.get(id, ()):
                sums.add_commission(sale[0], currency, exponent, parts, minor)
        return sums.totals()

    def _sales(self, selection: Selection, which: Which) -> Iterator[list[Sequence[Any]]]:
        """The rows of each sale, hours and weeks as they are called."""
        statement = self._transaction.statements.reports.select_lines(selection, which)
        parameters = selection_parameters(self._transaction.site, selection)
        cursor = self._transaction.run(statement, **parameters)
        rows = (row for page in iter(lambda: cursor.fetchmany(_PAGE), []) for row in page)
        labels = {_VALUES + place: label for place, label in labels_of(selection).items()}
        if labels:
            rows = (
                tuple(labels[at](each) if at in labels else each for at, each in enumerate(row))
                for row in rows
            )
        return (list(group) for _, group in groupby(rows, key=itemgetter(0)))


class _Column(dict[str | None, list[_Cell]]):
    """Of sales with the same values, to which rows a product belongs."""

    def __init__(self, sums: _Sums, own: tuple[Any, ...]) -> None:
        super().__init__()
        self._sums, self._own = sums, own

    def __missing__(self, product: str | None) -> list[_Cell]:
        cells = self[product] = self._sums.cells(product, self._own)
        return cells


class _Sums:
    def __init__(self, asked: LineValues) -> None:
        self._asked = asked
        self._cells: defaultdict[_Key, _Cell] = defaultdict(lambda: [0] * 6)
        self._columns: dict[tuple[Any, ...], _Column] = {}

    def cells(self, product: str | None, own: tuple[Any, ...]) -> list[_Cell]:
        """The sums of a product.

        :param own: currency, exponent and values of its sale.
        """
        currency, exponent, *values = own
        found = self._asked.of(tuple(values), product)
        return [self._cells[each, currency, exponent] for each in found]

    def add_untouched(self, sale: Sequence[Sequence[Any]]) -> None:
        """Add a sale that nothing was taken back of; most are so, and there are many."""
        first = sale[0]
        id, _, _, quantity, revenue, _ = first[:_VALUES]
        column = self._column(first[1:3] + first[_VALUES:-3])
        product = None
        for row in sale:
            product, bought, price = row[-3:]
            if product is not None:
                price *= bought
                for cell in column[product]:
                    _count(cell, id)
                    cell[2] += bought
                    cell[3] += price
                quantity -= bought
                revenue -= price
        if quantity or revenue or product is None:
            for cell in column[None]:
                _count(cell, id)
                cell[2] += quantity
                cell[3] += revenue

    def add_parts(self, row: Sequence[Any], parts: Iterable[Part]) -> None:
        """Add a sale that was taken apart."""
        column = self._column(row[1:3] + row[_VALUES:-3])
        for part in parts:
            for cell in column[part.product]:
                _count(cell, row[0])
                cell[2] += part.quantity
                cell[3] += part.revenue
                cell[4] += part.refunded

    def add_commission(
        self,
        row: Sequence[Any],
        currency: str,
        exponent: int,
        parts: Sequence[Part],
        minor: int,
    ) -> None:
        """Add what is earned on a sale, by what is left of its parts."""
        column = self._column((currency, exponent, *row[_VALUES:-3]))
        for part, share in zip(parts, shares_of(minor, parts), strict=True):
            for cell in column[part.product]:
                cell[5] += share

    def totals(self) -> list[Total]:
        """All of them."""
        return [_total(key, cell) for key, cell in self._cells.items()]

    def _column(self, own: Sequence[Any]) -> _Column:
        key = tuple(own)
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = _Column(self, key)
        return column


def lines_of(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, int, int]]:
    """The lines of a sale, from its rows: product, quantity, and the price of one."""
    return (tuple(row[-3:]) for row in rows if row[-3] is not None)


def _parts(sale: Sequence[Sequence[Any]], returned: dict[str, int]) -> list[Part]:
    return parts_of(Sold(*sale[0][3:_VALUES]), lines_of(sale), returned)


def _count(cell: _Cell, id: int) -> None:
    """Count a sale once, though several of its products are in the same row."""
    if cell[0] != id:
        cell[0] = id
        cell[1] += 1


def _total(key: _Key, cell: _Cell) -> Total:
    values, currency, exponent = key
    _, count, quantity, revenue, refunded, commission = cell
    return Total(
        values=values,
        currency=currency,
        exponent=exponent,
        count=count,
        quantity=quantity,
        revenue=revenue,
        refunded=refunded,
        commission=commission,
    )
