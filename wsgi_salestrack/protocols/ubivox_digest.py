"""Ubivox's anti-tampering: ``et_digest``, which says that a shop's own server wrote a query.

[doc] "Take the complete URL encoded parameter list (e.g. bar=baz&foo=quux) sorted by the key name.
Feed this string into an HMAC-SHA256 keyed by the anti-tampering key from your account. Hex encode
the resulting digest and add as the et_digest parameter."
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence

from ..errors import BadHit

_NAME = "et_digest"
_HEXADECIMAL = re.compile("[0-9A-Fa-f]{64}")


def sign(query: str, key: bytes) -> str:
    """The digest of a query string, in hexadecimal.

    :param query: raw, as it goes over the wire; a digest in it does not count.
    """
    return hmac.digest(key, _signed_text(query), "sha256").hex()


def verify(query: str, keys: Sequence[bytes]) -> None:
    """Refuse a query string that was signed with none of the keys.

    :param query: raw, as it came over the wire (latin-1).
    :raises BadHit: saying what is wrong with ``et_digest``.
    """
    digests = [pair.partition("=")[2] for pair in query.split("&") if _name(pair) == _NAME]
    if not digests:
        raise BadHit(f"{_NAME} is missing")
    if len(digests) > 1:
        raise BadHit(f"{_NAME} is given twice")
    if _HEXADECIMAL.fullmatch(digests[0]) is None:
        raise BadHit(f"{_NAME} is not 64 hexadecimal digits")
    sent = bytes.fromhex(digests[0])  # in upper or lower case [ours]
    text = _signed_text(query)
    if not any(hmac.compare_digest(hmac.digest(key, text, "sha256"), sent) for key in keys):
        raise BadHit(f"{_NAME} does not match the parameters")


def _signed_text(query: str) -> bytes:
    """The pairs as they were sent, sorted by the bytes of their keys.

    They are not decoded and encoded again: clients write a space as ``+`` or as ``%20``, and each
    signed what it wrote [ours].
    """
    pairs = [pair for pair in query.split("&") if pair and _name(pair) != _NAME]
    return "&".join(sorted(pairs, key=_name)).encode("latin-1", "replace")


def _name(pair: str) -> str:
    return pair.partition("=")[0]
