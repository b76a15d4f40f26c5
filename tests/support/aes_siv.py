"""AES-SIV by the book, RFC 5297, from AES-CMAC and AES-CTR: what the library's is held against."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.cmac import CMAC


def encrypt(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """The synthetic initialisation vector, then the ciphertext (section 2.6)."""
    for_vector, for_text = key[: len(key) // 2], key[len(key) // 2 :]
    vector = _s2v(for_vector, plaintext, associated)
    counter = int.from_bytes(vector) & ~(1 << 63) & ~(1 << 31)
    cipher = Cipher(AES(for_text), CTR(counter.to_bytes(16))).encryptor()
    return vector + cipher.update(plaintext) + cipher.finalize()


def hkdf_sha256(secret: bytes, info: bytes) -> bytes:
    """32 bytes without a salt (RFC 5869), which is one block."""
    extracted = hmac.digest(bytes(32), secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


def _s2v(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """One string of associated data (section 2.4)."""
    block = _xor(_doubled(_cmac(key, bytes(16))), _cmac(key, associated))
    if len(plaintext) >= 16:
        return _cmac(key, plaintext[:-16] + _xor(plaintext[-16:], block))
    return _cmac(key, _xor(_doubled(block), (plaintext + b"\x80").ljust(16, b"\0")))


def _cmac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()


def _doubled(block: bytes) -> bytes:
    """In the finite field (section 2.3)."""
    shifted = int.from_bytes(block) << 1
    return ((shifted & (1 << 128) - 1) ^ (0x87 if shifted >> 128 else 0)).to_bytes(16)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
