"""The orchestrator: what becomes of a click and of a conversion, whichever way it came."""

from __future__ import annotations

from .tracking.affiliates import Affiliates
from .tracking.history import History
from .tracking.payouts import Payouts
from .tracking.persons import Persons
from .tracking.privacy import Privacy
from .tracking.reading import Reading
from .tracking.reconciling import Reconciling
from .tracking.segments import Segments
from .tracking.snippets import Snippets
from .tracking.verifying import Verifying


class Tracker(
    Snippets,
    Affiliates,
    Payouts,
    Persons,
    Privacy,
    Reconciling,
    Reading,
    Segments,
    History,
    Verifying,
):
    """Tracks one site; made once, shared by all threads.

    What it does stands by topic in ``wsgi_salestrack.tracking``, a class for each.

    :param config: what to do.
    :param clock: the time now, aware UTC.
    :param sender: the sender of the signals; the tracker itself by default.
    :param context: entered around their receivers.
    """
