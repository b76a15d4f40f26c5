"""CSV: cells between commas, semicolons or tabs, below a heading.

A quote that is not closed would swallow all that follows. So where a record of several lines is no
good, only its first line is given up, and the others are read again.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Collection, Iterator
from typing import Final

from ..errors import BadValue
from .columns import known_columns
from .lines import FileLine
from .rows import Row

_DELIMITERS: Final = ",;\t"


class _Source:
    """Lines as text, which can be read again.

    Bytes that are not UTF-8 become halves of surrogate pairs, which no field takes: so the value
    that they stand in is refused, and not the whole file.
    """

    def __init__(self, lines: Iterator[FileLine]) -> None:
        self._lines = lines
        self._again = deque[FileLine]()
        self._taken = list[FileLine]()

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        if not line.whole:
            raise csv.Error("it is longer than 1 MiB")
        return line.content.decode("utf-8", "surrogateescape")

    def begin_record(self) -> None:
        """What is taken from here on is of the next record."""
        self._taken.clear()

    @property
    def record_begins_at(self) -> int:
        """The number of its first line."""
        return self._taken[0].number

    def give_up_first_line(self) -> None:
        """The record's other lines are to be read again."""
        self._again.extendleft(reversed(self._taken[1:]))


def delimited_rows(
    lines: Iterator[FileLine], columns: Collection[str], ignored: Collection[str]
) -> Iterator[Row]:
    """A row for each record below the heading.

    :raises BadValue: if the heading can't be used.
    """
    source = _Source(lines)
    try:
        heading = next(source, "")
        delimiter = max(_DELIMITERS, key=heading.count)
        names = next(csv.reader([heading], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadValue("heading", f"is not CSV: {error}") from None
    return _rows(source, delimiter, known_columns(names, columns, ignored))


def _rows(source: _Source, delimiter: str, columns: list[str | None]) -> Iterator[Row]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin_record()
        problem = None
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"line is not CSV: {error}"
        if problem is None and not any(cells):
            continue  # as spreadsheets leave behind
        if problem is None and len(cells) != len(columns):
            problem = f"line has {len(cells)} cells, and the heading {len(columns)}"
        if problem is not None:
            line = source.record_begins_at
            source.give_up_first_line()
            yield Row(line=line, problem=problem)
        else:
            meant = zip(columns, cells, strict=True)
            values = {name: cell for name, cell in meant if name and cell}
            yield Row(line=source.record_begins_at, values=values)
