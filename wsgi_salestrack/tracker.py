"""The orchestrator: what becomes of a click and of a conversion, whichever way it came."""

from __future__ import annotations

from .tracking.adjusting import Adjusting
from .tracking.affiliates import Affiliates
from .tracking.reading import Reading
from .tracking.snippets import Snippets


class Tracker(Snippets, Adjusting, Affiliates, Reading):
    """Tracks one site; made once, shared by all threads.

    What it does stands by topic in :mod:`wsgi_salestrack.tracking`: clicks, conversions, adjusting
    them, snippets, affiliates and reading; its arguments, in :class:`~.tracking.core.Core`.
    """
