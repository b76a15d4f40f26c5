"""What all endpoints that record share: nothing raises, and every rejection has its reason."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ..errors import BadHit, ReceiverError, SalesTrackError
from ..model import Conversion

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

    from ..tracker import Tracker

logger = logging.getLogger("salestrack")

#: Bytes of a request's body that are read.
LONGEST_BODY: Final = 1024 * 1024
# Of a longer one this much is taken in and dropped: a client that still sends it would see a broken
# connection and not its answer.
_DROPPED: Final = 16 * LONGEST_BODY
_PIECE: Final = 64 * 1024

# What a hit says whose sale was not kept.
_STORE_FAILED: Final = "not recorded: the store failed"
_RECEIVER_FAILED: Final = "not recorded: a receiver failed"
_CONFLICT: Final = "{} was recorded before with other values, which stay"


def query_string(environ: WSGIEnvironment) -> str:
    """The raw query string (latin-1)."""
    query: str = environ.get("QUERY_STRING", "")
    return query


def record_hit(
    tracker: Tracker,
    environ: WSGIEnvironment,
    protocol: str,
    parse: Callable[[str], Conversion],
    *,
    read: Callable[[WSGIEnvironment], str] = query_string,
    reference: str,
    https: bool = False,
) -> str:
    """Record what a hit of a pixel reports.

    :param parse: makes the conversion of what the request says.
    :param read: finds that in the request.
    :param reference: what the dialect calls it.
    :param https: whether the dialect asks for https.
    :returns: why it was rejected, as a fixed ASCII phrase; empty if it was recorded.
    """

    def record(text: str) -> str:
        recorded = tracker.record(parse(text), environ=environ)
        return _CONFLICT.format(reference) if recorded.outcome == "conflict" else ""

    return handle_hit(tracker, environ, protocol, record, read=read, https=https)


def handle_hit(
    tracker: Tracker,
    environ: WSGIEnvironment,
    protocol: str,
    handle: Callable[[str], str],
    *,
    read: Callable[[WSGIEnvironment], str] = query_string,
    https: bool = False,
) -> str:
    """Do what a hit of a pixel asks for, whatever may fail.

    :param handle: does it, and returns why it could not, if so.
    :returns: why it was rejected, as :func:`record_hit` does.
    """
    error, kept, text = "", True, ""
    try:
        require_https_or_skip(tracker, environ, asked=https)
        text = read(environ)
        error = handle(text)
    except BadHit as bad_hit:
        error = bad_hit.reason
    except SalesTrackError as failure:
        logger.error("a hit was not recorded: %s", failure)  # noqa: TRY400  it says it all
        error, kept = why_failed(failure), False
    except Exception:  # a shop's page must get its pixel
        logger.exception("a %s hit failed", protocol)
        error = "not recorded: internal error"
    if error:
        tracker.reject(protocol, error, environ, text=text, kept=kept)
    return error


def why_failed(error: SalesTrackError) -> str:
    """What a client is told, as a fixed ASCII phrase; the log says it all."""
    return _RECEIVER_FAILED if isinstance(error, ReceiverError) else _STORE_FAILED


def require_https(tracker: Tracker, environ: WSGIEnvironment, *, asked: bool = False) -> None:
    """Refuse plain http where the configuration, or else the dialect, asks for https.

    :raises BadHit: saying so.
    """
    required = tracker.config.require_https
    if (asked if required is None else required) and environ.get("wsgi.url_scheme") != "https":
        raise BadHit("https is required")


def require_https_or_skip(
    tracker: Tracker, environ: WSGIEnvironment, *, asked: bool = False
) -> None:
    """Refuse plain http at an address of ours, and take in the body: see :func:`skip_body`.

    :raises BadHit: saying so.
    """
    try:
        require_https(tracker, environ, asked=asked)
    except BadHit:
        skip_body(environ)
        raise


def skip_body(environ: WSGIEnvironment) -> None:
    """Take in the body of a request that is refused whatever stands there.

    A server that closes upon what it did not read may cut off the answer.
    """
    with suppress(BadHit):
        read_body(environ)


def read_body(environ: WSGIEnvironment) -> bytes:
    """The body of a request.

    :raises BadHit: if it is too long, or its length is unknown.
    """
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = -1
    if length < 0:
        raise BadHit("Content-Length is invalid")
    source = environ["wsgi.input"]
    chunked = environ.get("wsgi.input_terminated") and not length  # the server knows the end
    expected = LONGEST_BODY + 1 if chunked else length
    body = _read(source, min(expected, LONGEST_BODY + 1))
    if len(body) > LONGEST_BODY:
        _drop(source, (_DROPPED if chunked else min(length, _DROPPED)) - len(body))
        raise BadHit("the body is longer than 1 MiB")
    if len(body) < expected and not chunked:  # the client hung up; half an amount is one too
        raise BadHit("the body ends too early")
    return body


def _read(source: InputStream, size: int) -> bytes:
    try:
        return source.read(size)
    except Exception as error:  # each server has its own for a client that is gone, or babbles
        raise BadHit("the body can't be read") from error


def _drop(source: InputStream, size: int) -> None:
    while size > 0 and (piece := _read(source, min(size, _PIECE))):
        size -= len(piece)
