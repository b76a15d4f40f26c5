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

    Any other name may be somebody's address as well, and is left out.
    """
    pairs = _BETWEEN.split(text, maxsplit=_MOST)[:_MOST]
    names = dict.fromkeys(pair.partition("=")[0] for pair in pairs)
    return tuple(name for name in names if name in _KNOWN or _is_ubivox(name))


def _is_ubivox(name: str) -> bool:
    return name.startswith("et_") and len(name) < _LONGEST and ubivox_parameters.is_known(name)
