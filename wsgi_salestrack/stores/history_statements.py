"""The SQL of what people leaf through: the latest conversions, clicks and commissions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ..affiliates import CommissionState
from .base import Dimension, Selection
from .identified import identity_join
from .name_lists import encoded, has
from .report_columns import OF_LINE, sale_conditions


class HistoryStatements:
    """All statements of it.

    :param table: the name of a table of ours in the database.
    :param conversion_columns: what is read of a conversion.
    :param click_columns: what is read of a click.
    :param entries: the query for all entries of the ledger.
    """

    def __init__(
        self,
        table: Callable[[str], str],
        conversion_columns: Sequence[str],
        click_columns: Sequence[str],
        entries: str,
    ) -> None:
        self._entries: Final = entries
        conversions = table("conversions")
        self._conversions: Final = conversions
        self._table: Final = table
        self._columns: Final = ", ".join(f"{conversions}.{name}" for name in conversion_columns)
        self.select_latest_clicks: Final = (
            f"SELECT {', '.join(click_columns)} FROM {table('clicks')} WHERE site = :site "
            f"AND touch_contact = :contact AND {_before('touch_at', 'id')}"
        )
        self.select_product_name: Final = (
            f"SELECT name FROM {table('products')} WHERE site = :site AND product_id = :product_id"
        )

    def select_latest(self, selection: Selection) -> str:
        """The query for the newest conversions of a selection, cancelled ones as well.

        Only names of columns come from it; its values are parameters (see
        :func:`~.report_rows.selection_parameters`), and ``before_at``, ``before_id``, ``most``.
        """
        conversions = self._conversions
        identified = ""
        if "contact" in selection.where:
            identified = identity_join(self._table, conversions)
        conditions = [f"{conversions}.site = :site", *sale_conditions(selection, conversions)]
        asked = {name: selection.where[name] for name in OF_LINE if name in selection.where}
        if asked:
            conditions.append(self._has_line(asked))
        conditions.append(_before("occurred_at", f"{conversions}.id"))
        return (
            f"SELECT {self._columns} FROM {conversions} {identified} "
            f"WHERE {' AND '.join(conditions)}"
        )

    def _has_line(self, asked: Mapping[Dimension, str | None]) -> str:
        """That a part of a sale is of the product and category; None: of none.

        Of none are also those of a sale that are no line, see :func:`_has_rest`.
        """
        conversions = self._conversions
        filed = (
            f"JOIN {self._table('products')} filed "
            "ON filed.site = bought.site AND filed.product_id = bought.product_id "
        )
        lines = (
            f"FROM {self._table('lines')} bought {filed if 'category' in asked else ''}"
            f"WHERE bought.site = {conversions}.site AND bought.conversion = {conversions}.id"
        )
        either = []
        if asked.get("product", "") is not None:
            conditions = ["bought.product_id = :where_product"] if "product" in asked else []
            if "category" in asked:
                category = asked["category"]
                conditions.append(
                    f"filed.categories = '{encoded(())}'"
                    if category is None
                    else has("filed.categories", "where_category")
                )
            either.append(f"EXISTS (SELECT 1 {' AND '.join((lines, *conditions))})")
        if all(value is None for value in asked.values()):
            either.append(_has_rest(conversions, lines))
        return f"({' OR '.join(either)})" if either else "1 = 0"

    def select_latest_commissions(
        self, state: CommissionState | None, *, of_publisher: bool
    ) -> str:
        """The query for the newest entries of the ledger in a state, or in any."""
        conditions = {None: "", "pending": " AND became.state IS NULL"}
        condition = conditions.get(state, " AND became.state = :state")
        return (
            f"{self._of(of_publisher=of_publisher)}{condition} "
            "AND entry.id < :before_id ORDER BY entry.id DESC LIMIT :most"
        )

    def select_earned(self, *, of_publisher: bool) -> str:
        """The query for what entries come to."""
        columns = "became.state, entry.currency, entry.exponent"
        # The same entries, added up: all that differs is what is selected of them.
        _, _, entries = self._of(of_publisher=of_publisher).partition(" FROM ")
        return f"SELECT {columns}, SUM(entry.amount) FROM {entries} GROUP BY {columns}"

    def _of(self, *, of_publisher: bool) -> str:
        return (
            f"{self._entries} AND entry.publisher = :publisher" if of_publisher else self._entries
        )


def _before(at: str, id: str) -> str:
    """What comes before a place, the latest first; written so that an index on the time is used."""
    return (
        f"{at} <= :before_at AND ({at} < :before_at OR {id} < :before_id) "
        f"ORDER BY {at} DESC, {id} DESC LIMIT :most"
    )


def _has_rest(sale: str, lines: str) -> str:
    """That a sale has no lines, or they are not all of it: of shipping, or money that was returned.

    :param lines: where its lines are found, called ``bought``.
    """
    # With a point, or what somebody invents is too large for an integer.
    paid = "(bought.quantity + 0.0) * bought.unit_price"
    back = (
        f"CASE WHEN {sale}.refunded <> 0 AND {sale}.refunded = {sale}.revenue "
        "THEN bought.quantity ELSE bought.returned END"
    )
    return (
        "(SELECT CASE WHEN COUNT(*) = 0 "
        f"OR SUM(bought.quantity) <> COALESCE({sale}.quantity, 0) "
        f"OR SUM({paid}) <> COALESCE({sale}.revenue, 0) "
        f"OR SUM(({back} + 0.0) * bought.unit_price) <> {sale}.refunded "
        f"THEN 1 ELSE 0 END {lines}) = 1"
    )
