"""Several names in one column: JSON with each name on a line of its own, so that SQL finds one.

Within a name JSON has no line break, and a text that is looked for with those around it is a whole
name. So no database needs to read JSON, which each does in another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

_JSON: Final = msgspec.json.Encoder()


def encoded(names: Iterable[str]) -> str:
    """What is stored."""
    return f"[{','.join(map(sought, names))}]"


def sought(name: str) -> str:
    """What a column holds that has the name."""
    return f"\n{_JSON.encode(name).decode()}\n"


def has(column: str, parameter: str) -> str:
    """The condition that a column has a name.

    :param parameter: its name; its value is what is ``sought``.
    """
    # All databases have REPLACE, and with it tell small letters from capitals.
    return f"REPLACE({column}, :{parameter}, '') <> {column}"
