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

from ..checks import check_quantity, check_text
from ..config import Config
from ..errors import BadHit, BadValue
from ..model import Conversion
from ..money import Money, exponent_of
from . import answer, form

#: Its parameters.
FIELDS = frozenset(("st_revenue", "st_quantity", "st_currency", "st_reference"))
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
    fields = form.fields(query, FIELDS, own=_OWN)
    revenue = quantity = None
    reference = fields.get("st_reference")
    if fields:
        revenue = _revenue(fields, config.currency)
        quantity = _quantity(fields)
        if revenue is None and quantity is None:
            raise BadHit("st_revenue or st_quantity is required")
    if reference is not None:
        form.check(reference, "st_reference", _LONGEST_REFERENCE)
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
) -> str:
    """The query string of a target's pixel, in the order of the vendor's plugin [client].

    :raises BadValue: where :func:`parse` would refuse the hit, naming the argument.
    """
    if str(target) not in config.targets:
        known = ", ".join(config.targets) or "none; set SALESTRACK_TARGETS"
        raise BadValue("target", f"is not configured; there are: {known}")
    fields = []
    money = _money_of(revenue, currency, config)
    if money is not None:
        fields.append(("st_revenue", f"{money.amount:f}"))
    if quantity is not None:
        check_quantity(quantity)
        fields.append(("st_quantity", str(quantity)))
    if money is not None:
        fields.append(("st_currency", money.currency))
    if reference:
        if not fields:
            raise BadValue("revenue", "is missing, and so is quantity; give one of them")
        check_text("reference", str(reference), _LONGEST_REFERENCE)
        fields.append(("st_reference", str(reference)))
    return urlencode(fields, quote_via=quote)


def image(prefix: str, target: int, query: str) -> Markup:
    """The ``<img>`` of a target's pixel.

    :param prefix: of our endpoints' addresses.
    :param query: as :func:`query` made it.
    """
    url = f"{prefix}/target/{target}/"
    return answer.image(f"{url}?{query}" if query else url)


def _money_of(
    revenue: Money | Decimal | str | None, currency: str | None, config: Config
) -> Money | None:
    if revenue is None:
        return None
    if isinstance(revenue, Money):
        if currency not in (None, revenue.currency):
            raise BadValue("currency", "is not the revenue's")
        return revenue
    try:
        return Money(revenue, currency or config.currency)
    except BadValue as error:
        field = "revenue" if error.field == "amount" else error.field
        raise BadValue(field, error.problem) from None


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
