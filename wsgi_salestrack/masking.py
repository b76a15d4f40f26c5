"""Names of somebody who was forgotten, where they stand within other text: pure functions."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus

#: Characters of a name below which it may be a part of anything else.
_SHORTEST: Final = 4
_LONGEST_STAND_IN: Final = 8
# Characters that are spelled alike in a text, in an address and in JSON.
_PLAIN: Final = re.compile("[A-Za-z0-9._~-]")
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"


class Mask(NamedTuple):
    """Puts a stand-in where a name is.

    :param name: as it is.
    :param spellings: finds it as it is, as an address or JSON has it, and with its accents apart.
    :param stand_in: says nothing, and is no longer than the name: what is masked still fits.
    :param is_address: whether it is a mail address, which is never by accident a part of a text.
    """

    name: str
    spellings: re.Pattern[str]
    stand_in: str
    is_address: bool

    def applied(self, text: str) -> str:
        """The text without the name, however it is spelled and capitalised."""
        return self.spellings.sub(self.stand_in, text)


def masks_of(names: Iterable[str]) -> list[Mask]:
    """A mask for each name that says who it is: not for ``c8`` nor ``2026``."""
    return [_mask_of(name) for name in sorted(names, key=len, reverse=True) if _is_telling(name)]


def pattern_of(text: str) -> str:
    """What finds texts that hold this one, and others: for ``LIKE ... ESCAPE '!'``.

    Beyond ASCII a database may not know what the same letter is, capitalised.
    """
    literally = re.sub("[!%_]", r"!\g<0>", text)
    return f"%{re.sub('[^!-~ ]', '_', literally)}%"


def candidates_of(name: str) -> str:
    """What finds all texts that may hold a name in one of its spellings, and others: likewise.

    What is spelled in more than one way stands for any characters, so that one look is enough.
    """
    return re.sub("%+", "%", f"%{''.join(map(_literally, _characters(name)))}%")


def page_of(destination: str) -> str:
    """A link's destination without what its query and fragment may say of whoever clicked it."""
    return re.split("[?#]", destination, maxsplit=1)[0]


def _is_telling(name: str) -> bool:
    return len(name) >= _SHORTEST and any(map(str.isalpha, name))


def _mask_of(name: str) -> Mask:
    characters = _characters(name)
    spelled = "".join(map(_spelled, characters))
    length = min(len(name), len(characters), _LONGEST_STAND_IN)
    return Mask(
        name=name,
        # A few signs have no spelling of their own in those forms.
        spellings=re.compile(f"{spelled}|{re.escape(name)}", re.IGNORECASE),
        stand_in="".join(secrets.choice(_ALPHABET) for _ in range(length)),
        is_address="@" in name,
    )


def _characters(name: str) -> str:
    """With each accent in its letter, where there is such a letter."""
    return unicodedata.normalize("NFC", name)


def _literally(character: str) -> str:
    if not _PLAIN.fullmatch(character):
        return "%"
    return "!_" if character == "_" else character


def _spelled(character: str) -> str:
    """What finds a character in each of its spellings."""
    if _PLAIN.fullmatch(character):
        return re.escape(character)
    # In an address a capital is spelled with other digits.
    cased = {character, character.lower(), character.upper()}
    forms = {unicodedata.normalize(form, each) for form in ("NFC", "NFD") for each in cased}
    spellings = {spelling for form in forms for spelling in _spellings(form)}
    # The longest first, for it may begin with another one.
    return f"(?:{'|'.join(map(re.escape, sorted(spellings, key=len, reverse=True)))})"


def _spellings(character: str) -> Iterator[str]:
    """As it is, in an address, in an address within another one, in a form, and in JSON."""
    once = quote(character, safe="")
    yield from (character, once, quote(once, safe=""), quote_plus(character))
    yield json.dumps(character)[1:-1]
