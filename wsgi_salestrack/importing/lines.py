"""The lines of a file, none of them longer than fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, NamedTuple

#: Bytes of a line at most.
LONGEST_LINE: Final = 1 << 20
_BOM: Final = b"\xef\xbb\xbf"


class FileLine(NamedTuple):
    """A line of a file.

    :param content: with its line break.
    :param whole: no, where it is too long and only its beginning is here.
    """

    number: int
    content: bytes
    whole: bool = True


def file_lines(file: BinaryIO, on_bytes: Callable[[int], object]) -> Iterator[FileLine]:
    """All lines, without a byte order mark.

    :param on_bytes: is told how many bytes were read.
    """
    number = 0
    while read := file.readline(LONGEST_LINE + 1):
        number += 1
        on_bytes(len(read))
        content = read.removeprefix(_BOM) if number == 1 else read
        whole = len(read) <= LONGEST_LINE
        while len(read) > LONGEST_LINE and not read.endswith(b"\n"):
            read = file.readline(LONGEST_LINE + 1)
            on_bytes(len(read))
        yield FileLine(number, content, whole)
