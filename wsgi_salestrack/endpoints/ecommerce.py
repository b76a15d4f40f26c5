"""``GET /et/``: Ubivox's e-commerce pixel, and the sealed snippet of its API."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..errors import BadToken
from ..protocols import ubivox_order
from ..protocols.answer import Answer, pixel
from .hits import handle_hit, query_string, record_hit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker


def hit_order(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    """A pixel, and ``ST-Error`` where nothing was recorded."""
    if ubivox_order.is_snippet(query_string(environ)):
        error = handle_hit(tracker, environ, "ecommerce", partial(_claim, tracker, environ))
    else:
        error = record_hit(
            tracker,
            environ,
            "ecommerce",
            lambda query: ubivox_order.parse(query, tracker.config, tracker.now()),
            reference="et_order_ref",
        )
    return pixel(error, tracker.visitors.forget_unconsented(environ))


def _claim(tracker: Tracker, environ: WSGIEnvironment, query: str) -> str:
    """Tie the visitor to the order of a sealed snippet."""
    try:
        tracker.claim_order(ubivox_order.snippet_token(query), environ)
    except BadToken:
        return "t is no token of this site"
    return ""
