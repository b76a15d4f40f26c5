"""The parameters of a query string or of a form's body, decoded by the rules all dialects share."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from urllib.parse import unquote_to_bytes

from ..checks import check_text
from ..errors import BadHit, BadValue
from .limits import LONGEST_QUERY, MOST_PARAMETERS

# Encoded. No name of ours has a hundred characters, so none is cut.
_LONGEST_NAME = 300


def fields(
    text: str,
    known: AbstractSet[str],
    *,
    own: tuple[str, ...] = (),
    what: str = "the query string",
) -> dict[str, str]:
    """The known parameters, decoded; other people's may be in any encoding.

    Written out, for ``parse_qsl`` takes as long as the rest of a hit together.

    :param text: as it was sent, its bytes as latin-1.
    :param known: names, all ASCII.
    :param own: what the dialect's names begin with: such a one that is not known, perhaps misspelt,
        leaves an entry of its own behind, ``""``.
    :param what: the text is called in the phrases of its limits.
    :raises BadHit: naming the parameter.
    """
    if len(text) > LONGEST_QUERY:
        raise BadHit(f"{what} is longer than 64 KiB")
    if text.count("&") > MOST_PARAMETERS:
        raise BadHit(f"{what} has more than {MOST_PARAMETERS} parameters")
    encoded = "%" in text or "+" in text or not text.isascii()
    found: dict[str, str] = {}
    for pair in text.split("&"):
        written, _, value = pair.partition("=")
        name = name_of(written) if encoded else written
        if name in known:
            if name in found:
                raise BadHit(f"{name} is given twice")
            found[name] = decoded(value, name) if encoded else value
        elif name.startswith(own):
            found[""] = decoded(written, "a parameter's name")
    return found


def name_of(written: str) -> str:
    """A parameter's name; of one that is longer than any of ours only the beginning is decoded.

    The standard library takes long for 64 KiB of ``%``.
    """
    beginning, rest = written[:_LONGEST_NAME], written[_LONGEST_NAME:]
    return unquoted(beginning).decode("latin-1") + rest


def decoded(text: str, name: str) -> str:
    """Percent-decoded text.

    Strictly UTF-8: with replacement characters two references could become the same one.

    :raises BadHit: naming the parameter.
    """
    try:
        return unquoted(text).decode()
    except UnicodeDecodeError:
        raise BadHit(f"{name} is not UTF-8") from None


def check(text: str, name: str, longest: int) -> None:
    """Refuse what no store can keep; an empty text is none.

    :param longest: in characters.
    :raises BadHit: naming the parameter.
    """
    try:
        if text:
            check_text(name, text, longest)
    except BadValue as error:
        raise BadHit(str(error)) from None


def unquoted(text: str) -> bytes:
    """Percent-decoded bytes."""
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1", "replace"))
