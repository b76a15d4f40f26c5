"""Values that no field takes, by what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: No value at all.
MISSING: Final = "missing"
#: The good one again.
TWICE: Final = "twice"

#: Bad for whatever is text. NUL and half of a surrogate pair are what no store keeps.
TEXTS: Final[Mapping[str, bytes]] = {
    MISSING: b"",
    "empty": b"",
    TWICE: b"",
    "too long": b"x" * 5000,
    "NUL": b"a\0b",
    "lone surrogate": b"\xed\xa0\x80",
    "not UTF-8": b"\xff",
}
#: Bad for a number as well, whatever it counts.
NUMBERS: Final[Mapping[str, bytes]] = {
    **TEXTS,
    "too many digits": b"9" * 5000,
    "a word": b"one",
    "negative": b"-1",
    "NaN": b"NaN",
    "infinite": b"Infinity",
    "exponent": b"1e5",
    "hexadecimal": b"0x10",
    "comma and point": b"1,000.00",
    "point and comma": b"1.000,00",
    "underscore": b"1_000",
    "space": b"1 000",
    "Arabic digits": "\u0661\u0662".encode(),
    "full-width digit": "\uff11".encode(),
    "superscript": "\u00b2".encode(),
}
INTEGERS: Final[Mapping[str, bytes]] = {**NUMBERS, "decimals": b"1.5", "zero": b"0"}
#: An API's client says so many products, and brings one.
COUNTS: Final[Mapping[str, bytes]] = {**INTEGERS, "claimed": b"100000"}
DIGESTS: Final[Mapping[str, bytes]] = {**NUMBERS, "another key's": b"0" * 64}
#: What a path cannot be without, or has but once.
PATHS: Final = {name: value for name, value in TEXTS.items() if name not in (MISSING, TWICE)}
#: XML itself has no place for these.
NO_XML: Final = frozenset(("NUL", "lone surrogate", "not UTF-8"))
