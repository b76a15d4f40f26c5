"""A report as rows of a listing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from ..money import decimal_of
from .listing import Cell, Column, render_rows
from .query import Report, ReportRow

Titles = Mapping[str, str]
_NO_TITLES: Titles = MappingProxyType({})


def render(report: Report, form: str, titles: Titles = _NO_TITLES) -> str:
    """The report as text that ends with a line break.

    :param form: one of :data:`~.listing.FORMATS`.
    :param titles: what a table shows for people beside a dimension's value (a target's title).
    """
    columns = [
        *(Column(report.by), Column("currency")),
        *(Column(name, numeric=True) for name in ("count", "quantity", "revenue")),
        *(Column(name, numeric=True) for name in ("refunded", "net")),
    ]
    if form == "table" and not any(row.refunded for row in report.rows):
        columns = columns[:-2]  # to people, zeros and the same once more say nothing
    is_table = form == "table"
    places = 2 if is_table else 6
    rows = [
        _cells(row, _label(row.dimension, titles) if is_table else row.dimension, places)
        for row in report.rows
    ]
    totals = [_cells(row, "total", places) for row in report.totals]
    return render_rows(
        columns,
        [row[: len(columns)] for row in rows],
        form,
        footer=[row[: len(columns)] for row in totals],
        empty="no conversions",
    )


def _label(value: str | None, titles: Titles) -> str:
    if value is None:
        return "(none)"
    title = titles.get(value)
    return value if title is None else f"{value} {title}"


def _cells(row: ReportRow, label: str | None, places: int) -> tuple[Cell, ...]:
    numbers = (_rounded(number, places) for number in (row.count, row.quantity))
    return (label, row.currency, *numbers, row.revenue, row.refunded, row.net)


def _rounded(number: int | Fraction, places: int) -> int | Decimal:
    """A fraction, which may have no end as a decimal, with so many places."""
    if isinstance(number, int):
        return number
    return decimal_of(round(number * 10**places), places)
