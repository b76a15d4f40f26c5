"""``GET /et/``: Ubivox's e-commerce pixel."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import BadHit, BadToken, SalesTrackError
from ..protocols import ubivox_order
from ..protocols.answer import Answer, method_not_allowed, pixel
from .hits import STORE_FAILED, record_hit, require_https

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker

logger = logging.getLogger("salestrack")


def hit_order(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    """A pixel, and ``ST-Error`` where nothing was recorded."""
    method = environ["REQUEST_METHOD"]
    if method == "HEAD":
        return pixel()
    if method != "GET":
        return method_not_allowed("GET, HEAD")
    query = environ.get("QUERY_STRING", "")
    token = ubivox_order.snippet_token(query)
    if token is not None:
        error = _claim(tracker, environ, token)
        return pixel(error, tracker.visitors.forget_unconsented(environ))
    error = record_hit(
        tracker,
        environ,
        "ecommerce",
        lambda: ubivox_order.parse(query, tracker.config, tracker.now()),
        reference="et_order_ref",
    )
    return pixel(error, tracker.visitors.forget_unconsented(environ))


def _claim(tracker: Tracker, environ: WSGIEnvironment, token: str) -> str:
    """Tie the visitor to the order of a sealed snippet; why it could not be done, if so."""
    error, kept = "", True
    try:
        require_https(tracker, environ)
        tracker.claim_order(token, environ)
    except BadHit as bad_hit:
        error = bad_hit.reason
    except BadToken:
        error = "t is no token of this site"
    except SalesTrackError as failure:
        logger.error("a visitor was not tied to an order: %s", failure)  # noqa: TRY400  that is all
        error, kept = STORE_FAILED, False
    except Exception:  # a shop's page must get its pixel
        logger.exception("an order's snippet failed")
        error, kept = "not recorded: internal error", False
    if error:
        tracker.reject("ecommerce", error, environ, kept=kept)
    return error
