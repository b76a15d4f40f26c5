"""Rows as text: a table for people, CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

import msgspec

Cell: TypeAlias = str | int | Decimal | None
Cells: TypeAlias = Sequence[Cell]

# Unicode's categories of what would move a terminal's cursor, break or turn the line.
_MOVING: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))

# Rows that are rendered at a time.
_PAGE: Final = 1000

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Column(NamedTuple):
    """A column of a listing.

    :param numeric: whether it is set flush right.
    :param width: on a terminal, at least, where rows are printed before all are known.
    """

    name: str
    numeric: bool = False
    width: int = 0


def render_rows(
    columns: Sequence[Column],
    rows: Sequence[Cells],
    form: str,
    *,
    footer: Sequence[Cells] = (),
    empty: str,
) -> str:
    """All rows as text that ends with a line break.

    :param form: one of :data:`FORMATS`.
    :param footer: rows below a table's rule, of no interest to programs.
    :param empty: what people read in place of a table without rows.
    """
    if form == "table":
        return _table(columns, rows, footer) if rows else f"{empty}\n"
    return _FOR_PROGRAMS[form](columns, rows)


def render_pages(
    columns: Sequence[Column], rows: Iterable[Cells], form: str, *, empty: str
) -> Iterator[str]:
    """All rows, of which there may be more than fit into memory: pieces of one text.

    They are what :func:`render_rows` gives, but that a table is as wide as its first thousand rows.
    """
    each = iter(rows)
    pages = iter(lambda: list(islice(each, _PAGE)), [])
    first = next(pages, [])
    if form != "json" or not first:
        yield render_rows(columns, first, form, empty=empty)
        wide = _as_wide_as(columns, first) if form == "table" else columns
        yield from (render_lines(wide, page, form, header=False) for page in pages)
        return
    # Each page without its brackets, which are those of the whole list.
    yield _json(columns, first)[:-3]
    for page in pages:
        yield ",\n" + _json(columns, page)[2:-3]
    yield "\n]\n"


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
    lines = [_line(columns, [_shown(cell) for cell in row], _widths(columns)) for row in rows]
    if header:
        lines.insert(0, _line(columns, [column.name for column in columns], _widths(columns)))
    return "".join(lines)


def _table(columns: Sequence[Column], rows: Sequence[Cells], footer: Sequence[Cells]) -> str:
    names = [column.name for column in columns]
    shown = [[_shown(cell) for cell in row] for row in rows]
    below = [[_shown(cell) for cell in row] for row in footer]
    widths = _widths(_as_wide_as(columns, [*rows, *footer]))
    rule = "  ".join("-" * width for width in widths) + "\n"
    lines = [_line(columns, names, widths), rule]
    lines += [_line(columns, row, widths) for row in shown]
    if below:
        lines += [rule, *(_line(columns, row, widths) for row in below)]
    return "".join(lines)


def _as_wide_as(columns: Sequence[Column], rows: Sequence[Cells]) -> list[Column]:
    """The columns, as wide as a table of these rows."""
    shown = [[_shown(cell) for cell in row] for row in rows]
    names = [column.name for column in columns]
    return [
        column._replace(width=max(map(_width, cells)))
        for column, cells in zip(columns, zip(names, *shown, strict=True), strict=True)
    ]


def _widths(columns: Sequence[Column]) -> list[int]:
    return [column.width for column in columns]


def _shown(cell: Cell) -> str:
    """A value for people."""
    if cell is None:
        return "-"
    if isinstance(cell, Decimal):
        return f"{cell:,f}"
    return f"{cell:,}" if isinstance(cell, int) else _printable(cell)


def _line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if column.numeric else cell + " " * (width - _width(cell))
        for column, cell, width in zip(columns, cells, widths, strict=True)
    ]
    return "  ".join(padded).rstrip() + "\n"


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
