"""``GET`` and ``POST /sales.php``: Splio's sales tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import BadHit
from ..model import Conversion
from ..protocols import splio
from ..protocols.answer import Answer, method_not_allowed, pixel
from .hits import read_body, record_hit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker

_FORM = "application/x-www-form-urlencoded"
# A body of no type is taken for a form; of such a one wsgiref says text/plain, as of its own does
# navigator.sendBeacon() [ours].
_TYPES = ("", _FORM, "text/plain")


def hit_sales(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    """A pixel that says nothing of what became of the hit: that is in the log and the signal.

    "Operating in silent mode, and hence, does not return any status code. Only the image is
    returned" [doc]. "All requests have to use the https protocol" [doc].
    """
    method = environ["REQUEST_METHOD"]
    if method == "HEAD":
        return pixel()
    if method not in ("GET", "POST"):
        return method_not_allowed("GET, HEAD, POST")

    def parse() -> Conversion:
        return splio.parse(_parameters(environ), tracker.config, tracker.now())

    record_hit(tracker, environ, "splio", parse, reference="id", https=True)
    return pixel(cookie=tracker.visitors.forget_unconsented(environ))


def _parameters(environ: WSGIEnvironment) -> str:
    """The query string, and of a POST the form beside it [ours].

    The vendor writes "the request to post is: /sales.php?universe=...", so a POST may have its
    parameters in either.

    :raises BadHit: if the body is no form that we read, or too long.
    """
    query: str = environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] != "POST":
        return query
    body = read_body(environ).decode("latin-1")
    if not body:
        return query
    media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        raise BadHit(f"the body is not {_FORM}")
    return f"{query}&{body}" if query else body
