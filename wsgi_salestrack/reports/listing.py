"""Rows as text: a table for people, CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

import msgspec

from .table import Cell, Cells, Column, Table, line, shown

# Rows that are rendered at a time.
_PAGE: Final = 1000

# A spreadsheet takes a cell that begins so for a formula.
# The last five are a line feed, and full-width signs, which some programs take for the others.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render_rows(
    columns: Sequence[Column],
    rows: Sequence[Cells],
    form: str,
    *,
    footer: Sequence[Cells] = (),
    empty: str,
    width: int | None = None,
) -> str:
    """All rows as text that ends with a line break.

    :param form: one of :data:`FORMATS`.
    :param footer: rows below a table's rule, of no interest to programs.
    :param empty: what people read in place of a table without rows.
    :param width: columns of the terminal that a table is to fit; None: as wide as it gets.
    """
    if form != "table":
        return _FOR_PROGRAMS[form](columns, rows)
    if not rows:
        return f"{empty}\n"
    table = Table(columns, [*rows, *footer], width)
    return table.head() + table.body(rows) + table.foot(footer)


def render_pages(
    columns: Sequence[Column],
    rows: Iterable[Cells],
    form: str,
    *,
    empty: str,
    width: int | None = None,
) -> Iterator[str]:
    """All rows, of which there may be more than fit into memory: pieces of one text.

    They are what :func:`render_rows` gives, but that a table is as wide as its first thousand rows.
    """
    each = iter(rows)
    pages = iter(lambda: list(islice(each, _PAGE)), [])
    first = next(pages, [])
    if form == "table" and first:
        table = Table(columns, first, width)
        yield table.head() + table.body(first)
        yield from map(table.body, pages)
    elif form == "json" and first:
        # Each page without its brackets, which are those of the whole list.
        yield _json(columns, first)[:-3]
        yield from (",\n" + _json(columns, page)[2:-3] for page in pages)
        yield "\n]\n"
    else:
        yield render_rows(columns, first, form, empty=empty)
        yield from (_csv(columns, page, header=False) for page in pages)


def render_lines(
    columns: Sequence[Column], rows: Iterable[Cells], form: str, *, header: bool
) -> str:
    """Some of many rows, each a line by itself; perhaps none.

    :param header: whether the line of names stands above them.
    """
    if form == "json":
        return "".join(f"{_JSON.encode(each).decode()}\n" for each in _objects(columns, rows))
    if form == "csv":
        return _csv(columns, rows, header=header)
    widths = [column.width for column in columns]
    lines = [line(columns, [shown(cell) for cell in row], widths) for row in rows]
    if header:
        lines.insert(0, line(columns, [column.name for column in columns], widths))
    return "".join(lines)


def _csv(columns: Sequence[Column], rows: Iterable[Cells], *, header: bool = True) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if header:
        writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_defused(cell) for cell in row])
    return out.getvalue()


def _defused(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _json(columns: Sequence[Column], rows: Iterable[Cells]) -> str:
    return msgspec.json.format(_JSON.encode([*_objects(columns, rows)]), indent=2).decode() + "\n"


def _objects(columns: Sequence[Column], rows: Iterable[Cells]) -> Iterable[dict[str, Cell]]:
    # Decimals become text, for many a JSON reader would make a float of a number.
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


_JSON: Final = msgspec.json.Encoder(decimal_format="string")
_FOR_PROGRAMS: Final[dict[str, Callable[[Sequence[Column], Sequence[Cells]], str]]] = {
    "csv": _csv,
    "json": _json,
}

#: How rows may be rendered.
FORMATS: Final = ("table", *_FOR_PROGRAMS)
