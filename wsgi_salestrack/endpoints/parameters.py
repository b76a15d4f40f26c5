"""Parameters that come in the query string, in a form, or in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..errors import BadHit
from .hits import query_string, read_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_FORM: Final = "application/x-www-form-urlencoded"
# A body of no type is taken for a form; of such a one wsgiref says text/plain, as of its own does
# navigator.sendBeacon() [ours].
_TYPES: Final = ("", _FORM, "text/plain")


def query_and_form(environ: WSGIEnvironment) -> str:
    """The query string, and of a POST the form beside it, as they were sent (latin-1).

    :raises BadHit: if the body is no form that we read, or too long.
    """
    query = query_string(environ)
    if environ["REQUEST_METHOD"] != "POST":
        return query
    body = read_body(environ).decode("latin-1")
    if not body:
        return query
    media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        raise BadHit(f"the body is not {_FORM}")
    return f"{query}&{body}" if query else body
