"""Telling the receivers of conversions; the store keeps in mind what they were not told."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from . import signals
from .adjustments import Adjusted
from .errors import StoreError
from .model import Recorded
from .signals import Sender
from .stores.base import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("salestrack")


class Announcer:
    """Sends the signals of what a store has recorded for a site."""

    def __init__(self, sender: Sender, store: Store, site: str) -> None:
        self._sender = sender
        self._store = store
        self._site = site

    @property
    def is_listened_to(self) -> bool:
        """Whether somebody is to be told of conversions that come or change."""
        return any(
            self._sender.has_receivers(signal)
            for signal in (signals.conversion_recorded, signals.conversion_enriched)
        )

    def tell(self, recorded: Recorded, environ: WSGIEnvironment | None) -> bool:
        """Send the signals of a conversion; the store learns which were sent.

        :returns: whether all receivers succeeded.
        """
        signal = signals.OF_OUTCOME[recorded.outcome]
        was_listened_to = self.is_listened_to
        if self._sender.send(signal, recorded=recorded, environ=environ):
            return False
        if was_listened_to and _is_news(recorded):
            try:
                self._store.mark_sent(self._site, recorded.id, recorded.outcome)
            except StoreError as error:
                logger.error("a replay will send again: %s", error)  # noqa: TRY400  it says it all
        return True

    def tell_if_committed(self, recorded: Recorded, environ: WSGIEnvironment | None) -> None:
        """Send the signals of a conversion that was part of the host's transaction.

        Only the store knows whether that was committed: a savepoint may have been rolled back.
        """
        try:
            if _is_news(recorded) and not self._store.is_unsent(self._site, recorded.id):
                return
        except StoreError as error:
            logger.error("a replay will send signals: %s", error)  # noqa: TRY400  it says it all
            return
        self.tell(recorded, environ)

    @property
    def adjustments_are_listened_to(self) -> bool:
        """Whether somebody is to be told of adjustments."""
        return self._sender.has_receivers(signals.conversion_adjusted)

    def tell_adjusted(self, adjusted: Adjusted) -> bool:
        """Send the signal of an adjustment, if it is new.

        :returns: whether all receivers succeeded.
        """
        if adjusted.outcome != "adjusted" or not self.adjustments_are_listened_to:
            return True
        adjustment, conversion = adjusted.adjustment, adjusted.recorded.conversion
        signal = signals.conversion_adjusted
        if self._sender.send(signal, adjustment=adjustment, conversion=conversion):
            return False
        try:
            self._store.mark_adjustment_sent(self._site, adjustment.id)
        except StoreError as error:
            logger.error("a replay will send again: %s", error)  # noqa: TRY400  it says it all
        return True

    def tell_again(
        self, conversions: Iterable[Recorded], adjustments: Iterable[Adjusted]
    ) -> Iterator[tuple[Recorded | Adjusted, bool]]:
        """Send the signals of what is stored, lazily; whether all receivers succeeded."""
        for recorded in conversions:
            yield recorded, self.tell(recorded, None)
        for adjusted in adjustments:
            yield adjusted, self.tell_adjusted(adjusted)


def _is_news(recorded: Recorded) -> bool:
    return recorded.outcome in ("recorded", "enriched")
