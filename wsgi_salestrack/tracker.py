"""The orchestrator: what becomes of a click and of a conversion, whichever way it came."""

from __future__ import annotations

from .tracking.affiliates import Affiliates
from .tracking.payouts import Payouts
from .tracking.persons import Persons
from .tracking.reading import Reading
from .tracking.reconciling import Reconciling
from .tracking.snippets import Snippets


class Tracker(Snippets, Affiliates, Payouts, Persons, Reconciling, Reading):
    """Tracks one site; made once, shared by all threads.

    What it does stands by topic in :mod:`wsgi_salestrack.tracking`: clicks, conversions, adjusting
    them, snippets, affiliates, payouts, persons, importing,
    reconciling and reading; its arguments, in
    :class:`~.tracking.core.Core`.
    """
