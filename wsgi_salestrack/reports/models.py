"""Sales credited to the touches of their buyers' journeys, by any model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from math import lcm
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from ..crediting import DECAY_PARTS, Journey, Model, Windows, weigh
from ..stores.base import Selection, Total
from ..stores.journey_rows import JourneyRows, SalePlaces
from ..stores.line_values import is_by_line
from .credited_rows import CreditedRows, Key
from .journeys import Journeys
from .pieces import Piece, Pieces, share

#: Count, quantity, net revenue, refunded and commission; the first two in so many parts.
_Cell: TypeAlias = list[int]
#: By a row's number.
_Cells: TypeAlias = defaultdict[int, _Cell]


# Weights that are kept for sales with as many candidates.
_MOST_KEPT: Final = 100_000


class Question(NamedTuple):
    """What is to be added up.

    :param windows: how long before a sale a touch may be.
    :param journey: whose touches share a sale.
    """

    selection: Selection
    models: Sequence[Model]
    windows: Windows
    journey: Journey


def credited_totals(rows: JourneyRows, question: Question) -> dict[Model, list[Total]]:
    """The sums that each model credits, from one reading of the rows.

    Where sales are taken apart, rows may overlap, and the sums of all have no values.
    """
    return _Crediting(rows, question).totals()


class _Shares(NamedTuple):
    """How sales with so many candidates are shared; models that do it alike are added up once.

    :param whole: to which cells a sale is added as a whole, and the place of the touch that has it.
    :param split: to which cells it is added by the weights of the touches.
    :param decay: to which cells it is added by weights of its own, if it is.
    """

    whole: Sequence[tuple[_Cells, int]]
    split: Sequence[tuple[_Cells, Sequence[int]]]
    decay: _Cells | None


class _Crediting:
    def __init__(self, rows: JourneyRows, question: Question) -> None:
        selection, self._models, windows, journey = question
        self._places: Final = SalePlaces.of(len(selection.by), len(rows.names))
        self._journeys = Journeys(rows, windows, journey)
        self._rows = CreditedRows(selection, self._journeys.labels)
        self._pieces = Pieces(selection, rows.facts, self._rows)
        # By the models that credit alike, and the parts that their shares are of, for sums of
        # fractions take long.
        self._cells: defaultdict[tuple[tuple[Model, ...], int], _Cells] = defaultdict(_cells)
        self._shares: dict[int, _Shares] = {}
        self._kept = 0
        for sale in _sales(rows.sales) if is_by_line(selection) else zip(rows.sales, strict=True):
            self._credit(sale)

    def totals(self) -> dict[Model, list[Total]]:
        return {model: list(self._totals(model)) for model in self._models}

    def _credit(self, rows: Sequence[Sequence[Any]]) -> None:
        sale = rows[0]
        _, touch, referral, end = self._places
        own = sale[touch:referral], sale[referral:end]
        journeys = self._journeys
        path = journeys.candidates(sale[1], sale[2], sale[3], own)
        labels = path.labels or (journeys.nobody,)
        whole, split, decay = self._shares.get(len(labels)) or self._shares_of(len(labels))
        if decay is not None:
            split = (*split, (decay, weigh("decay", path.times)))
        for piece in self._pieces.of(rows):
            by_label = piece.by_label
            numbers = [by_label[label] for label in labels]
            for cells, place in whole:
                _add(cells, numbers[place], piece)
            for cells, weights in split:
                _split(cells, numbers, weights, piece)

    def _shares_of(self, count: int) -> _Shares:
        """How the models share sales with so many candidates."""
        has_decay = "decay" in self._models and count > 1
        alike: defaultdict[Sequence[int], list[Model]] = defaultdict(list)
        for model in self._models:
            if model != "decay" or count == 1:
                alike[weigh(model, range(count))].append(model)
        self._kept += count
        if self._kept > _MOST_KEPT:  # a browser that thousands buy with: one of each length
            self._shares.clear()
            self._kept = count
        shares = self._shares[count] = _Shares(
            whole=[
                (self._cells[tuple(models), 1], weights.index(1))
                for weights, models in alike.items()
                if sum(weights) == 1
            ],
            split=[
                (self._cells[tuple(models), sum(weights)], weights)
                for weights, models in alike.items()
                if sum(weights) > 1
            ],
            decay=self._cells[("decay",), DECAY_PARTS] if has_decay else None,
        )
        return shares

    def _totals(self, model: Model) -> Iterator[Total]:
        found: defaultdict[int, list[tuple[int, _Cell]]] = defaultdict(list)
        for (models, parts), cells in self._cells.items():
            for number, cell in cells.items() if model in models else ():
                found[number].append((parts, cell))
        for number, added in found.items():
            yield _total(self._rows.keys[number], added)


def _add(cells: _Cells, number: int | None, piece: Piece) -> None:
    """Add all of a piece to a row."""
    if number is not None:
        cell = cells[number]
        cell[0] += piece.counted
        cell[1] += piece.quantity
        cell[2] += piece.net
        cell[3] += piece.refunded
        cell[4] += piece.commission


def _split(
    cells: _Cells, numbers: Sequence[int | None], weights: Sequence[int], piece: Piece
) -> None:
    """Share a piece among rows."""
    _, counted, quantity, net, refunded, commission, before = piece
    nets = share(net, before[0], weights)
    for number, weight, some in zip(numbers, weights, nets, strict=True):
        if weight and number is not None:
            cell = cells[number]
            cell[0] += weight * counted
            cell[1] += weight * quantity
            cell[2] += some
    # Mostly there is none.
    if refunded:
        _add_amounts(cells, numbers, 3, share(refunded, before[1], weights))
    if commission:
        _add_amounts(cells, numbers, 4, share(commission, before[2], weights))


def _add_amounts(
    cells: _Cells, numbers: Sequence[int | None], place: int, amounts: Sequence[int]
) -> None:
    for number, amount in zip(numbers, amounts, strict=True):
        if amount and number is not None:
            cells[number][place] += amount


def _cells() -> _Cells:
    return defaultdict(lambda: [0] * 5)


def _sales(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """The rows of each sale."""
    return (list(group) for _, group in groupby(rows, key=itemgetter(0)))


def _total(key: Key, added: Sequence[tuple[int, _Cell]]) -> Total:
    values, currency, exponent = key
    parts = lcm(*(each for each, _ in added))
    return Total(
        values=values,
        currency=currency,
        exponent=exponent,
        count=whole(Fraction(sum(cell[0] * (parts // each) for each, cell in added), parts)),
        quantity=whole(Fraction(sum(cell[1] * (parts // each) for each, cell in added), parts)),
        revenue=sum(cell[2] + cell[3] for _, cell in added),
        refunded=sum(cell[3] for _, cell in added),
        commission=sum(cell[4] for _, cell in added),
    )


def whole(number: Fraction | int) -> Fraction | int:
    """An int where it is one."""
    return number.numerator if number.denominator == 1 else number
