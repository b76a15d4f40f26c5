"""Which names in a request are parameters of a dialect, and so tell nothing about a person."""

from __future__ import annotations

import re
from typing import Final

from . import affiliate, bluehornet, splio, ubivox_order, ubivox_parameters, ubivox_target

_MOST: Final = 500  # pairs that are looked at
_LONGEST: Final = 40  # no name of theirs is
_KNOWN: Final = ubivox_target.FIELDS.union(
    ubivox_order.SNIPPET_FIELDS, affiliate.FIELDS, bluehornet.FIELDS, splio.FIELDS
)
_BETWEEN: Final = re.compile("[&;]")


def known_names(text: str) -> tuple[str, ...]:
    """The dialects' parameters in a query string, a form or a list of names, each once.

    Of those of products the first of a kind: one that is wrong with the first is mostly wrong with
    all, and there may be hundreds. Any other name may be somebody's address as well, and is left
    out.
    """
    names: dict[str, str] = {}
    for pair in _BETWEEN.split(text, maxsplit=_MOST)[:_MOST]:
        name = pair.partition("=")[0]
        field = name if name in _KNOWN else _ubivox_field(name)
        if field is not None:
            names.setdefault(field, name)
    return tuple(names.values())


def _ubivox_field(name: str) -> str | None:
    if not name.startswith("et_") or len(name) >= _LONGEST:
        return None
    return ubivox_parameters.field_of(name)
