"""What every store does alike: our statements, in a transaction that it knows how to begin."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TypeVar

from ..adjustments import Adjusted, Change
from ..affiliates import Commission, CommissionState, Publisher
from ..explaining import Trail
from ..hits import Hit
from ..identity import new_id
from ..model import Arrival, Claim, Outcome, Recorded
from ..payouts import Gathering, Payout, PayoutState, Purse
from ..persons import Link
from ..touches import Touch
from . import rows
from .adjusting import Adjusting
from .base import Finding, Selection, Total
from .claims import Claims
from .hit_log import HitLog
from .journey_rows import JourneyRows
from .journeys import Journeys
from .ledger import Ledger
from .payouts import Payouts
from .reading import Reading, in_pages
from .recording import Recording
from .trails import Trails
from .transaction import Transaction
from .verifying import Verifying

Result = TypeVar("Result")


class SQLStore(ABC):
    """The methods of :class:`~.base.Store` that need nothing but a transaction."""

    @abstractmethod
    def _reading(self, site: str) -> AbstractContextManager[Transaction]:
        """A transaction that only reads, and waits for no writer."""

    @abstractmethod
    def _writing(self, site: str, work: Callable[[Transaction], Result]) -> Result:
        """What ``work`` returned, once it is committed; it may be run again where that fails."""

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

    def totals(self, site: str, selection: Selection) -> list[Total]:
        """See :meth:`~.base.Store.totals`."""
        with self._reading(site) as transaction:
            return Reading(transaction).totals(selection)

    def changed_since(self, site: str, since: datetime) -> Iterator[Recorded]:
        """See :meth:`~.base.Store.changed_since`."""
        # No connection stays open while somebody looks at a page: in SQLite it would keep the
        # write-ahead log from being folded in, and forks waiting.
        return in_pages(
            lambda: self._reading(site),
            lambda reading: reading.ids_changed_since(since),
            lambda reading, ids: reading.changed_since(ids, since),
        )

    def unsent(self, site: str) -> Iterator[Recorded]:
        """See :meth:`~.base.Store.unsent`."""
        return in_pages(lambda: self._reading(site), Reading.ids_unsent, Reading.unsent)

    def is_unsent(self, site: str, id: int) -> bool:
        """See :meth:`~.base.Store.is_unsent`."""
        with self._reading(site) as transaction:
            return Reading(transaction).is_unsent(id)

    def mark_sent(self, site: str, id: int, outcome: Outcome) -> None:
        """See :meth:`~.base.Store.mark_sent`."""
        self._writing(site, lambda transaction: Recording(transaction).mark_sent(id, outcome))

    def claim(self, site: str, claim: Claim) -> Recorded | None:
        """See :meth:`~.base.Store.claim`."""
        # Two transactions: the first must be seen by an order that the second does not find.
        self._writing(site, lambda transaction: Claims(transaction).write(claim))
        return self.join(site, claim)

    def join(self, site: str, claim: Claim) -> Recorded | None:
        """See :meth:`~.base.Store.join`."""
        return self._writing(site, lambda transaction: Claims(transaction).resolve(claim))

    def identify(self, site: str, contact: str, customer_ref: str, at: datetime) -> None:
        """See :meth:`~.base.Store.identify`."""
        self._writing(
            site, lambda transaction: Recording(transaction).identify(contact, customer_ref, at)
        )

    def separate(self, site: str, link: Link, at: datetime, *, apart: bool) -> bool:
        """See :meth:`~.base.Store.separate`."""
        return self._writing(
            site, lambda transaction: Journeys(transaction).separate(link, at, apart=apart)
        )

    def journeys(
        self,
        site: str,
        selection: Selection,
        look_back: timedelta,
        read: Callable[[JourneyRows], Result],
    ) -> Result:
        """See :meth:`~.base.Store.journeys`."""
        with self._reading(site) as transaction:
            return read(Journeys(transaction).read(selection, look_back))

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

    def adjusted_since(self, site: str, since: datetime) -> list[Adjusted]:
        """See :meth:`~.base.Store.adjusted_since`."""
        with self._reading(site) as transaction:
            return list(Adjusting(transaction).since(since))

    def unsent_adjustments(self, site: str) -> list[Adjusted]:
        """See :meth:`~.base.Store.unsent_adjustments`."""
        with self._reading(site) as transaction:
            return list(Adjusting(transaction).unsent())

    def mark_adjustment_sent(self, site: str, id: int) -> None:
        """See :meth:`~.base.Store.mark_adjustment_sent`."""
        self._writing(site, lambda transaction: Adjusting(transaction).mark_sent(id))

    def add_publisher(self, site: str, publisher: Publisher) -> None:
        """See :meth:`~.base.Store.add_publisher`."""
        self._writing(site, lambda transaction: Ledger(transaction).add_publisher(publisher))

    def set_publisher(self, site: str, publisher: Publisher) -> None:
        """See :meth:`~.base.Store.set_publisher`."""
        self._writing(site, lambda transaction: Ledger(transaction).set_publisher(publisher))

    def publishers(self, site: str) -> list[Publisher]:
        """See :meth:`~.base.Store.publishers`."""
        with self._reading(site) as transaction:
            return Ledger(transaction).publishers()

    def commissions(
        self,
        site: str,
        *,
        reference: str | None = None,
        publisher: str | None = None,
        state: CommissionState | None = None,
        payout: int | None = None,
    ) -> list[Commission]:
        """See :meth:`~.base.Store.commissions`."""
        with self._reading(site) as transaction:
            return Ledger(transaction).commissions(
                reference=reference, publisher=publisher, state=state, payout=payout
            )

    def set_commission_state(
        self,
        site: str,
        ids: Collection[int],
        state: CommissionState,
        at: datetime,
        reason: str | None = None,
    ) -> int:
        """See :meth:`~.base.Store.set_commission_state`."""
        return self._writing(
            site, lambda transaction: Ledger(transaction).set_state(ids, state, at, reason)
        )

    def prepare_payouts(self, site: str, wanted: Gathering, at: datetime) -> list[Payout]:
        """See :meth:`~.base.Store.prepare_payouts`."""
        with self._reading(site) as transaction:
            purses = Payouts(transaction).purses(wanted)

        def prepare(purse: Purse) -> Payout | None:
            id = new_id(at)
            return self._writing(
                site, lambda transaction: Payouts(transaction).prepare(purse, wanted, id, at)
            )

        return [payout for payout in map(prepare, purses) if payout is not None]

    def payouts(self, site: str) -> list[Payout]:
        """See :meth:`~.base.Store.payouts`."""
        with self._reading(site) as transaction:
            return Payouts(transaction).payouts()

    def set_payout_state(
        self, site: str, ids: Collection[int], state: PayoutState, at: datetime
    ) -> int:
        """See :meth:`~.base.Store.set_payout_state`."""
        return self._writing(
            site, lambda transaction: Payouts(transaction).set_state(ids, state, at)
        )

    def verify(self, site: str) -> list[Finding]:
        """See :meth:`~.base.Store.verify`."""
        with self._reading(site) as transaction:
            return list(Verifying(transaction).findings())

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
