"""``GET /et/``: Ubivox's e-commerce pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocols import ubivox_order
from ..protocols.answer import Answer, method_not_allowed, pixel
from .hits import record_hit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker


def hit_order(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    """A pixel, and ``ST-Error`` where nothing was recorded."""
    method = environ["REQUEST_METHOD"]
    if method == "HEAD":
        return pixel()
    if method != "GET":
        return method_not_allowed("GET, HEAD")
    query = environ.get("QUERY_STRING", "")
    error = record_hit(
        tracker,
        environ,
        "ecommerce",
        lambda: ubivox_order.parse(query, tracker.config, tracker.now()),
        reference="et_order_ref",
    )
    return pixel(error, tracker.visitors.forget_unconsented(environ))
