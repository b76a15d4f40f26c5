"""The orchestrator: what becomes of a click and of a conversion, whichever way it came."""

from __future__ import annotations

from .tracking.affiliates import Affiliates
from .tracking.reading import Reading
from .tracking.snippets import Snippets


class Tracker(Snippets, Affiliates, Reading):
    """Tracks one site; made once, shared by all threads.

    What it does stands by topic in :mod:`wsgi_salestrack.tracking`:
    :class:`~.tracking.clicks.Clicks`, :class:`~.tracking.conversions.Conversions`,
    :class:`~.tracking.snippets.Snippets`, :class:`~.tracking.affiliates.Affiliates` and
    :class:`~.tracking.reading.Reading`; its arguments, in :class:`~.tracking.core.Core`.
    """
