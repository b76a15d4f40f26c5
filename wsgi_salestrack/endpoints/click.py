"""``GET /r/<token>``, and a click token on a page of the host's."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import BadHit, BadToken
from ..protocols import click
from ..protocols.answer import Answer, Header, redirect
from ..tokens import ClickPayload
from .hits import require_https

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker

logger = logging.getLogger("salestrack")


def follow_click(tracker: Tracker, environ: WSGIEnvironment, token: str) -> Answer:
    """Redirect to where the link leads, whatever else fails."""
    try:
        payload = tracker.open_click(token)
    except BadToken as error:
        tracker.reject("click", str(error), environ)
        forget = tracker.visitors.forget_unconsented(environ)
        return redirect(tracker.config.fallback_url, forget)
    cookie: list[Header] = []
    if environ["REQUEST_METHOD"] == "GET":
        try:
            cookie = click_cookie(tracker, environ, payload)
        except BadHit as error:
            tracker.reject("click", error.reason, environ)
            cookie = tracker.visitors.forget_unconsented(environ)
        except Exception:  # the visitor is on the way to the shop, and must get there
            logger.exception("a click failed")
    return redirect(payload.destination, cookie)


def click_cookie(tracker: Tracker, environ: WSGIEnvironment, payload: ClickPayload) -> list[Header]:
    """Record a click; the header that sets or deletes the visitor's cookie, if one is due.

    :raises BadHit: if it came in a way that the configuration forbids.
    """
    require_https(tracker, environ)
    visitor = tracker.record_click(payload, environ, click.verdict_on(environ))
    if visitor is None:
        return tracker.visitors.forget_unconsented(environ)
    return [tracker.visitors.remember(environ, visitor)]
