"""Ubivox's e-commerce pixel, ``GET /et/``: an order with each of its products.

[doc] "Use only the tracking image to transfer all parameters of the order to the system in an URL
encoded query string." What they mean is in :mod:`.ubivox_parameters`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from ..checks import LONGEST_REFERENCE, check_text, check_type, utc
from ..config import Config
from ..errors import BadHit, BadValue
from ..model import Conversion
from ..orders import Order
from . import answer, form, ubivox_digest
from .limits import LONGEST_QUERY
from .ubivox_parameters import conversion_of, is_known, parameters_of

# Each product takes five parameters and some hundred bytes; so 64 KiB end before these do.
_MOST_PARAMETERS: Final = 4000

#: What a sealed snippet has.
SNIPPET_FIELDS: Final = frozenset(("t",))

# What :func:`query` calls a parameter.
_ARGUMENTS: Final = {"et_order_ref": "reference", "et_customer_ref": "customer_ref"}


def parse(query: str, config: Config, at: datetime) -> Conversion:
    """The order that a hit reports.

    :param query: the raw query string, as WSGI has it (latin-1).
    :param at: when it came, aware UTC.
    :raises BadHit: naming every wrong parameter.
    """
    values = _values(query)
    signed = bool(config.tamper_keys)
    if signed:
        ubivox_digest.verify(query, config.tamper_keys)
    return conversion_of(values, source="ecommerce_pixel", signed=signed, at=at)


def query(
    config: Config, order: Order, reference: str, *, added: datetime | None, at: datetime
) -> str:
    """The query string of an order's pixel, sorted by key, and signed where there is a tamper key.

    :param added: when the order was placed, where that is not now.
    :param at: the time now, aware UTC.
    :raises BadValue: where :func:`parse` would refuse the hit, or understand another order.
    """
    check_type("order", order, Order)
    if not order.lines:
        raise BadValue("lines", "are empty; a pixel needs one product at least")
    parameters = dict(parameters_of(order))
    if reference:
        parameters["et_order_ref"] = str(reference)
        check_text("reference", parameters["et_order_ref"], LONGEST_REFERENCE)
    if added is not None:
        parameters["et_added"] = utc("added", added).isoformat()
    encoded = urlencode(sorted(parameters.items()))
    if config.tamper_keys:
        encoded += f"&et_digest={ubivox_digest.sign(encoded, config.tamper_keys[0])}"
    try:
        understood = parse(encoded, config, at).order
    except BadHit as error:
        name, _, problem = error.reason.partition(" ")
        if name in _ARGUMENTS:
            raise BadValue(_ARGUMENTS[name], problem) from None
        raise BadValue("order", f"does not fit into a pixel: {error.reason}") from None
    if understood != order:
        raise BadValue("categories", "hold a comma, or spaces around a name; a pixel cannot")
    return encoded


def image(prefix: str, query: str) -> Markup:
    """The ``<img>`` of an order's pixel.

    :param prefix: of our endpoints' addresses.
    :param query: as :func:`query` made it.
    """
    return answer.image(f"{prefix}/et/?{query}")


def snippet(prefix: str, token: str) -> Markup:
    """The ``<img>`` of a sealed snippet, which records no order.

    :param prefix: of our endpoints' addresses.
    """
    return answer.image(f"{prefix}/et/?t={token}")


def is_snippet(query: str) -> bool:
    """Whether a hit is that of a sealed snippet, and reports no order itself."""
    # By the parameters' names: a token may hold any letters.
    return "&t=" in f"&{query}" and "&et_" not in f"&{query}"


def snippet_token(query: str) -> str:
    """The token of a snippet's hit, which :func:`is_snippet` says it is.

    :raises BadHit: if there are two, or the query string is too long.
    """
    return form.fields(query, SNIPPET_FIELDS)["t"]


def _values(query: str) -> dict[str, str]:
    """The ``et_*`` parameters, decoded.

    No parameter may be given twice, whosever it is: the digest says nothing about which of two
    comes first [ours].
    """
    if len(query) > LONGEST_QUERY:
        raise BadHit("the query string is longer than 64 KiB")
    if query.count("&") > _MOST_PARAMETERS:
        raise BadHit(f"the query string has more than {_MOST_PARAMETERS} parameters")
    values: dict[str, str] = {}
    for pair in query.split("&"):
        if not pair:
            continue
        written, _, value = pair.partition("=")
        name = form.name_of(written)
        known = name.startswith("et_") and is_known(name)
        if name in values:
            raise BadHit(f"{name if known else 'a parameter'} is given twice")
        values[name] = form.decoded(value, name) if known else ""
    return values
