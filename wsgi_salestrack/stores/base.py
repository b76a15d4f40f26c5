"""What the tracker asks of a store, whatever database it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec

from ..adjustments import Adjusted, Change
from ..explaining import Trail
from ..hits import Hit
from ..model import Arrival, Claim, Recorded
from ..persons import Link
from ..touches import Click, Touch
from .base_history import HistoryStore, Place
from .base_ledger import LedgerStore
from .base_news import NewsStore
from .base_privacy import PrivacyStore
from .base_reports import DIMENSIONS, Clicks, Dimension, ReportStore, Selection, Total
from .base_segments import SegmentStore

if TYPE_CHECKING:
    from .host_transaction import HostTransaction

#: Also those that other parts of the store's protocol are about.
__all__ = [
    "DIMENSIONS",
    "Clicks",
    "Dimension",
    "Finding",
    "Place",
    "Selection",
    "Snapshot",
    "Store",
    "Total",
]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was examined.

    :param problem: None: it is as it should be; otherwise what is wrong and how to mend it.
    :param serious: whether sales are lost or miscounted as it is.
    """

    subject: str
    problem: str | None = None
    serious: bool = True


class Snapshot(ReportStore, Protocol):
    """A site as it was at one moment, whatever is written meanwhile."""

    def verify(self) -> list[Finding]:
        """Whether all that is stored of the site agrees with itself."""


class Store(
    NewsStore, LedgerStore, ReportStore, SegmentStore, HistoryStore, PrivacyStore, Protocol
):
    """Keeps clicks and conversions; safe to call from any thread, before and after a fork.

    What returns was committed. Every method raises :class:`~wsgi_salestrack.errors.StoreError`
    where the database fails.
    """

    def start(self) -> None:
        """Say early, by raising, what is wrong with the database; changes nothing."""

    def migrate(self) -> Sequence[str]:
        """Create or upgrade the tables; the names of the steps that were taken."""

    def record(self, site: str, arrival: Arrival, host: HostTransaction | None = None) -> Recorded:
        """Write a conversion once: the unique key decides, never a look before.

        :param host: a transaction of the host's in the same database, that it becomes part of and
            is committed with.
        """

    def record_many(self, site: str, arrivals: Sequence[Arrival]) -> list[Recorded]:
        """Write conversions in their order and one transaction: all of them, or none."""

    def stored(self, site: str, scope: str, references: Collection[str]) -> dict[str, Recorded]:
        """Those conversions of a scope that are there, by their references."""

    def occurred(
        self, site: str, scope: str, since: datetime, until: datetime
    ) -> Iterator[Recorded]:
        """Conversions of a scope from one moment to before another, oldest first."""

    def add_click(self, site: str, click: Click) -> Click:
        """Write a click; it comes back with a new id where its own was taken."""

    def last_click(self, site: str, touch: Touch, until: datetime) -> datetime | None:
        """When a contact last clicked the link with just these names, ``until`` included.

        :returns: if only after that, when it was first; None if it was never.
        """

    def claim(self, site: str, claim: Claim) -> Recorded | None:
        """Credit an order with its visitor's touches, whichever of the two comes first.

        :returns: the order; None if it is still to come.
        """

    def resolve_claims(self, site: str, claim: Claim) -> Recorded | None:
        """Credit an order with claims that are committed, whosever they are.

        :param claim: names the order; its touches do not count.
        """

    def identify(self, site: str, contact: str, customer_ref: str, at: datetime) -> None:
        """Write down that a customer is a contact, who may have earned on what they bought."""

    def separate(self, site: str, link: Link, at: datetime, *, apart: bool) -> bool:
        """Take a link between two names out, or put it back; whether it was not so already."""

    def adjust(
        self,
        site: str,
        scope: str,
        reference: str,
        change: Change,
        *,
        id: int,
        at: datetime,
        announced: bool,
    ) -> Adjusted:
        """Append an adjustment to a conversion, once.

        :param id: of the adjustment, if it is new.
        :param announced: as an ``Arrival`` has it.
        :raises UnknownReference: if there is no such conversion.
        :raises BadValue: naming what of the change can't be done.
        """

    def snapshot(self, site: str) -> AbstractContextManager[Snapshot]:
        """A site as it is now, for as long as the context is open.

        Nobody waits for it, but what is deleted meanwhile keeps its place on the disk.
        """

    def verify(self, site: str) -> list[Finding]:
        """Whether all that is stored of a site agrees with itself."""

    def trail(self, site: str, scope: str, reference: str) -> Trail | None:
        """All that is known of a conversion, and the clicks of its buyer."""

    def log_hit(self, site: str, hit: Hit) -> None:
        """Write down a hit that recorded nothing, perhaps a little later; old ones are deleted."""

    def hits_since(self, site: str, since: datetime) -> list[tuple[int, Hit]]:
        """What came since, recorded or not, with ids, oldest first; at most 10,000 of each."""

    def examine(self) -> list[Finding]:
        """What is right and wrong with the database, for the operator."""

    def forget_site(self, site: str) -> None:
        """Delete everything of a site."""

    def close(self) -> None:
        """Let go of connections; the next call opens them again."""
