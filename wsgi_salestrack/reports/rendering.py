"""A report as text: a table for people, CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from .query import Report, ReportRow

Titles = Mapping[str, str]
_NO_TITLES: Titles = MappingProxyType({})

# Unicode's categories of what would move a terminal's cursor, break or turn the line.
_MOVING = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report, form: str, titles: Titles = _NO_TITLES) -> str:
    """The report as text that ends with a line break.

    :param form: one of :data:`FORMATS`.
    :param titles: what a table shows for people beside a dimension's value (a target's title).
    """
    return _RENDERERS[form](report, titles)


def _as_table(report: Report, titles: Titles) -> str:
    header = (report.by, "currency", "count", "quantity", "revenue")
    rows = [_cells(row, _label(row.dimension, titles)) for row in report.rows]
    totals = [_cells(row, "total") for row in report.totals]
    if not rows:
        return "no conversions\n"
    widths = [max(map(_width, column)) for column in zip(header, *rows, *totals, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    lines = [_line(header, widths), rule]
    lines += [_line(row, widths) for row in rows]
    lines += [rule, *(_line(row, widths) for row in totals)]
    return "".join(line.rstrip() + "\n" for line in lines)


def _label(value: str | None, titles: Titles) -> str:
    if value is None:
        return "(none)"
    title = titles.get(value)
    return _printable(value if title is None else f"{value} {title}")


def _cells(row: ReportRow, label: str) -> tuple[str, ...]:
    revenue = "-" if row.revenue is None else f"{row.revenue:,f}"
    return (label, row.currency or "-", f"{row.count:,}", f"{row.quantity:,}", revenue)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    texts = cells[:2]
    numbers = cells[2:]
    return "  ".join(
        [text + " " * (width - _width(text)) for text, width in zip(texts, widths, strict=False)]
        + [number.rjust(width) for number, width in zip(numbers, widths[2:], strict=True)]
    )


def _printable(text: str) -> str:
    """Without what would move a terminal's cursor or turn the line's direction."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _MOVING else c for c in text
    )


def _width(text: str) -> int:
    """Columns on a terminal."""
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _as_csv(report: Report, titles: Titles) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((report.by, "currency", "count", "quantity", "revenue"))
    for row in report.rows:
        revenue = "" if row.revenue is None else f"{row.revenue:f}"
        value = _defused(row.dimension or "")
        writer.writerow((value, row.currency or "", row.count, row.quantity, revenue))
    return out.getvalue()


def _defused(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _as_json(report: Report, titles: Titles) -> str:
    rows = [
        {
            report.by: row.dimension,
            "currency": row.currency,
            "count": row.count,
            "quantity": row.quantity,
            # Text, for many a JSON reader would make a float of a number.
            "revenue": None if row.revenue is None else f"{row.revenue:f}",
        }
        for row in report.rows
    ]
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n"


_RENDERERS: Final[dict[str, Callable[[Report, Titles], str]]] = {
    "table": _as_table,
    "csv": _as_csv,
    "json": _as_json,
}

FORMATS: Final = tuple(_RENDERERS)
