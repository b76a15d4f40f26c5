"""The SQL of reports: what sold and what was clicked, added up by any dimension."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..touches import COUNTED
from .base import Dimension, Selection
from .name_lists import has
from .report_columns import (
    OF_LINE,
    TIMES,
    ReportColumns,
    click_conditions,
    identity_of,
    of_period,
    sale_conditions,
)
from .spelling import Spelling

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
        self._earning: Final = (
            f"{self._conversions}.id IN (SELECT entry.conversion "
            f"FROM {self._commissions} entry WHERE entry.site = :site)"
        )
        # All lines are looked at: to find those of a product there is no index.
        sold = f"{self._conversions}.id IN (SELECT sold.conversion FROM {self._lines} sold "
        sold += f"{spelling.all_rows} WHERE sold.site = :site AND sold.product_id"
        self._has: Final[Mapping[Dimension, str]] = {
            "product": f"{sold} = :where_product)",
            "category": (
                f"{sold} IN (SELECT filed.product_id FROM {table('products')} filed "
                f"WHERE filed.site = :site AND {has('filed.categories', 'where_category')}))"
            ),
        }
        #: Of each conversion what publishers earn on it, by currency.
        self.select_earned: Final = (
            "SELECT entry.conversion, entry.currency, entry.exponent, SUM(entry.amount) AS amount "
            f"FROM {self._commissions} entry WHERE entry.site = :site AND {self._earned} "
            "GROUP BY entry.conversion, entry.currency, entry.exponent "
            "HAVING SUM(entry.amount) <> 0"
        )
        #: Of those conversions of which products came back, all adjustments in their order.
        self.select_adjustments: Final = (
            "SELECT made.conversion, made.id, kind, at, reference, amount, returned, "
            f"currency, exponent FROM {table('adjustments')} made WHERE made.site = :site "
            f"AND made.conversion IN (SELECT other.conversion FROM {table('adjustments')} other "
            "WHERE other.site = :site AND other.returned <> '{}') ORDER BY made.at"
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
            f"FROM {self._sales(selection)} GROUP BY {_places(selection, 2)}"
        )

    def select_few_earn(self, selection: Selection) -> str:
        """Whether there are fewer commissions in all than sales in a selection's period."""
        conditions = " AND ".join(("site = :site", *of_period("occurred_at", selection)))
        return (
            f"SELECT (SELECT COUNT(*) FROM {self._commissions} WHERE site = :site) "
            f"< (SELECT COUNT(*) FROM {self._conversions} WHERE {conditions})"
        )

    def select_commissions(self, selection: Selection, *, few_earn: bool) -> str:
        """The query for what publishers earn on the sales of a selection.

        :param few_earn: whether to begin with the commissions, and not to look at other sales.
        """
        columns = "".join(f"{column}, " for column in self._values(selection))
        sale, places = self._conversions, _places(selection, 2)
        if few_earn:
            return (
                f"SELECT {columns}earned.currency, earned.exponent, SUM(earned.amount) "
                f"FROM ({self.select_earned}) earned CROSS JOIN {self._sales(selection)} "
                f"AND {sale}.id = earned.conversion GROUP BY {places}"
            )
        entries = (
            f"JOIN {self._commissions} entry "
            f"ON entry.site = {sale}.site AND entry.conversion = {sale}.id"
        )
        return (
            f"SELECT {columns}entry.currency, entry.exponent, SUM(entry.amount) "
            f"FROM {self._sales(selection, entries)} AND {self._earned} GROUP BY {places}"
        )

    def select_lines(self, selection: Selection, *, earning: bool) -> str:
        """The query for the sales of a selection that takes them apart: each with its lines.

        A sale comes once for each of its lines; without lines, once with nothing in their place.
        What it is asked for comes between: its currency, exponent and values.

        :param earning: only those that publishers may earn on.
        """
        sale = self._conversions
        values = "".join(f"{column}, " for column in self._values(selection))
        lines = (
            f"LEFT JOIN {self._lines} bought "
            f"ON bought.site = {sale}.site AND bought.conversion = {sale}.id"
        )
        conditions = [self._has[name] for name in OF_LINE if selection.where.get(name) is not None]
        if earning:
            conditions.append(self._earning)
        return (
            f"SELECT {sale}.id, COALESCE({sale}.quantity, 0), COALESCE(revenue, 0), refunded, "
            f"currency, exponent, {values}bought.returned, {LINE_COLUMNS} "
            f"FROM {' AND '.join((self._sales(selection, lines), *conditions))} "
            f"ORDER BY {sale}.id, bought.position"
        )

    def select_clicks(self, selection: Selection, *, visitors: bool) -> str:
        """The query for the clicks of a selection, and who made them."""
        names = [self._columns.of_click(name, selection.timezone) for name in selection.by]
        columns = "".join(f"{column}, " for column in names)
        counted = ", COUNT(DISTINCT visitor)" if visitors else ""
        conditions = ["site = :site", f"verdict IN {COUNTED}", *click_conditions(selection)]
        # The index by contact is of no use but to find one.
        all_rows = "" if "contact" in selection.where else self._all_rows
        grouped = f" GROUP BY {_places(selection)}" if names else ""
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
        all_rows = self._all_rows if selection.is_of_all_times else ""
        identity = identity_of(selection, self._table)
        conditions = [f"{self._conversions}.site = :site", "cancelled = 0"]
        conditions += sale_conditions(selection, self._conversions)
        return (
            f"{self._conversions} {all_rows} {joined} {identity} WHERE {' AND '.join(conditions)}"
        )


def _places(selection: Selection, more: int = 0) -> str:
    """What is grouped by: the places of the dimensions, and of more columns behind them.

    Times come first: rows are mostly in their order already, and so less is to be sorted.
    """
    count = len(selection.by)
    places = sorted(range(count), key=lambda place: selection.by[place] not in TIMES)
    return ", ".join(str(place + 1) for place in (*places, *range(count, count + more)))
