"""Of which products and categories a part of a sale is, as a selection asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .base import Selection
from .report_columns import OF_LINE

Values = tuple[Any, ...]

_NO_CATEGORY: Final = (None,)


def is_by_line(selection: Selection) -> bool:
    """Whether it takes sales apart."""
    return any(name in OF_LINE for name in (*selection.by, *selection.where))


class LineValues:
    """Puts products and categories among the other values of a sale.

    :param selection: one that takes sales apart.
    """

    def __init__(self, selection: Selection, categories: Mapping[str, Sequence[str]]) -> None:
        self._by = selection.by
        self._where = {name: selection.where[name] for name in OF_LINE if name in selection.where}
        self._categories = categories
        self._found: dict[tuple[Values, str | None], tuple[Values, ...]] = {}

    def of(self, values: Values, product: str | None) -> tuple[Values, ...]:
        """The values of a product's part: none where it is not asked for.

        There are several where the product is in several categories.

        :param values: the sale's own.
        """
        key = values, product
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(self._combined(values, product))
        return found

    def _combined(self, values: Values, product: str | None) -> list[Values]:
        if "product" in self._where and product != self._where["product"]:
            return []
        categories: Sequence[str | None] = _NO_CATEGORY
        if product is not None:
            categories = self._categories.get(product) or _NO_CATEGORY
        if "category" in self._where:
            categories = [name for name in categories if name == self._where["category"]]
        own = [
            tuple(
                product if name == "product" else category if name == "category" else value
                for name, value in zip(self._by, values, strict=True)
            )
            for category in categories
        ]
        return list(dict.fromkeys(own))
