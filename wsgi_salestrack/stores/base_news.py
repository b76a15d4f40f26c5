"""What the tracker asks of a store about news: what receivers of signals are still to be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from ..adjustments import Adjusted
from ..model import Outcome, Recorded


class NewsStore(Protocol):
    """Keeps in mind of which conversions and adjustments no signal was sent yet."""

    def changed_since(self, site: str, since: datetime) -> Iterator[Recorded]:
        """Conversions that came (``recorded``) or changed (``enriched``) since, oldest first."""

    def unsent(self, site: str) -> Iterator[Recorded]:
        """Announced conversions whose signals were not marked as sent, with their outcome.

        One that is new and was enriched before it was told comes twice.
        """

    def is_unsent(self, site: str, id: int) -> bool | None:
        """Whether a conversion's signals are still to be sent; None: it is not committed."""

    def mark_sent(self, site: str, sent: Iterable[tuple[int, Outcome]]) -> None:
        """Write down, at once, of which conversions the signals of which outcome were sent."""

    def adjusted_since(self, site: str, since: datetime) -> list[Adjusted]:
        """Adjustments made since, oldest first."""

    def unsent_adjustments(self, site: str) -> list[Adjusted]:
        """Announced adjustments whose signal was not marked as sent."""

    def mark_adjustments_sent(self, site: str, ids: Iterable[int]) -> None:
        """Write down, at once, of which adjustments the signal was sent."""
