"""Names of somebody who was forgotten, where they stand within other text: pure functions."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus

import msgspec

#: Characters of a name below which it may be a part of anything else.
_SHORTEST: Final = 4
_LONGEST_STAND_IN: Final = 8
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"


class Mask(NamedTuple):
    """Puts a stand-in where a name is.

    :param name: as it is.
    :param spellings: also as an address has it, and as JSON has it.
    :param stand_in: says nothing, and is no longer than the name: what is masked still fits.
    :param is_address: whether it is a mail address, which is never by accident a part of a text.
    """

    name: str
    spellings: tuple[str, ...]
    stand_in: str
    is_address: bool

    def applied(self, text: str) -> str:
        """The text without the name, however it is capitalised."""
        return re.sub(
            "|".join(map(re.escape, self.spellings)), self.stand_in, text, flags=re.IGNORECASE
        )


def masks_of(names: Iterable[str]) -> list[Mask]:
    """A mask for each name that says who it is: not for ``c8`` nor ``2026``."""
    return [_mask_of(name) for name in sorted(names, key=len, reverse=True) if _is_telling(name)]


def pattern_of(text: str) -> str:
    """What finds texts that hold this one, and others: for ``LIKE ... ESCAPE '!'``.

    Beyond ASCII a database may not know what the same letter is, capitalised.
    """
    literally = re.sub("[!%_]", r"!\g<0>", text)
    return f"%{re.sub('[^!-~ ]', '_', literally)}%"


def page_of(destination: str) -> str:
    """A link's destination without what its query and fragment may say of whoever clicked it."""
    return re.split("[?#]", destination, maxsplit=1)[0]


def _is_telling(name: str) -> bool:
    return len(name) >= _SHORTEST and any(map(str.isalpha, name))


def _mask_of(name: str) -> Mask:
    in_json = msgspec.json.encode(name).decode()[1:-1]
    # The longest first, for it may begin with another one.
    spellings = sorted({name, quote(name, safe=""), quote_plus(name), in_json}, key=len)
    length = min(len(name), _LONGEST_STAND_IN)
    return Mask(
        name=name,
        spellings=tuple(reversed(spellings)),
        stand_in="".join(secrets.choice(_ALPHABET) for _ in range(length)),
        is_address="@" in name,
    )
