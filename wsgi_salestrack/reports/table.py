"""A table for people, as wide as their terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Final, NamedTuple, TypeAlias

Cell: TypeAlias = str | int | Decimal | None
Cells: TypeAlias = Sequence[Cell]

# Unicode's categories of what would move a terminal's cursor, break or turn the line.
_MOVING: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
#: Spaces between two columns.
GAP: Final = 2
_BETWEEN: Final = " " * GAP
# An id, a moment and most names have less: they stay in one line, from which they can be copied.
_NARROWEST: Final = 20


class Column(NamedTuple):
    """A column of a listing.

    :param numeric: whether it is set flush right.
    :param width: on a terminal, at least, where rows are printed before all are known.
    """

    name: str
    numeric: bool = False
    width: int = 0


class Table:
    """Rows below their names.

    Where there is not enough room, long texts go on in the next line; where that is not enough
    either, each row is a block of lines, each with a name and a value.

    :param rows: those that it is as wide as.
    :param width: columns of the terminal; None: there is room for everything.
    """

    def __init__(self, columns: Sequence[Column], rows: Iterable[Cells], width: int | None) -> None:
        self._columns = columns
        self._names = [column.name for column in columns]
        self._widths = widths_of(columns, rows)
        self._folds = width is not None
        self._is_blocks = width is not None and not self._narrow(width)

    def head(self) -> str:
        """The names."""
        if self._is_blocks:
            return ""
        return line(self._columns, self._names, self._widths) + self._rule()

    def body(self, rows: Iterable[Cells]) -> str:
        """Some rows."""
        return "".join(map(self._block if self._is_blocks else self._row, rows))

    def foot(self, rows: Sequence[Cells]) -> str:
        """Rows below all others, if there are any."""
        if not rows:
            return ""
        return ("" if self._is_blocks else self._rule()) + self.body(rows)

    def _narrow(self, width: int) -> bool:
        """Take from the widest texts what is too much; whether that is enough."""
        texts = [place for place, column in enumerate(self._columns) if not column.numeric]
        while self._sum() > width:
            widest = max(texts, key=self._widths.__getitem__, default=None)
            if widest is None or self._widths[widest] <= _NARROWEST:
                return False
            self._widths[widest] -= 1
        return True

    def _sum(self) -> int:
        return sum(self._widths) + GAP * (len(self._widths) - 1)

    def _rule(self) -> str:
        return _BETWEEN.join("-" * width for width in self._widths) + "\n"

    def _row(self, row: Cells) -> str:
        """As many lines as its longest text needs."""
        texts = [shown(cell) for cell in row]
        if not self._folds:
            return line(self._columns, texts, self._widths)
        lines = zip_longest(*map(_folded, texts, self._widths), fillvalue="")
        return "".join(line(self._columns, each, self._widths) for each in lines)

    def _block(self, row: Cells) -> str:
        """What it has, and an empty line."""
        longest = max(map(len, self._names))
        told = [
            f"{name.ljust(longest)}{_BETWEEN}{shown(cell)}\n"
            for name, cell in zip(self._names, row, strict=True)
            if cell is not None and cell != ""
        ]
        return "".join(told) + "\n"


def widths_of(columns: Sequence[Column], rows: Iterable[Cells]) -> list[int]:
    """How wide each column is where there is room for everything."""
    names = [column.name for column in columns]
    texts = zip(names, *([shown(cell) for cell in row] for row in rows), strict=True)
    return [max(map(_width, each)) for each in texts]


def line(columns: Sequence[Column], texts: Sequence[str], widths: Sequence[int]) -> str:
    """Texts below those of the same column."""
    padded = [
        text.rjust(width) if column.numeric else text + " " * (width - _width(text))
        for column, text, width in zip(columns, texts, widths, strict=True)
    ]
    return _BETWEEN.join(padded).rstrip() + "\n"


def shown(cell: Cell) -> str:
    """A value for people."""
    if cell is None:
        return "-"
    if isinstance(cell, Decimal):
        return f"{cell:,f}"
    return f"{cell:,}" if isinstance(cell, int) else printable(cell)


def _folded(text: str, width: int) -> list[str]:
    """Pieces of a text that are no wider; they end at a space where there is one."""
    pieces = []
    while _width(text) > width:
        end = _room(text, width)
        space = text.rfind(" ", 1, end + 1)
        if space > 0:
            end = space
        pieces.append(text[:end])
        text = text[end:].lstrip(" ")
    return [*pieces, text]


def _room(text: str, width: int) -> int:
    """How many characters there is room for."""
    used = 0
    for place, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return place
    return len(text)


def printable(text: str) -> str:
    """Without what would move a terminal's cursor or turn the line's direction."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _MOVING else c for c in text
    )


def _width(text: str) -> int:
    """Columns on a terminal."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
