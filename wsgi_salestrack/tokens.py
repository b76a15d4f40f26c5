"""Sealed tokens: encrypted, tamper-proof and short.

One primitive for click links, the cookie and attribution tokens: AES-SIV (RFC 5297). There is no
nonce to misuse, and the same payload gives the same token, so a link's URL is the same each time
it is made. Each secret and purpose has a key of its own; the site is associated data: a token
opens only for the purpose and site that it was sealed for.
"""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import BadToken
from .touches import Touch

Payload = TypeVar("Payload")

# Our longest token is a click of six names of 100 characters each and a long destination. The
# bound keeps a hostile one from costing more than a look.
_LONGEST = 8192
_TO_URL_SAFE = bytes.maketrans(b"+/", b"-_")
# What a token may end with, by its length modulo 4: of its last character only some bits count,
# and the others are zero.
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LAST = (_ALPHABET, "", _ALPHABET[::16], _ALPHABET[::4])
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class ClickPayload(msgspec.Struct, frozen=True, array_like=True):
    """What a click token holds; the touch has no time, for the same link gives the same token."""

    destination: str
    touch: Touch


class SnippetPayload(msgspec.Struct, frozen=True, array_like=True):
    """What the token in an order's snippet holds."""

    customer_ref: str
    order_ref: str


class Seal(Generic[Payload]):
    """Seals and opens payloads of one type for one purpose and site.

    :param payload: the type, a msgspec Struct.
    :param secrets: newest first; the first seals, all open.
    :param purpose: text that keeps tokens of one kind from opening as another.
    """

    def __init__(
        self, payload: type[Payload], *, secrets: Sequence[bytes], purpose: str, site: str
    ) -> None:
        self._ciphers = [AESSIV(_derive_key(secret, purpose)) for secret in secrets]
        self._associated = [site.encode()]
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(payload)

    def seal(self, payload: Payload) -> str:
        """The token: URL-safe base64 without padding."""
        sealed = self._ciphers[0].encrypt(self._encoder.encode(payload), self._associated)
        encoded = binascii.b2a_base64(sealed, newline=False)
        return encoded.translate(_TO_URL_SAFE, b"=").decode("ascii")

    def open(self, token: str) -> Payload:
        """The payload that was sealed.

        :raises BadToken: if no listed key opens it.
        """
        if len(token) > _LONGEST:
            raise BadToken("the token is too long")
        try:
            # Strict, since base64 otherwise skips what it does not know, and one token would have
            # many spellings. Padding was never part of it.
            encoded = token.encode("ascii").translate(_FROM_URL_SAFE, b"+/=")
            if len(encoded) != len(token) or token[-1:] not in _LAST[len(token) % 4]:
                raise BadToken("the token is not URL-safe base64")
            sealed = binascii.a2b_base64(encoded + b"==="[: -len(token) % 4], strict_mode=True)
        except ValueError:
            raise BadToken("the token is not URL-safe base64") from None
        for cipher in self._ciphers:
            try:
                return self._decoder.decode(cipher.decrypt(sealed, self._associated))
            except InvalidTag:
                continue
            except msgspec.DecodeError:
                raise BadToken("the token is of another version") from None
        raise BadToken("no listed key opens the token")


def _derive_key(secret: bytes, purpose: str) -> bytes:
    info = f"salestrack 1 {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
