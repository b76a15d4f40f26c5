"""The rows of a file, whichever kind of file it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import BinaryIO

from ..errors import BadValue
from .columns import IMPORT_COLUMNS
from .delimited import delimited_rows
from .json_lines import json_rows
from .lines import file_lines
from .rows import Row


def read_rows(
    file: BinaryIO,
    *,
    columns: Collection[str] = IMPORT_COLUMNS,
    ignored: Collection[str] = (),
    on_bytes: Callable[[int], object] = int,
) -> Iterator[Row]:
    """The rows of a CSV file with a heading, or of JSON lines; lazily.

    JSON lines begin with ``{``. What separates the columns of CSV, comma, semicolon or tab, is told
    by the heading. UTF-8, with or without a byte order mark.

    :param columns: that there may be.
    :param ignored: names of columns that are not to be read.
    :param on_bytes: is told of each line how long it is.
    :raises BadValue: if there is no heading that can be used.
    """
    lines = file_lines(file, on_bytes)
    first = next((line for line in lines if line.content.strip()), None)
    if first is None:
        raise BadValue("file", "is empty")
    read = json_rows if first.content.lstrip().startswith(b"{") else delimited_rows
    return read(chain([first], lines), columns, ignored)
