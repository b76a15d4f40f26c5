"""The signals a host connects to.

Sent after the commit, with the Flask app as sender, or the tracker where there is no Flask.
A receiver that raises is logged and stops neither the other receivers nor the answer: the sale is
in the store, and ``salestrack replay`` sends its signals again. So a receiver is to be idempotent;
``recorded.id`` is the same each time. Blinker's own rules hold: receivers are referenced weakly,
``muted`` mutes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from inspect import isawaitable
from typing import Any

from blinker import Namespace, Signal

logger = logging.getLogger("salestrack")

_signals = Namespace()

#: A link was clicked. Keyword ``click``: a :class:`~wsgi_salestrack.Click`.
click_recorded = _signals.signal("click-recorded")

#: A conversion is new. Keywords ``recorded``: a :class:`~wsgi_salestrack.Recorded`; ``environ``:
#: of the request, or None.
conversion_recorded = _signals.signal("conversion-recorded")

#: A conversion got what it lacked, or a more trusted source's values. Keywords as above.
conversion_enriched = _signals.signal("conversion-enriched")

#: A conversion arrived again and changed nothing; ``recorded.outcome`` is ``duplicate``, or
#: ``conflict`` where its values differ. Keywords as above.
conversion_duplicated = _signals.signal("conversion-duplicated")

#: A conversion was cancelled, refunded, charged back or reinstated. Keywords ``adjustment``: an
#: :class:`~wsgi_salestrack.Adjustment`; ``conversion``: the :class:`~wsgi_salestrack.Conversion`
#: that it changed.
conversion_adjusted = _signals.signal("conversion-adjusted")

#: A request to one of our endpoints was refused. Keywords ``protocol``, ``reason``, ``environ``.
hit_rejected = _signals.signal("hit-rejected")

ALL = (
    click_recorded,
    conversion_recorded,
    conversion_enriched,
    conversion_duplicated,
    conversion_adjusted,
    hit_rejected,
)

OF_OUTCOME = {
    "recorded": conversion_recorded,
    "enriched": conversion_enriched,
    "duplicate": conversion_duplicated,
    "conflict": conversion_duplicated,
}


class Sender:
    """Sends signals to all receivers of one sender.

    :param sender: what blinker calls the sender.
    :param context: entered around the receivers, where there are any.
    """

    def __init__(
        self,
        sender: Any,
        context: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self._sender = sender
        self._context = context

    def has_receivers(self, signal: Signal) -> bool:
        """Whether anybody listens."""
        return bool(signal.receivers) and bool(signal.has_receivers_for(self._sender))

    def send(self, signal: Signal, **keywords: Any) -> int:
        """Call every receiver.

        :returns: how many of them raised; each is logged.
        """
        if signal.is_muted or not self.has_receivers(signal):
            return 0
        failed = 0
        try:
            with self._context():
                for receiver in signal.receivers_for(self._sender):
                    failed += not self._call(signal, receiver, keywords)
        except Exception:  # the host's context may fail to open or, at its end, to tear down
            logger.exception("the context around the receivers of %s failed", _name(signal))
            failed += 1
        return failed

    def _call(self, signal: Signal, receiver: Callable[..., Any], keywords: Any) -> bool:
        try:
            answer = receiver(self._sender, **keywords)
        except Exception:  # whatever a receiver raises, the sale is recorded
            logger.exception("a receiver of %s failed: %r", _name(signal), receiver)
            return False
        if isawaitable(answer):
            if isinstance(answer, Coroutine):
                answer.close()
            logger.error("%r did nothing: nobody awaits a receiver; use a function", receiver)
            return False
        return True


def _name(signal: Signal) -> str:
    return getattr(signal, "name", "a signal")
