"""The columns of a report's table: what each shows of a row, and how rows are sorted by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple

from wsgi_salestrack import BadValue, Report, ReportRow

from . import figures
from .figures import Change, Number

_UP: Final = ".up"
_NAME: Final = "name"


class ReportColumn(NamedTuple):
    """One column.

    :param note: what it is, for who wonders.
    :param number: what rows are sorted by.
    :param text: what is shown of it.
    :param is_better_more: whether more of it is good; of what costs, no change is coloured.
    :param is_money: whether it is rounded to what the row's currency has.
    """

    title: str
    note: str
    number: Callable[[ReportRow], Number | None]
    text: Callable[[Number | None], str] = figures.number
    is_better_more: bool = True
    is_money: bool = False

    def shown(self, row: ReportRow) -> str:
        """What stands in the cell."""
        number = self.number(row)
        if self.is_money and isinstance(number, Fraction):
            number = row.in_minor_units(number)
        return self.text(number)

    def change(self, row: ReportRow) -> Change | None:
        """What became of it since the period before; None where that was not asked for."""
        if not self.is_better_more:
            return None
        before = None if row.before is None else self.number(row.before)
        return figures.change(self.number(row), before)


class Order(NamedTuple):
    """By which column rows are sorted.

    :param column: its name; None: as the report has them.
    :param is_up: the smallest first.
    """

    column: str | None = None
    is_up: bool = False

    def next_for(self, column: str) -> str:
        """What the heading of a column asks for: its largest first, and then its smallest."""
        return f"{column}{_UP}" if column == self.column and not self.is_up else column

    def aria_of(self, column: str) -> str | None:
        """What a heading tells of itself."""
        if column != self.column:
            return None
        return "ascending" if self.is_up else "descending"


#: All of them by the names that addresses have. Money has the row's currency, beside it.
COLUMNS: Final[Mapping[str, ReportColumn]] = MappingProxyType(
    {
        "net": ReportColumn("Turnover", "what is left of gross", lambda row: row.net),
        "sales": ReportColumn("Sales", "conversions that count", lambda row: row.count),
        "items": ReportColumn("Items", "pieces sold", lambda row: row.quantity),
        "average": ReportColumn("Average", "gross by sales", lambda row: row.average),
        "gross": ReportColumn("Gross", "before anything was taken back", lambda row: row.gross),
        "refunded": ReportColumn(
            "Taken back",
            "refunds, chargebacks",
            lambda row: row.refunded,
            is_better_more=False,
        ),
        "commission": ReportColumn(
            "Commission",
            "what publishers earn on it",
            lambda row: row.commission,
            is_better_more=False,
        ),
        "clicks": ReportColumn("Clicks", "valid ones, in the period", lambda row: row.clicks),
        "visitors": ReportColumn("Visitors", "browsers that clicked", lambda row: row.visitors),
        "rate": ReportColumn(
            "Conversion", "sales by clicks", lambda row: row.conversion_rate, figures.percent
        ),
        "per-click": ReportColumn(
            "Per click", "revenue by clicks", lambda row: row.revenue_per_click, is_money=True
        ),
    }
)

# Shown where any row has one that is not nothing; all others always are.
_OPTIONAL: Final = frozenset(
    ("gross", "refunded", "commission", "clicks", "visitors", "rate", "per-click")
)


def columns_of(report: Report) -> dict[str, ReportColumn]:
    """The columns that say something of a report; where nothing was taken back, gross is net."""
    shown = {
        name: column
        for name, column in COLUMNS.items()
        if name not in _OPTIONAL or any(column.number(row) for row in report.rows)
    }
    if "refunded" not in shown:
        shown.pop("gross", None)
    return shown


def read_order(asked: Mapping[str, str]) -> Order:
    """By what rows are to be sorted, by ``sort``.

    :raises BadValue: naming it.
    """
    text = asked.get("sort") or None
    if text is None:
        return Order()
    name = text.removesuffix(_UP)
    if name != _NAME and name not in COLUMNS:
        raise BadValue("sort", f"is not one of {_NAME}, {', '.join(COLUMNS)}")
    return Order(name, text.endswith(_UP))


def in_order(rows: Sequence[ReportRow], order: Order, currencies: Sequence[str]) -> list[ReportRow]:
    """The rows sorted, each currency by itself: amounts in two of them can't be compared.

    :param currencies: in the order in which they come; then what has no revenue.
    """
    places: dict[str | None, int] = {each: place for place, each in enumerate(currencies)}
    groups: defaultdict[int, list[ReportRow]] = defaultdict(list)
    for row in rows:
        groups[places.get(row.currency, len(places))].append(row)
    return [row for place in sorted(groups) for row in _sorted(groups[place], order)]


def _sorted(rows: list[ReportRow], order: Order) -> list[ReportRow]:
    """What is of nobody, or has no such number, comes last."""
    if order.column is None:
        return rows
    if order.column == _NAME:
        # A name's natural first is A, and a number's is the largest.
        named = [row for row in rows if row.dimension is not None]
        named.sort(key=lambda row: row.dimension or "", reverse=order.is_up)
        return [*named, *(row for row in rows if row.dimension is None)]
    number = COLUMNS[order.column].number
    known = [(row, number(row)) for row in rows]
    sortable = [(Fraction(value), row) for row, value in known if value is not None]
    sortable.sort(key=lambda each: each[0], reverse=not order.is_up)
    return [*(row for _, row in sortable), *(row for row, value in known if value is None)]
