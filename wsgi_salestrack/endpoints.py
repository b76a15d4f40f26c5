"""Our endpoints: one function each, from a request to its answer, and the table of routes.

None of them raises: whatever fails is logged, and told in the dialect's own way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from .errors import BadHit, BadToken, SalesTrackError
from .protocols import click, ubivox_target
from .protocols.answer import Answer, method_not_allowed, pixel, redirect
from .tokens import ClickPayload

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .protocols.answer import Header
    from .tracker import Tracker

logger = logging.getLogger("salestrack")

Endpoint = Callable[["Tracker", "WSGIEnvironment", str], Answer]


class Route(NamedTuple):
    """An endpoint below the prefix.

    :param protocol: the key in ``Config.protocols`` that switches it on.
    :param path: what the path begins with; the rest, without a last slash, goes to the endpoint.
    """

    protocol: str
    path: str
    endpoint: Endpoint


def follow_click(tracker: Tracker, environ: WSGIEnvironment, token: str) -> Answer:
    """``GET /r/<token>``: redirect to where the link leads, whatever else fails."""
    method = environ["REQUEST_METHOD"]
    if method not in ("GET", "HEAD"):
        return method_not_allowed("GET, HEAD")
    try:
        payload = tracker.open_click(token)
    except BadToken as error:
        tracker.reject("click", str(error), environ)
        return redirect(tracker.config.fallback_url, [])
    cookie: list[Header] = []
    if method == "GET":
        try:
            cookie = click_cookie(tracker, environ, payload)
        except BadHit as error:
            tracker.reject("click", error.reason, environ)
        except Exception:  # the visitor is on the way to the shop, and must get there
            logger.exception("a click failed")
    return redirect(payload.destination, cookie)


def click_cookie(tracker: Tracker, environ: WSGIEnvironment, payload: ClickPayload) -> list[Header]:
    """Record a click; the header that sets or deletes the visitor's cookie, if one is due.

    :raises BadHit: if it came in a way that the configuration forbids.
    """
    _require_https(tracker, environ)
    visitor = tracker.record_click(payload, environ, click.verdict_on(environ))
    if visitor is None:
        return tracker.visitors.forget_unconsented(environ)
    return [tracker.visitors.remember(environ, visitor)]


def hit_target(tracker: Tracker, environ: WSGIEnvironment, target_id: str) -> Answer:
    """``GET /target/<id>/``: a pixel, and ``ST-Error`` where nothing was recorded."""
    method = environ["REQUEST_METHOD"]
    if method == "HEAD":
        return pixel()
    if method != "GET":
        return method_not_allowed("GET, HEAD")
    error = ""
    try:
        _require_https(tracker, environ)
        query = environ.get("QUERY_STRING", "")
        conversion = ubivox_target.parse(target_id, query, tracker.config, tracker.now())
        recorded = tracker.record(conversion, environ=environ)
        if recorded.outcome == "conflict":
            error = "st_reference was recorded before with other values, which stay"
    except BadHit as bad_hit:
        error = bad_hit.reason
    except SalesTrackError as failure:
        logger.error("a hit was not recorded: %s", failure)  # noqa: TRY400  it says it all
        error = "not recorded: the store failed"
    except Exception:  # a shop's page must get its pixel
        logger.exception("a target hit failed")
        error = "not recorded: internal error"
    if error:
        tracker.reject("target", error, environ)
    return pixel(error, tracker.visitors.forget_unconsented(environ))


ROUTES: Final = (
    Route("click", "/r/", follow_click),
    Route("target", "/target/", hit_target),
)


def _require_https(tracker: Tracker, environ: WSGIEnvironment) -> None:
    if tracker.config.require_https and environ.get("wsgi.url_scheme") != "https":
        raise BadHit("https is required")
