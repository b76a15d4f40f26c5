"""The SQL of reports: what sold and what was clicked, added up by any dimension."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from .base import Selection
from .report_columns import (
    OF_LINE,
    ReportColumns,
    click_conditions,
    identity_of,
    sale_conditions,
)
from .spelling import Spelling

Which = Literal["untouched", "refunded", "earning"]
#: A line, behind what is read of its sale.
LINE_COLUMNS: Final = "bought.product_id, bought.quantity, bought.unit_price"


class ReportStatements:
    """All statements of reports.

    Of a selection, only names of columns come into them; its values are parameters (see
    :func:`~.report_rows.selection_parameters`).

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        self._columns: Final = ReportColumns(spelling)
        self._all_rows: Final = spelling.all_rows
        self._conversions: Final = table("conversions")
        self._table: Final = table
        self._clicks: Final = table("clicks")
        self._lines: Final = table("lines")
        self._commissions: Final = table("commissions")
        # What was declined is not earned; what corrects an entry is declined with it.
        self._earned: Final = (
            f"NOT EXISTS (SELECT became.id FROM {table('commission_states')} became "
            "WHERE became.site = entry.site AND became.commission = entry.id "
            "AND became.state = 'declined')"
        )
        self._which: Final[Mapping[Which, str]] = {
            "untouched": "refunded = 0",
            "refunded": "refunded <> 0",
            "earning": (
                f"{self._conversions}.id IN (SELECT entry.conversion "
                f"FROM {self._commissions} entry WHERE entry.site = :site)"
            ),
        }
        #: Of each conversion what publishers earn on it, by currency.
        self.select_earned: Final = (
            "SELECT entry.conversion, entry.currency, entry.exponent, SUM(entry.amount) "
            f"FROM {self._commissions} entry WHERE entry.site = :site AND {self._earned} "
            "GROUP BY entry.conversion, entry.currency, entry.exponent "
            "HAVING SUM(entry.amount) <> 0"
        )
        #: Of those conversions of which products came back, all adjustments in their order.
        self.select_adjustments: Final = (
            "SELECT made.conversion, made.id, kind, at, reference, amount, returned, "
            f"currency, exponent FROM {table('adjustments')} made WHERE made.site = :site "
            f"AND made.conversion IN (SELECT other.conversion FROM {table('adjustments')} other "
            "WHERE other.site = :site AND other.returned <> '{}') ORDER BY made.id"
        )
        self.select_categories: Final = (
            f"SELECT product_id, categories FROM {table('products')} WHERE site = :site"
        )

    def select_totals(self, selection: Selection) -> str:
        """The query for the sums of a selection that takes no sale apart."""
        columns = "".join(f"{column}, " for column in self._values(selection))
        return (
            f"SELECT {columns}currency, exponent, COUNT(*), "
            "COALESCE(SUM(quantity), 0), COALESCE(SUM(revenue), 0), COALESCE(SUM(refunded), 0) "
            f"FROM {self._sales(selection)} GROUP BY {_places(len(selection.by) + 2)}"
        )

    def select_commissions(self, selection: Selection) -> str:
        """The query for what publishers earn on the same."""
        columns = "".join(f"{column}, " for column in self._values(selection))
        sale = self._conversions
        entries = (
            f"JOIN {self._commissions} entry "
            f"ON entry.site = {sale}.site AND entry.conversion = {sale}.id"
        )
        return (
            f"SELECT {columns}entry.currency, entry.exponent, SUM(entry.amount) "
            f"FROM {self._sales(selection, entries)} AND {self._earned} "
            f"GROUP BY {_places(len(selection.by) + 2)}"
        )

    def select_lines(self, selection: Selection, which: Which) -> str:
        """The query for the sales of a selection that takes them apart: each with its lines.

        A sale comes once for each of its lines; without lines, once with nothing in their place.

        :param which: of these sales only those that nothing was taken back of, the others, or those
            that publishers earn on.
        """
        sale = self._conversions
        values = "".join(f"{column}, " for column in self._values(selection))
        lines = (
            f"LEFT JOIN {self._lines} bought "
            f"ON bought.site = {sale}.site AND bought.conversion = {sale}.id"
        )
        return (
            f"SELECT {sale}.id, currency, exponent, COALESCE({sale}.quantity, 0), "
            f"COALESCE(revenue, 0), refunded, {values}{LINE_COLUMNS} "
            f"FROM {self._sales(selection, lines)} AND {self._which[which]} "
            f"ORDER BY {sale}.id, bought.position"
        )

    def select_clicks(self, selection: Selection, *, visitors: bool) -> str:
        """The query for the clicks of a selection, and who made them."""
        names = [self._columns.of_click(name, selection.timezone) for name in selection.by]
        columns = "".join(f"{column}, " for column in names)
        counted = ", COUNT(DISTINCT visitor)" if visitors else ""
        conditions = ["site = :site", "verdict = 'valid'", *click_conditions(selection)]
        # The index by contact is of no use but to find one.
        all_rows = "" if "contact" in selection.where else self._all_rows
        grouped = f" GROUP BY {_places(len(names))}" if names else ""
        return (
            f"SELECT {columns}COUNT(*){counted} FROM {self._clicks} {all_rows} "
            f"WHERE {' AND '.join(conditions)}{grouped}"
        )

    def _values(self, selection: Selection) -> list[str]:
        return [
            "NULL" if name in OF_LINE else self._columns.of_sale(name, selection.timezone)
            for name in selection.by
        ]

    def _sales(self, selection: Selection, joined: str = "") -> str:
        """What counts of a selection."""
        is_period = selection.since is not None or selection.until is not None
        all_rows = "" if is_period else self._all_rows
        identity = identity_of(selection, self._table)
        conditions = [f"{self._conversions}.site = :site", "cancelled = 0"]
        conditions += sale_conditions(selection, self._conversions)
        return (
            f"{self._conversions} {all_rows} {joined} {identity} WHERE {' AND '.join(conditions)}"
        )


def _places(count: int) -> str:
    return ", ".join(map(str, range(1, count + 1)))
