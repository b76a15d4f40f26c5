"""What the affiliate pixel's description says of a hit, read in another way than we read it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl

LONGEST = 64 * 1024
OVERRIDES = ("com1_type", "com1_value", "com2_type", "com2_value")

# Link, reference, cents and what the hit says it earns.
Sale = tuple[str | None, str | None, int, list[tuple[str, str] | None]]


def sale_of(link: bytes, code: str, query: bytes, body: bytes | None) -> Sale | None:
    """What a hit reports.

    :param code: ``free`` if it allows overrides.
    :returns: None where nothing is to be recorded.
    """
    fields = _fields_of(code, query if body is None else b"&".join(filter(None, (query, body))))
    cents = None if fields is None else _cents_of(fields.get("amount", ""))
    try:
        name = link.decode()
    except UnicodeDecodeError:
        return None
    if fields is None or cents is None or len(name) > 100 or "\0" in name:
        return None
    reference = fields.get("id", "").strip()
    if len(reference) > 25 or "\0" in reference:
        return None
    rules = []
    for tier in ("com1", "com2"):
        kind, value = fields.get(f"{tier}_type", ""), fields.get(f"{tier}_value", "")
        if not re.fullmatch(r"|percent=(\d{1,2}|100)|fixed=\d{1,8}", f"{kind}={value}".strip("=")):
            return None
        rules.append((kind, value) if kind else None)
    return name or None, reference or None, cents, rules


def _fields_of(code: str, text: bytes) -> dict[str, str] | None:
    if len(text) > LONGEST or len(re.findall(rb"[;&]", text)) > 500:
        return None
    # parse_qsl() takes ASCII alone, and one separator.
    escaped = re.sub(rb"[\x80-\xff]", lambda found: b"%%%02X" % found[0][0], text).decode()
    known = ("amount", "id", *(OVERRIDES if code == "free" else ()))
    read = parse_qsl(escaped.replace(";", "&"), keep_blank_values=True, errors="surrogateescape")
    pairs = [(name, value) for name, value in read if name in known]
    fields = dict(pairs)
    if len(fields) < len(pairs) or any("\ud800" <= c <= "\udfff" for _, v in pairs for c in v):
        return None
    return fields


def _cents_of(amount: str) -> int | None:
    """By the kinds of its characters; what no amount has beyond ASCII does not come up here."""
    if len(amount) > 100 or not re.fullmatch(r"[^.]*(\.[^0-9.]*[0-9]*[^0-9.]*)?", amount):
        return None
    kept = ""
    for character in amount:
        kind = unicodedata.category(character)
        if kind[0] in "LNM" and character not in "0123456789":
            return None
        if character in "+-()" or (kind == "Cc" and not character.isspace()):
            return None
        if character in "0123456789.":
            kept += character
        elif not (
            character.isascii()
            or kind in ("Sc", "Zs", "Zl", "Zp")
            or character in "\u2019\u200e\u200f\u061c\x85"
        ):
            return None
    number = re.fullmatch(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?", kept)
    if number is None:
        return None
    decimals = (number[2] or "").ljust(2, "0")
    cents = int(number[1] + decimals[:2])
    return None if decimals[2:].strip("0") or cents > 9999999999 else cents
