"""``POST /xmlrpc/``: Ubivox's XML-RPC API.

A server calls it, not a visitor: no cookie is read. Content types are not looked at, for the
vendor's plugin for WordPress names none, and what it sends passes for a form [client].
"""

from __future__ import annotations

import base64
import hmac
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ..errors import BadHit, ConfigError, SalesTrackError, UnknownReference
from ..protocols import ubivox_methods, ubivox_xmlrpc, xmlrpc
from ..protocols.answer import Answer
from ..protocols.xmlrpc import Call, Fault, Result, Value
from ..tracking.core import PARAMETERS
from .hits import read_body, require_https_or_skip, skip_body, why_failed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker

logger = logging.getLogger("salestrack")

_UNAUTHORIZED: Final = "could not authenticate"


def call_method(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    """HTTP 200 whatever a client got wrong but its password, and 503 where it may try again.

    "Clients treat 401 as unauthorized, 503 as unavailable, and parse a body only on 200" [client].
    """
    try:
        return _answer(tracker, environ)
    except BadHit as bad_hit:
        return xmlrpc.failed(_rejected(tracker, environ, bad_hit))
    except SalesTrackError as error:
        logger.error("a call was not done: %s", error)  # noqa: TRY400  it says it all
        failure = why_failed(error)
    except Exception:  # the client learns that its order is not recorded
        logger.exception("an xmlrpc call failed")
        failure = "not recorded: internal error"
    tracker.reject("xmlrpc", failure, environ, kept=False)
    return xmlrpc.unavailable(failure)


def _answer(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    try:
        require_https_or_skip(tracker, environ)
    except BadHit as bad_hit:
        raise Fault(ubivox_methods.INVALID_CLIENT, bad_hit.reason) from None
    if not _authenticates(environ.get("HTTP_AUTHORIZATION", ""), tracker.config.xmlrpc_users):
        skip_body(environ)
        tracker.reject("xmlrpc", _UNAUTHORIZED, environ)
        return xmlrpc.unauthorized()
    call = xmlrpc.read(read_body(environ))
    return xmlrpc.returned(_call(tracker, environ, call))


def _authenticates(header: str, users: Mapping[str, str]) -> bool:
    """Whether HTTP Basic brings the name of a user and the password."""
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        shown = base64.b64decode(encoded.strip(), validate=True)
    except ValueError:
        return False
    # All of them, and each in constant time: nothing is to be learnt from how long it takes.
    same = [
        hmac.compare_digest(shown, f"{user}:{password}".encode())
        for user, password in users.items()
    ]
    return any(same)


def _rejected(tracker: Tracker, environ: WSGIEnvironment, bad_hit: BadHit) -> Fault:
    """The fault that answers a bad call, of which receivers are told."""
    tracker.reject("xmlrpc", bad_hit.reason, environ)
    return ubivox_xmlrpc.fault_of(bad_hit)


def _call(tracker: Tracker, environ: WSGIEnvironment, call: Call) -> Result:
    environ[PARAMETERS] = "&".join(xmlrpc.member_names(call.params))
    method = ubivox_methods.method_named(call.method)
    return _METHODS[method.name](tracker, environ, call.params)


def _new_order(tracker: Tracker, _environ: WSGIEnvironment, params: list[Value]) -> Result:
    recorded = tracker.record(ubivox_xmlrpc.order(params, tracker.now()))
    if recorded.outcome == "conflict":
        raise ubivox_xmlrpc.conflict()
    return True


def _html(tracker: Tracker, environ: WSGIEnvironment, params: list[Value]) -> Result:
    customer_ref, order_ref = ubivox_xmlrpc.snippet(params)
    try:
        image = tracker.order_snippet(customer_ref, order_ref, environ=environ, absolute=True)
    except ConfigError as error:
        raise Fault(ubivox_methods.INVALID_FIELD, str(error)) from None
    return str(image)


def _cancel_order(tracker: Tracker, _environ: WSGIEnvironment, params: list[Value]) -> Result:
    order_ref = ubivox_xmlrpc.cancellation(params)
    try:
        tracker.cancel(order_ref)
    except UnknownReference:
        raise ubivox_xmlrpc.unknown_order() from None
    return True


def _multicall(tracker: Tracker, environ: WSGIEnvironment, params: list[Value]) -> Result:
    """Where the store fails, all calls are to be made again; those that were done stay done."""
    results: list[Result] = []
    for value in ubivox_xmlrpc.calls(params):
        try:
            results.append([_call(tracker, environ, ubivox_xmlrpc.call_of(value))])
        except BadHit as bad_hit:
            results.append(xmlrpc.fault_struct(_rejected(tracker, environ, bad_hit)))
    return results


def _list_methods(_tracker: Tracker, _environ: WSGIEnvironment, _params: list[Value]) -> Result:
    return [*ubivox_methods.METHODS]


def _method_help(_tracker: Tracker, _environ: WSGIEnvironment, params: list[Value]) -> Result:
    return ubivox_methods.method_of(params).help


def _method_signature(_tracker: Tracker, _environ: WSGIEnvironment, params: list[Value]) -> Result:
    return [[*types] for types in ubivox_methods.method_of(params).signatures]


def _list_targets(tracker: Tracker, _environ: WSGIEnvironment, _params: list[Value]) -> Result:
    return ubivox_xmlrpc.targets(tracker.config)


def _ping(_tracker: Tracker, _environ: WSGIEnvironment, _params: list[Value]) -> Result:
    return True


def _no_maillists(_tracker: Tracker, _environ: WSGIEnvironment, _params: list[Value]) -> Result:
    return []


# Those that need no parameters ignore them: for none PHP's own extension sends an empty string,
# and so does the plugin [client].
_METHODS: Final[dict[str, Callable[[Tracker, WSGIEnvironment, list[Value]], Result]]] = {
    "system.listMethods": _list_methods,
    "system.methodHelp": _method_help,
    "system.methodSignature": _method_signature,
    "system.multicall": _multicall,
    "ecommerce_tracking_new_order": _new_order,
    "ecommerce_tracking_html": _html,
    "ecommerce_tracking_cancel_order": _cancel_order,
    "ping": _ping,
    "list_targets": _list_targets,
    "get_maillists": _no_maillists,
    "list_maillists": _no_maillists,
}
