"""``POST /api/xmlrpc/index.php``: BlueHornet's API."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import BadHit, BadToken, SalesTrackError
from ..protocols import bluehornet, bluehornet_answer
from ..protocols.answer import Answer
from ..protocols.bluehornet import Refusal, ResponseType
from ..protocols.bluehornet_answer import Item
from ..protocols.xml import Element
from ..tracking.core import PARAMETERS
from .hits import read_body, require_https_or_skip, why_failed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker

logger = logging.getLogger("salestrack")


def call_roi(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    """HTTP 200 whatever a client got wrong, and 503 where it may try again."""
    response_type: ResponseType = "xml"
    items: list[Item] = []
    failure = ""
    try:
        require_https_or_skip(tracker, environ)
        api = bluehornet.read(read_body(environ))
        response_type = bluehornet.response_type(api)
        _answer(tracker, environ, api, items)
    except BadHit as bad_hit:
        tracker.reject("bluehornet", bad_hit.reason, environ)
        items.append(bluehornet_answer.refused(bad_hit))
    except SalesTrackError as error:
        logger.error("a sale was not recorded: %s", error)  # noqa: TRY400  it says it all
        failure = why_failed(error)
    except Exception:  # the client learns that its sale is not recorded
        logger.exception("a bluehornet call failed")
        failure = "not recorded: internal error"
    if failure:
        tracker.reject("bluehornet", failure, environ, kept=False)
        refusal = Refusal(failure, code="503", text=failure)
        items.append(bluehornet_answer.refused(refusal, number=len(items) + 1))
    return bluehornet_answer.respond(items, response_type, failed=bool(failure))


def _answer(tracker: Tracker, environ: WSGIEnvironment, api: Element, items: list[Item]) -> None:
    """Make the calls of a request, one after the other, up to the first that fails."""
    if not bluehornet.authenticates(api, tracker.config.bluehornet_keys):
        tracker.reject("bluehornet", "could not authenticate", environ)
        items.append(bluehornet_answer.unauthenticated())
        return
    goes_on = bluehornet.no_halt(api)
    for number, call in enumerate(bluehornet.calls(api), 1):
        environ[PARAMETERS] = "&".join(child.name for child in call.children)
        try:
            items.append(_insert(tracker, environ, call, number))
        except BadHit as bad_hit:
            tracker.reject("bluehornet", bad_hit.reason, environ)
            method = bluehornet.method_name(call)
            items.append(bluehornet_answer.refused(bad_hit, method, number))
            if not goes_on:
                return


def _insert(tracker: Tracker, environ: WSGIEnvironment, call: Element, number: int) -> Item:
    """Record the sale that a call reports.

    Where its order was reported before, "the newer information being discarded" [doc] is no error.
    """
    config = tracker.config
    insert = bluehornet.parse(call, tracker.now(), config.timezone)
    try:
        click = tracker.open_click(insert.token)
    except BadToken:
        raise Refusal("ROI Hash does not match", code="403") from None
    tracker.record(insert.conversion, environ=environ, token=insert.token)
    return bluehornet_answer.recorded(config, insert, click, number)
