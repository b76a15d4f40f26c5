"""``GET`` and ``POST /sales.php``: Splio's sales tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocols import splio
from ..protocols.answer import Answer, pixel
from .hits import record_hit
from .parameters import query_and_form

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker


def hit_sales(tracker: Tracker, environ: WSGIEnvironment) -> Answer:
    """A pixel that says nothing of what became of the hit: that is in the log and the signal.

    "Operating in silent mode, and hence, does not return any status code. Only the image is
    returned" [doc]. "All requests have to use the https protocol" [doc].
    """
    record_hit(
        tracker,
        environ,
        "splio",
        lambda text: splio.parse(text, tracker.config, tracker.now()),
        read=query_and_form,
        reference="id",
        https=True,
    )
    return pixel(cookie=tracker.visitors.forget_unconsented(environ))
