"""Splio's sales tracker, ``/sales.php``: ``universe``, ``amount`` and, best of all, ``id``.

"The Sales Tracker is an invisible picture placed on the final confirmation page of payment" [doc].
Where the vendor's documentation is silent, what is decided here says [ours].
"""

from __future__ import annotations

from datetime import datetime

from ..checks import LONGEST_REFERENCE
from ..config import Config
from ..errors import BadHit, BadValue
from ..model import Conversion
from ..money import Money
from . import form

#: Its parameters.
FIELDS = frozenset(("universe", "amount", "id"))


def parse(text: str, config: Config, at: datetime) -> Conversion:
    """The conversion that a hit reports.

    Parameters other than the vendor's three are no business of ours.

    :param text: the raw query string, the raw form, or both joined by ``&`` (latin-1).
    :param at: when it came, aware UTC.
    :raises BadHit: naming the field.
    """
    fields = form.fields(text, FIELDS, what="the query string or form")
    universe = _required(fields, "universe")
    scope = config.universes.get(universe)
    if scope is None:
        raise BadHit("unknown universe")
    return Conversion(
        source="splio",
        scope=scope,
        reference=_reference(fields.get("id", "")),
        revenue=_revenue(_required(fields, "amount"), config.currency),
        occurred_at=at,
        target=universe,
    )


def _required(fields: dict[str, str], name: str) -> str:
    value = fields.get(name)
    if value is None:
        raise BadHit(f"{name} is required")
    return value


def _revenue(amount: str, currency: str) -> Money:
    """What was paid, in the configured currency, for a hit names none.

    "The amount value string must not contain any currency symbol nor space. The decimal separator
    can be a dot or a comma" [doc]. So a separator never parts thousands: two of them are refused,
    the same or mixed [ours], and ``1,000`` is one.
    """
    try:
        return Money(amount.replace(",", "."), currency)
    except BadValue as error:
        raise BadHit(f"amount {error.problem}") from None


def _reference(text: str) -> str | None:
    """The id up to the first white space [ours].

    A snippet in the vendor's own example lacks the quote that closes its address, so that a
    browser sends what follows as well: ``id=123456abcd%20width=``. White space in front of an id
    is dropped; with nothing left every hit would count.

    "Only two parameters make it work" [doc]: without an id there is nothing to dedupe by.
    """
    words = text.split(maxsplit=1)
    reference = words[0] if words else ""
    form.check(reference, "id", LONGEST_REFERENCE)
    return reference or None
