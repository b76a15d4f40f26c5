"""Adding up sales by their products: each is taken apart, and its parts sum to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, TypeAlias

from ..parts import Part, Sold, parts_of, shares_of
from .base import Selection, Total
from .line_values import LineValues, Values
from .report_rows import labelled, labels_of, selection_parameters
from .sale_facts import categories_of, earned_of
from .transaction import Transaction

#: The id of the last sale that counted, and count, quantity, revenue, refunded and commission.
_Cell: TypeAlias = list[int]
#: Values, currency and exponent.
_Key: TypeAlias = tuple[Values, str | None, int | None]
#: Currency, exponent and minor units.
_Money: TypeAlias = tuple[str, int, int]

_PAGE: Final = 1000
# Where in a row of ``select_lines`` its sale is told, and where its line.
_SOLD: Final = slice(1, 4)
_OWN: Final = slice(4, -4)
_VALUES: Final = 6
_RETURNED: Final = -4
_LINE: Final = slice(-3, None)


class LineTotals:
    """A site's sales and their lines.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def sales(self, selection: Selection, *, commission: bool = False) -> list[Total]:
        """What sold; for selections that take sales apart.

        :param commission: whether what publishers earn on it is asked for as well.
        """
        sums = self._sums(selection)
        rows = self._rows(selection, earning=False)
        if commission:
            rows = sums.with_commissions(rows, earned_of(self._transaction))
        sums.add_sales(rows)
        return sums.totals()

    def commissions(self, selection: Selection) -> list[Total]:
        """What publishers earn on them."""
        sums = self._sums(selection)
        rows = self._rows(selection, earning=True)
        for _ in sums.with_commissions(rows, earned_of(self._transaction)):
            pass
        return sums.totals()

    def _sums(self, selection: Selection) -> _Sums:
        return _Sums(LineValues(selection, categories_of(self._transaction)))

    def _rows(self, selection: Selection, *, earning: bool) -> Iterator[tuple[Any, ...]]:
        """Of ``select_lines``, hours and weeks as they are called."""
        statement = self._transaction.statements.reports.select_lines(selection, earning=earning)
        parameters = selection_parameters(self._transaction.site, selection)
        cursor = self._transaction.run(statement, **parameters)
        rows = chain.from_iterable(iter(lambda: cursor.fetchmany(_PAGE), []))
        labels = {_VALUES + place: label for place, label in labels_of(selection).items()}
        return labelled(rows, labels) if labels else rows


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

    def add_sales(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add sales from the rows of ``select_lines``; there are many, so each row is read once.

        What they are taken apart into is what :func:`~wsgi_salestrack.parts.parts_of` says.
        """
        id = 0
        column = _Column(self, ())
        quantity = revenue = refunded = 0
        is_whole = is_bare = False
        for row in rows:
            if row[0] != id:
                # What is left of the one before, such as shipping, is of no product.
                if quantity or revenue or refunded or is_bare:
                    _add(column[None], id, quantity, revenue, refunded)
                id, quantity, revenue, refunded = row[:4]
                column = self._column(row[_OWN])
                is_whole = 0 < refunded == revenue
                is_bare = row[-3] is None
                if is_bare:
                    continue
            returned, product, bought, price = row[-4:]
            paid = price * bought
            back = paid if is_whole else price * returned
            _add(column[product], id, bought, paid, back)
            quantity -= bought
            revenue -= paid
            refunded -= back
        if quantity or revenue or refunded or is_bare:
            _add(column[None], id, quantity, revenue, refunded)

    def with_commissions(
        self, rows: Iterable[tuple[Any, ...]], earned: Mapping[int, Iterable[_Money]]
    ) -> Iterator[tuple[Any, ...]]:
        """Pass rows on, and add what is earned on their sales by what is left of each part.

        :param earned: of each sale that is earned on.
        """
        sale: list[tuple[Any, ...]] = []
        for row in rows:
            if sale and row[0] != sale[0][0]:
                self._add_commissions(sale, earned)
                sale = []
            if row[0] in earned:
                sale.append(row)
            yield row
        if sale:
            self._add_commissions(sale, earned)

    def _add_commissions(
        self, sale: Sequence[tuple[Any, ...]], earned: Mapping[int, Iterable[_Money]]
    ) -> None:
        id, *_ = first = sale[0]
        parts = _parts(sale)
        for currency, exponent, minor in earned[id]:
            column = self._column((currency, exponent, *first[_VALUES:_RETURNED]))
            for part, share in zip(parts, shares_of(minor, parts), strict=True):
                for cell in column[part.product]:
                    cell[5] += share

    def totals(self) -> list[Total]:
        """All of them."""
        return [_total(key, cell) for key, cell in self._cells.items()]

    def _column(self, own: tuple[Any, ...]) -> _Column:
        column = self._columns.get(own)
        if column is None:
            column = self._columns[own] = _Column(self, own)
        return column


def lines_of(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[str, int, int]]:
    """The lines of a sale, from its rows: product, quantity, and the price of one."""
    return (tuple(row[_LINE]) for row in rows if row[-3] is not None)


def _add(cells: Iterable[_Cell], id: int, quantity: int, revenue: int, refunded: int) -> None:
    """Add a part of a sale, which counts once, though several of its products are in one row."""
    for cell in cells:
        if cell[0] != id:
            cell[0] = id
            cell[1] += 1
        cell[2] += quantity
        cell[3] += revenue
        cell[4] += refunded


def _parts(sale: Sequence[tuple[Any, ...]]) -> list[Part]:
    returned: Counter[str] = Counter()
    for row in sale:
        if row[-4]:
            returned[row[-3]] += row[-4]
    return parts_of(Sold(*sale[0][_SOLD]), lines_of(sale), returned)


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
