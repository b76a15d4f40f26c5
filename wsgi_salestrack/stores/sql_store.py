"""What every store does alike: our statements, in a transaction that it knows how to begin."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from ..adjustments import Adjusted, Change
from ..explaining import Trail
from ..hits import Hit
from ..model import Arrival, Claim, Recorded
from ..persons import Link
from ..touches import Touch
from . import rows
from .adjusting import Adjusting
from .base import Finding
from .claims import Claims
from .hit_log import HitLog
from .reading import Reading, in_pages
from .recording import Recording
from .separations import Separations
from .snapshots import Snapshot
from .sql_history import SQLHistory
from .sql_ledger import SQLLedger
from .sql_news import SQLNews
from .sql_privacy import SQLPrivacy
from .sql_reports import SQLReports
from .sql_retention import SQLRetention
from .sql_segments import SQLSegments
from .trails import Trails

Result = TypeVar("Result")


class SQLStore(SQLNews, SQLLedger, SQLHistory, SQLReports, SQLSegments, SQLPrivacy, SQLRetention):
    """The methods of :class:`~.base.Store` that need nothing but a transaction."""

    def record_many(self, site: str, arrivals: Sequence[Arrival]) -> list[Recorded]:
        """See :meth:`~.base.Store.record_many`."""
        new = [(arrival, rows.arrival_values(site, arrival)) for arrival in arrivals]
        return self._writing(site, lambda transaction: Recording(transaction).record_many(new))

    def stored(self, site: str, scope: str, references: Collection[str]) -> dict[str, Recorded]:
        """See :meth:`~.base.Store.stored`."""
        with self._reading(site) as transaction:
            return Reading(transaction).stored(scope, references)

    def occurred(
        self, site: str, scope: str, since: datetime, until: datetime
    ) -> Iterator[Recorded]:
        """See :meth:`~.base.Store.occurred`."""
        return in_pages(
            lambda: self._reading(site),
            lambda reading: reading.ids_occurred(scope, since, until),
            Reading.by_ids,
        )

    def last_click(self, site: str, touch: Touch, until: datetime) -> datetime | None:
        """See :meth:`~.base.Store.last_click`."""
        with self._reading(site) as transaction:
            return Reading(transaction).last_click(touch, until)

    def claim(self, site: str, claim: Claim) -> Recorded | None:
        """See :meth:`~.base.Store.claim`."""
        # Two transactions: the first must be seen by an order that the second does not find.
        self._writing(site, lambda transaction: Claims(transaction).write(claim))
        return self.resolve_claims(site, claim)

    def resolve_claims(self, site: str, claim: Claim) -> Recorded | None:
        """See :meth:`~.base.Store.resolve_claims`."""
        return self._writing(site, lambda transaction: Claims(transaction).resolve(claim))

    def identify(self, site: str, contact: str, customer_ref: str, at: datetime) -> None:
        """See :meth:`~.base.Store.identify`."""
        self._writing(
            site, lambda transaction: Recording(transaction).identify(contact, customer_ref, at)
        )

    def separate(self, site: str, link: Link, at: datetime, *, apart: bool) -> bool:
        """See :meth:`~.base.Store.separate`."""
        return self._writing(
            site, lambda transaction: Separations(transaction).separate(link, at, apart=apart)
        )

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
        """See :meth:`~.base.Store.adjust`."""
        return self._writing(
            site,
            lambda transaction: Adjusting(transaction).adjust(
                scope, reference, change, id=id, at=at, announced=announced
            ),
        )

    @contextmanager
    def snapshot(self, site: str) -> Iterator[Snapshot]:
        """See :meth:`~.base.Store.snapshot`."""
        with self._at_one_moment(site) as transaction:
            yield Snapshot(transaction)

    def verify(self, site: str) -> list[Finding]:
        """See :meth:`~.base.Store.verify`."""
        with self.snapshot(site) as snapshot:
            return snapshot.verify()

    def trail(self, site: str, scope: str, reference: str) -> Trail | None:
        """See :meth:`~.base.Store.trail`."""
        with self._reading(site) as transaction:
            return Trails(transaction).read(scope, reference)

    def log_hit(self, site: str, hit: Hit) -> None:
        """See :meth:`~.base.Store.log_hit`."""
        self._writing(site, lambda transaction: HitLog(transaction).add(hit))

    def hits_since(self, site: str, since: datetime) -> list[tuple[int, Hit]]:
        """See :meth:`~.base.Store.hits_since`."""
        with self._reading(site) as transaction:
            return HitLog(transaction).since(since)

    def forget_site(self, site: str) -> None:
        """See :meth:`~.base.Store.forget_site`."""
        self._writing(site, lambda transaction: Recording(transaction).forget_site())
