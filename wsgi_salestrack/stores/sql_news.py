"""What every store keeps in mind alike of signals that are still to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from ..adjustments import Adjusted
from ..model import Outcome, Recorded
from .adjusting import Adjusting
from .reading import Reading, in_pages
from .recording import Recording
from .sql_transactions import SQLTransactions


class SQLNews(SQLTransactions):
    """See :class:`~.base_news.NewsStore`."""

    def changed_since(self, site: str, since: datetime) -> Iterator[Recorded]:
        """See :meth:`~.base_news.NewsStore.changed_since`."""
        # No connection stays open while somebody looks at a page: in SQLite it would keep the
        # write-ahead log from being folded in, and forks waiting.
        return in_pages(
            lambda: self._reading(site),
            lambda reading: reading.ids_changed_since(since),
            lambda reading, ids: reading.changed_since(ids, since),
        )

    def unsent(self, site: str) -> Iterator[Recorded]:
        """See :meth:`~.base_news.NewsStore.unsent`."""
        return in_pages(lambda: self._reading(site), Reading.ids_unsent, Reading.unsent)

    def is_unsent(self, site: str, id: int) -> bool | None:
        """See :meth:`~.base_news.NewsStore.is_unsent`."""
        with self._reading(site) as transaction:
            return Reading(transaction).is_unsent(id)

    def mark_sent(self, site: str, sent: Iterable[tuple[int, Outcome]]) -> None:
        """See :meth:`~.base_news.NewsStore.mark_sent`."""
        # In one order for everybody, or two who mark the same ones wait for each other.
        all_sent = sorted(sent)
        self._writing(site, lambda transaction: Recording(transaction).mark_sent(all_sent))

    def adjusted_since(self, site: str, since: datetime) -> list[Adjusted]:
        """See :meth:`~.base_news.NewsStore.adjusted_since`."""
        with self._reading(site) as transaction:
            return list(Adjusting(transaction).since(since))

    def unsent_adjustments(self, site: str) -> list[Adjusted]:
        """See :meth:`~.base_news.NewsStore.unsent_adjustments`."""
        with self._reading(site) as transaction:
            return list(Adjusting(transaction).unsent())

    def mark_adjustments_sent(self, site: str, ids: Iterable[int]) -> None:
        """See :meth:`~.base_news.NewsStore.mark_adjustments_sent`."""
        all_sent = sorted(ids)
        self._writing(site, lambda transaction: Adjusting(transaction).mark_sent(all_sent))
