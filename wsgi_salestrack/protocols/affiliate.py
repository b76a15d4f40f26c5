"""The affiliate network's pixel and form, ``/ts/l/<link>/c/<code>``: ``amount`` and ``id``.

"When a sale is successful [...] we need the sales amount (and preferably a unique invoice number as
well) sent to our software via either a link (HTTP GET request), or a form submission (HTTP POST)"
[doc]. What the vendor's documentation leaves open and is decided here says [ours].
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from unicodedata import category

import msgspec

from ..checks import LONGEST_NAME
from ..config import Config
from ..errors import BadHit, BadValue
from ..model import Conversion
from ..money import Money
from ..terms import Rule, Terms
from ..tracking_codes import TrackingCode
from . import form
from .answer import Answer, Header

_ALWAYS: Final = frozenset(("amount", "id"))
_OVERRIDES: Final = ("com1_type", "com1_value", "com2_type", "com2_value")
#: Its parameters.
FIELDS: Final = _ALWAYS.union(_OVERRIDES)
# By whether overrides are allowed: what is read, and of what it is only seen that it is there.
_KNOWN: Final[Mapping[bool, tuple[frozenset[str], tuple[str, ...]]]] = {
    True: (FIELDS, ()),
    False: (_ALWAYS, _OVERRIDES),
}

_LONGEST_ID: Final = 25  # [doc]
_LONGEST_AMOUNT: Final = 100

# What an amount may have around and between its digits. Signs stay, and so do the brackets that
# stand for one in accounts. Beyond ASCII it is currency symbols and spaces, the Swiss apostrophe,
# and the marks for right-to-left that browsers put beside a shekel; other characters there may be a
# minus or a decimal point of somebody's.
_IGNORED: Final = frozenset(string.punctuation) - frozenset("+-.()") | frozenset(
    "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
    "\N{ARABIC LETTER MARK}"
)
_PARTED_DECIMALS: Final = re.compile(r"\.[^0-9]*[0-9]+[^0-9]+[0-9]")

_THANKS: Final = (
    b'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
    b'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    b"<title>Thank you</title>\n<h1>Thank you</h1>\n<p>Thank you for your order.</p>\n</html>\n"
)


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """What a hit reports.

    :param override_ignored: whether it said what it earns, where the code does not let it.
    """

    conversion: Conversion
    override_ignored: bool


def parse(link: str, code: str, text: str, config: Config, at: datetime) -> Sale:
    """The sale that a hit reports.

    Parameters other than the vendor's are no business of ours.

    :param link: as it stands in the path, its bytes as latin-1; a free name, perhaps empty [ours].
    :param code: likewise.
    :param text: the raw query string, the raw form, or both joined by ``&`` (latin-1).
        Parameters are separated by ``;`` [doc], and by ``&`` as browsers write a form.
    :param at: when it came, aware UTC.
    :raises BadHit: naming the field.
    """
    tracking_code = find(code, config)
    if tracking_code is None:
        raise BadHit("unknown tracking code")
    link = _decoded(link, "the link")
    form.check(link, "the link", LONGEST_NAME)
    known, own = _KNOWN[tracking_code.allow_override]
    fields = form.fields(text.replace(";", "&"), known, own=own, what="the query string or form")
    conversion = Conversion(
        source="affiliate",
        scope=tracking_code.scope,
        reference=_reference(fields.get("id", "")),
        revenue=_revenue(fields.get("amount"), config.currency),
        occurred_at=at,
        target=_decoded(code, "the tracking code"),
        affiliate_link=link or None,
        terms=_terms(tracking_code, fields),
    )
    return Sale(conversion=conversion, override_ignored="" in fields)


def find(code: str, config: Config) -> TrackingCode | None:
    """The tracking code of that name; None if it is not configured.

    :param code: as it stands in the path, its bytes as latin-1.
    """
    try:
        return config.tracking_codes.get(_decoded(code, "the tracking code"))
    except BadHit:
        return None


def thank(url: str, cookie: list[Header]) -> Answer:
    """What a buyer who sent the form sees next, whatever became of the sale.

    "Redirection URL to your Thank You page in tracking code settings" [doc]; that page is asked
    for by GET [ours: 303].

    :param url: of that page, as it is configured; without one there is a plain page.
    :param cookie: headers that delete the cookie.
    """
    headers = [("Cache-Control", "private, no-store"), ("X-Content-Type-Options", "nosniff")]
    if url:
        headers += [("Location", url), ("Content-Type", "text/plain; charset=utf-8")]
        return "303 See Other", [*headers, ("Content-Length", "0"), *cookie], b""
    headers += [
        ("Content-Security-Policy", "default-src 'none'"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(_THANKS))),
    ]
    return "200 OK", [*headers, *cookie], _THANKS


def _decoded(name: str, what: str) -> str:
    """A name of the path, which the server has percent-decoded into bytes."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        raise BadHit(f"{what} is not UTF-8") from None


def _reference(text: str) -> str | None:
    """The id without the white space around it [doc]; without an id every hit counts.

    :raises BadHit: naming the field.
    """
    reference = text.strip()
    form.check(reference, "id", _LONGEST_ID)
    return reference or None


def _revenue(text: str | None, currency: str) -> Money:
    """What was paid, in the configured currency, for a hit names none.

    With a decimal point; other non-digits are ignored [doc]. But a letter, a sign or a second point
    is refused, for ``1e5`` is not 15 [ours]; and so is what parts the decimals, for ``1.230,00`` is
    1230 where it is written, and not 1.23 [ours].

    :raises BadHit: naming the field.
    """
    if text is None:
        raise BadHit("amount is required")
    if len(text) > _LONGEST_AMOUNT:
        raise BadHit(f"amount is longer than {_LONGEST_AMOUNT} characters")
    if _PARTED_DECIMALS.search(text) is not None:
        raise BadHit("amount has something between its decimals")
    try:
        return Money("".join(filter(_is_no_noise, text)), currency)
    except BadValue as error:
        raise BadHit(f"amount {error.problem}") from None


def _is_no_noise(character: str) -> bool:
    return not (
        character in _IGNORED
        or character.isspace()
        or (not character.isascii() and category(character) == "Sc")
    )


def _terms(code: TrackingCode, fields: Mapping[str, str]) -> Terms:
    """What the sale earns by its code, and where that allows it by the hit's own word.

    :raises BadHit: naming the field.
    """
    return Terms(
        tier1=code.tier1,
        tier2=code.tier2,
        override1=_rule("com1", fields),
        override2=_rule("com2", fields),
    )


def _rule(tier: str, fields: Mapping[str, str]) -> Rule | None:
    """The rule that a hit has for a tier, if any; type and value come in pairs [doc].

    A pair of which both are empty is none [ours]: a template may have left them so.

    :raises BadHit: naming the field.
    """
    kind, value = fields.get(f"{tier}_type", ""), fields.get(f"{tier}_value", "")
    if not kind and not value:
        return None
    if not kind or not value:
        raise BadHit(f"{tier}_{'value' if kind else 'type'} is missing")
    try:
        return Rule.of(tier, kind, value)
    except BadValue as error:
        raise BadHit(f"{tier}_{error.problem}") from None
