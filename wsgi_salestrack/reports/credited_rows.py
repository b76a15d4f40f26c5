"""To which row of a report what a touch is credited with belongs, found out once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ..stores.base import Selection
from ..stores.line_values import Values
from ..stores.report_columns import OF_SALE
from .journeys import Label

#: Values, currency and exponent of a row.
Key: TypeAlias = tuple[Values, str | None, int | None]


class RowsByLabel(dict[int, int | None]):
    """The rows of sales that have something in common: a label's number -> the row's number.

    None: such touches are not asked for.
    """

    def __init__(self, rows: CreditedRows, own: tuple[Any, ...]) -> None:
        super().__init__()
        self._rows, self._own = rows, own

    def __missing__(self, number: int) -> int | None:
        row = self[number] = self._rows.row(number, *self._own)
        return row


class CreditedRows:
    """All rows of a report.

    :param labels: of touches, by their numbers; more may come.
    """

    def __init__(self, selection: Selection, labels: Sequence[Label]) -> None:
        self._by = selection.by
        self._where = {
            name: value for name, value in selection.where.items() if name not in OF_SALE
        }
        self._labels = labels
        self._known: dict[tuple[Any, ...], RowsByLabel] = {}
        self._numbers: dict[Key, int] = {}
        #: By the rows' numbers.
        self.keys: list[Key] = []

    def of(
        self, values: Values, contact: str | None, currency: str | None, exponent: int | None
    ) -> RowsByLabel:
        """Those of sales with the same values of their own.

        :param values: in the place of each dimension; empty: of all values in one.
        :param contact: whom the customer was identified as, where contacts are asked for.
        """
        own = values, contact, currency, exponent
        known = self._known.get(own)
        if known is None:
            known = self._known[own] = RowsByLabel(self, own)
        return known

    def row(
        self,
        number: int,
        own: Values,
        contact: str | None,
        currency: str | None,
        exponent: int | None,
    ) -> int | None:
        """The row of a label's touches for such sales."""
        names = dict(self._labels[number].names)
        # Of a touch without one it is known whose it is once the customer was identified.
        names["contact"] = names.get("contact") or contact
        if any(names.get(name) != value for name, value in self._where.items()):
            return None
        values = tuple(
            value if name in OF_SALE else names.get(name)
            for name, value in zip(self._by, own, strict=False)
        )
        key = values, currency, exponent
        row = self._numbers.get(key)
        if row is None:
            row = self._numbers[key] = len(self.keys)
            self.keys.append(key)
        return row
