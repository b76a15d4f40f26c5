"""The words, signs and quoted texts that a segment's text is made of, and where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, NoReturn

from .errors import BadValue

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | '(?P<single>(?:[^']|'')*)'
      | "(?P<double>(?:[^"]|"")*)"
      | (?P<sign>>=|<=|[=<>(),])
      | (?P<word>[^\s'"=<>(),]+)""",
    re.VERBOSE,
)
_SHOWN: Final = 30  # characters on each side of what is wrong


class Token(NamedTuple):
    """One of them.

    :param text: without the quotes; empty at the end.
    :param word: the same in small letters, where it may be a word of ours or a sign.
    :param start: the place of its first character.
    """

    text: str
    word: str
    start: int


def _tokens(text: str) -> Iterator[Token]:
    """All tokens of a text, and the end as the last one."""
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise _wrong(text, place, "has a quotation mark that no other one ends")
        start, place = place, found.end()
        kind = found.lastgroup or ""
        token = found[kind]
        if kind == "single":
            yield Token(token.replace("''", "'"), "", start)
        elif kind == "double":
            yield Token(token.replace('""', '"'), "", start)
        elif kind != "space":
            yield Token(token, token.lower(), start)
    yield Token("", "", len(text))


class Reader:
    """Reads the tokens of a text from left to right.

    :raises BadValue: naming ``where``, if a quoted text does not end.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._read = 0

    @property
    def next(self) -> Token:
        """The first that is not read yet."""
        return self._tokens[self._read]

    @property
    def ended(self) -> bool:
        """Whether all are read."""
        return self._read == len(self._tokens) - 1

    def take(self) -> Token:
        """Read the next one."""
        token = self.next
        self._read += 1
        return token

    def took(self, word: str) -> bool:
        """Whether the next one is this word of ours, or sign; then it is read."""
        is_next = self.next.word == word
        self._read += is_next
        return is_next

    def sign(self, sign: str) -> None:
        """Read a sign.

        :raises BadValue: if another token comes next.
        """
        if not self.took(sign):
            self.expect(f'"{sign}"')

    def matching(self, plain: re.Pattern[str], what: str) -> str:
        """Read a text that looks so.

        :raises BadValue: if another token comes next.
        """
        if plain.fullmatch(self.next.text) is None:
            self.expect(what)
        return self.take().text

    def expect(self, what: str) -> NoReturn:
        """Say what should come next.

        :raises BadValue: naming ``where``.
        """
        self.fail(f"expects {what}, and found {'the end' if self.ended else repr(self.next.text)}")

    def fail(self, problem: str, at: Token | None = None) -> NoReturn:
        """Say what is wrong, and point at a token, or else at the next one.

        :raises BadValue: naming ``where``.
        """
        raise _wrong(self._text, (at or self.next).start, problem)


def _wrong(text: str, start: int, problem: str) -> BadValue:
    first = max(start - _SHOWN, 0)
    # In one line that is as wide as it has characters.
    near = "".join(c if c.isprintable() else " " for c in text[first : start + _SHOWN])
    pointer = " " * (start - first) + "^"
    return BadValue("where", f"{problem}, at character {start + 1}\n  {near}\n  {pointer}")
