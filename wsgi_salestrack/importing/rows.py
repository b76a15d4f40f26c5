"""A row as it was given, before anybody has looked at its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

#: What a row of the host's own is: column -> text, number, time or, for ``lines``, a list of such.
Given: TypeAlias = Mapping[str, object]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row.

    :param line: where it begins in its file, or which one of the mappings or records it is, from 1.
    :param values: column -> value; what is empty may be there as empty text or None.
    :param problem: why it can't be read, naming the column where there is one; then it has no
        values.
    """

    line: int
    values: Given = {}
    problem: str | None = None
