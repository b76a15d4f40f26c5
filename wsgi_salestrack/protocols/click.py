"""Click links, ``GET /r/<token>``, and landing pages, ``?st_token=<token>``: who clicks, and why.

The vendors' own behaviour: "when your recipient clicks on a link in the newsletter, we add cookies
[...] the last link used within the Campaign Newsletter is kept" [Splio].
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..bots import is_bot
from ..touches import Verdict
from .limits import LONGEST_QUERY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def verdict_on(environ: WSGIEnvironment) -> Verdict:
    """What a click looks like; headers that are missing are neutral [ours]."""
    if is_bot(environ.get("HTTP_USER_AGENT", "")):
        return "bot"
    purpose = environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE") or ""
    if "prefetch" in purpose.lower():
        return "prefetch"
    # An image or a hidden frame that stuffs cookies is no visit.
    if environ.get("HTTP_SEC_FETCH_DEST", "document") != "document":
        return "embedded"
    return "valid"


def landing_token(query: str, parameter: str) -> str | None:
    """The value of the landing parameter in a raw query string; None where there is none."""
    if len(query) > LONGEST_QUERY:
        return None
    marker = parameter + "="
    for pair in query.split("&"):
        if pair.startswith(marker):
            return unquote(pair[len(marker) :])
    return None
