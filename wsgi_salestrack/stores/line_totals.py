"""Adding up sales by their products: each is taken apart, and its parts sum to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias

from ..parts import Sold, parts_of, shares_of
from .base import Selection, Total
from .line_values import LineValues, Values
from .report_rows import labels_of, selection_parameters
from .sale_facts import read_facts
from .transaction import Transaction

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
        self._statements = transaction.statements.reports

    def totals(self, selection: Selection, *, commission: bool) -> list[Total]:
        """See :meth:`~.base_reports.ReportStore.totals`; for selections that take sales apart."""
        facts = read_facts(self._transaction, lines=True, commission=commission)
        asked = LineValues(selection, facts.categories)
        labels = labels_of(selection)
        sums: defaultdict[_Key, list[int]] = defaultdict(lambda: [0] * 5)
        for rows in _sales(self._rows(selection)):
            id, currency, exponent, *amounts = rows[0][:_VALUES]
            told = rows[0][_VALUES:-3]
            if labels:
                told = [
                    labels[at](value) if at in labels else value for at, value in enumerate(told)
                ]
            values = tuple(told)
            parts = parts_of(Sold(*amounts), lines_of(rows), facts.returned.get(id, {}))
            counted = set()
            for part in parts:
                for found in asked.of(values, part.product):
                    key = found, currency, exponent
                    counted.add(key)
                    sums_of = sums[key]
                    sums_of[1] += part.quantity
                    sums_of[2] += part.revenue
                    sums_of[3] += part.refunded
            for key in counted:
                sums[key][0] += 1
            for earned_in, its_exponent, minor in facts.earned.get(id, ()):
                for part, share in zip(parts, shares_of(minor, parts), strict=True):
                    for found in asked.of(values, part.product):
                        sums[found, earned_in, its_exponent][4] += share
        return [_total(key, added) for key, added in sums.items()]

    def _rows(self, selection: Selection) -> Iterator[Sequence[Any]]:
        parameters = selection_parameters(self._transaction.site, selection)
        cursor = self._transaction.run(self._statements.select_lines(selection), **parameters)
        while page := cursor.fetchmany(_PAGE):
            yield from page


def lines_of(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, int, int]]:
    """The lines of a sale, from its rows: product, quantity, and the price of one."""
    return (tuple(row[-3:]) for row in rows if row[-3] is not None)


def _sales(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """The rows of each sale."""
    return (list(group) for _, group in groupby(rows, key=itemgetter(0)))


def _total(key: _Key, added: Sequence[int]) -> Total:
    values, currency, exponent = key
    count, quantity, revenue, refunded, commission = added
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
