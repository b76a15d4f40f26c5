"""Which names in a request are parameters of a dialect, and so tell nothing about a person."""

from __future__ import annotations

import re
from typing import Final

from . import ubivox_parameters

_MOST: Final = 500  # pairs that are looked at
_LONGEST: Final = 40  # no name of theirs is
_KNOWN: Final = frozenset(
    (
        *("st_revenue", "st_quantity", "st_currency", "st_reference", "t"),
        *("roi_data", "order_id", "purchase_date", "ignore_duplicate_orders"),
        *("universe", "amount", "id", "com1_type", "com1_value", "com2_type", "com2_value"),
    )
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
