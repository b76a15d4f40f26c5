"""JSON lines: an object a line, with the same names as the columns of CSV."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec

from ..errors import BadValue
from .columns import known_columns
from .lines import FileLine
from .rows import Row

# A number's text is kept, for a float is not exact.
_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=str)


def json_rows(
    lines: Iterator[FileLine], columns: Collection[str], ignored: Collection[str]
) -> Iterator[Row]:
    """A row for each object; each may have other names than the one before."""

    @lru_cache(maxsize=128)
    def known(names: tuple[str, ...]) -> list[str | None]:
        return known_columns(names, columns, ignored)

    for line in lines:
        if not line.content.strip():
            continue
        if not line.whole:
            yield Row(line=line.number, problem="line is longer than 1 MiB")
            continue
        try:
            values = _DECODER.decode(line.content)
            meant = zip(known(tuple(values)), values.values(), strict=True)
            yield Row(line=line.number, values={name: value for name, value in meant if name})
        except BadValue as error:
            yield Row(line=line.number, problem=str(error))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield Row(line=line.number, problem="line is not a JSON object")
