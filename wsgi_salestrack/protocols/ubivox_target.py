"""Ubivox's target pixel, ``GET /target/<target_id>/``.

"Points where these targets would make sense is often at the end of a given transaction": a signup
(no parameter), or a sale with ``st_revenue``, ``st_quantity``, ``st_currency``, ``st_reference``.
Where the vendor's documentation is silent, what is decided here says [ours].
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from urllib.parse import quote, urlencode

from markupsafe import Markup

from ..config import Config
from ..errors import BadHit, BadValue
from ..model import Conversion
from ..money import Money, exponent_of
from . import answer, form

_FIELDS = frozenset(("st_revenue", "st_quantity", "st_currency", "st_reference"))
_OWN = ("st_",)  # a misspelt one is no plain signup
_LONGEST_REFERENCE = 100
_LONGEST_QUANTITY = 9


def parse(target_id: str, query: str, config: Config, at: datetime) -> Conversion:
    """The conversion that a hit reports.

    :param target_id: as it stands in the path.
    :param query: the raw query string, as WSGI has it (latin-1).
    :param at: when it came, aware UTC.
    :raises BadHit: naming the field.
    """
    target = config.targets.get(target_id)
    if target is None:
        raise BadHit("unknown target")
    fields = form.fields(query, _FIELDS, own=_OWN)
    revenue = quantity = None
    reference = fields.get("st_reference")
    if fields:
        revenue = _revenue(fields, config.currency)
        quantity = _quantity(fields)
        if revenue is None and quantity is None:
            raise BadHit("st_revenue or st_quantity is required")
    if reference is not None:
        if len(reference) > _LONGEST_REFERENCE:
            raise BadHit("st_reference is longer than 100 characters")
        if "\0" in reference:
            raise BadHit("st_reference contains a NUL character")
    return Conversion(
        source="target",
        scope=target.scope,
        reference=reference,
        revenue=revenue,
        quantity=quantity,
        occurred_at=at,
        target=target.id,
    )


def query(
    config: Config,
    target: int,
    *,
    revenue: Money | Decimal | str | None,
    quantity: int | None,
    currency: str | None,
    reference: str | None,
    at: datetime,
) -> str:
    """The query string of a target's pixel, in the order of the vendor's plugin [client].

    :param at: the time now, aware UTC.
    :raises BadValue: where :func:`parse` would refuse the hit.
    """
    if str(target) not in config.targets:
        known = ", ".join(config.targets) or "none; set SALESTRACK_TARGETS"
        raise BadValue("target", f"is not configured; there are: {known}")
    if revenue is not None and not isinstance(revenue, Money):
        try:
            revenue = Money(revenue, currency or config.currency)
        except BadValue as error:
            field = "revenue" if error.field == "amount" else error.field
            raise BadValue(field, error.problem) from None
    elif revenue is not None and currency not in (None, revenue.currency):
        raise BadValue("currency", "is not the revenue's")
    fields = []
    if revenue is not None:
        fields.append(("st_revenue", f"{revenue.amount:f}"))
    if quantity is not None:
        fields.append(("st_quantity", str(quantity)))
    if revenue is not None:
        fields.append(("st_currency", revenue.currency))
    if reference:
        fields.append(("st_reference", str(reference)))
    encoded = urlencode(fields, quote_via=quote)
    try:
        parse(str(target), encoded, config, at)
    except BadHit as error:
        field, _, problem = error.reason.partition(" ")
        raise BadValue(field.removeprefix("st_"), problem) from None
    return encoded


def image(prefix: str, target: int, query: str) -> Markup:
    """The ``<img>`` of a target's pixel.

    :param prefix: of our endpoints' addresses.
    :param query: as :func:`query` made it.
    """
    url = f"{prefix}/target/{target}/"
    return answer.image(f"{url}?{query}" if query else url)


def _revenue(fields: dict[str, str], default_currency: str) -> Money | None:
    amount = fields.get("st_revenue")
    currency = fields.get("st_currency", default_currency)
    try:
        if amount is not None:
            return Money(amount, currency)
        exponent_of(currency)
    except BadValue as error:
        field = "st_currency" if error.field == "currency" else "st_revenue"
        raise BadHit(f"{field} {error.problem}") from None
    return None


def _quantity(fields: dict[str, str]) -> int | None:
    text = fields.get("st_quantity")
    if text is None:
        return None
    # isdigit() alone also takes Arabic digits.
    if len(text) <= _LONGEST_QUANTITY and text.isdigit() and text.isascii():
        quantity = int(text)
        if quantity >= 1:
            return quantity
    raise BadHit("st_quantity is not an integer from 1 to 999999999")
