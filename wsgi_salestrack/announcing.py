"""Telling the receivers of conversions; the store keeps in mind what they were not told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from . import signals
from .adjustments import Adjusted
from .errors import StoreError
from .model import Outcome, Recorded
from .signals import Sender
from .stores.base import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("salestrack")

Item = TypeVar("Item")
News = TypeVar("News")
#: The id of a conversion, and what became of it.
_Sent = tuple[int, Outcome]

_NEWS: Final = frozenset(("recorded", "enriched"))
# So many are marked together, or after so many seconds: receivers may be slow.
_TOGETHER: Final = 500
_LONGEST: Final = 1.0


class _Told(NamedTuple, Generic[Item, News]):
    """What was told.

    :param succeeded: whether all receivers took it.
    :param news: what the store is to mark then; None: it was none, or nobody listened.
    """

    item: Item
    succeeded: bool
    news: News | None


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
        return all(each for _, each in _marking([self._told(recorded, environ)], self._mark_sent))

    def tell_each(self, conversions: Iterable[Recorded]) -> Iterator[tuple[Recorded, bool]]:
        """Send the signals of many conversions, lazily; what was sent is marked many at a time.

        :returns: each, and whether all its receivers succeeded.
        """
        return _marking((self._told(each, None) for each in conversions), self._mark_sent)

    def tell_if_committed(self, recorded: Recorded, environ: WSGIEnvironment | None) -> bool:
        """Send the signals of a conversion that was part of the host's transaction.

        Only the store knows whether that was committed: a savepoint may have been rolled back, and
        the transaction may be part of another one that goes on.

        :returns: whether it was; False as well where the store can't tell.
        """
        try:
            is_unsent = self._store.is_unsent(self._site, recorded.id)
        except StoreError as error:
            logger.error("a replay will send signals: %s", error)  # noqa: TRY400  it says it all
            return False
        if is_unsent or (is_unsent is not None and recorded.outcome not in _NEWS):
            self.tell(recorded, environ)
        return is_unsent is not None

    @property
    def adjustments_are_listened_to(self) -> bool:
        """Whether somebody is to be told of adjustments."""
        return self._sender.has_receivers(signals.conversion_adjusted)

    def tell_adjusted(self, adjusted: Adjusted) -> bool:
        """Send the signal of an adjustment, if it is new.

        :returns: whether all receivers succeeded.
        """
        told = [self._told_adjusted(adjusted)]
        return all(succeeded for _, succeeded in _marking(told, self._mark_adjusted))

    def tell_again(
        self, conversions: Iterable[Recorded], adjustments: Iterable[Adjusted]
    ) -> Iterator[tuple[Recorded | Adjusted, bool]]:
        """Send the signals of what is stored, as :meth:`tell_each` does."""
        yield from self.tell_each(conversions)
        yield from _marking(map(self._told_adjusted, adjustments), self._mark_adjusted)

    def _told(self, recorded: Recorded, environ: WSGIEnvironment | None) -> _Told[Recorded, _Sent]:
        is_news = recorded.outcome in _NEWS and self.is_listened_to
        signal = signals.OF_OUTCOME[recorded.outcome]
        failed = self._sender.send(signal, recorded=recorded, environ=environ)
        return _Told(recorded, not failed, (recorded.id, recorded.outcome) if is_news else None)

    def _told_adjusted(self, adjusted: Adjusted) -> _Told[Adjusted, int]:
        if adjusted.outcome != "adjusted" or not self.adjustments_are_listened_to:
            return _Told(adjusted, succeeded=True, news=None)
        adjustment, conversion = adjusted.adjustment, adjusted.recorded.conversion
        signal = signals.conversion_adjusted
        failed = self._sender.send(signal, adjustment=adjustment, conversion=conversion)
        return _Told(adjusted, not failed, adjustment.id)

    def _mark_sent(self, sent: Sequence[_Sent]) -> None:
        self._store.mark_sent(self._site, sent)

    def _mark_adjusted(self, ids: Sequence[int]) -> None:
        self._store.mark_adjustments_sent(self._site, ids)


def _marking(
    told: Iterable[_Told[Item, News]], mark: Callable[[Sequence[News]], None]
) -> Iterator[tuple[Item, bool]]:
    """Pass on what was told, and mark in one transaction what all receivers took.

    A commit for each would take longer than all else. Whatever ends this before the mark, a replay
    tells some of it again.
    """
    # Whether each was taken, each time: a row of a file may come twice, and enrich twice.
    was_taken: dict[News, bool] = {}
    since = monotonic()
    try:
        for item, succeeded, news in told:
            if news is not None:
                was_taken[news] = succeeded and was_taken.get(news, True)
            yield item, succeeded
            if len(was_taken) >= _TOGETHER or monotonic() - since > _LONGEST:
                _mark_taken(was_taken, mark)
                was_taken, since = {}, monotonic()
    finally:
        _mark_taken(was_taken, mark)


def _mark_taken(was_taken: Mapping[News, bool], mark: Callable[[Sequence[News]], None]) -> None:
    taken = [news for news, succeeded in was_taken.items() if succeeded]
    if not taken:
        return
    try:
        mark(taken)
    except StoreError as error:
        logger.error("a replay will send again: %s", error)  # noqa: TRY400  it says it all
