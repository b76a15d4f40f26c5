"""``GET /target/<id>/``: Ubivox's target pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocols import ubivox_target
from ..protocols.answer import Answer, pixel
from .hits import record_hit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker


def hit_target(tracker: Tracker, environ: WSGIEnvironment, target_id: str) -> Answer:
    """A pixel, and ``ST-Error`` where nothing was recorded."""
    error = record_hit(
        tracker,
        environ,
        "target",
        lambda query: ubivox_target.parse(target_id, query, tracker.config, tracker.now()),
        reference="st_reference",
    )
    return pixel(error, tracker.visitors.forget_unconsented(environ))
