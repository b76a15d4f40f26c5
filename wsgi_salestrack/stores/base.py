"""What the tracker asks of a store, whatever database it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

import msgspec

from ..adjustments import Adjusted, Change
from ..affiliates import Commission, CommissionState, Publisher
from ..explaining import Trail
from ..hits import Hit
from ..model import Arrival, Claim, Outcome, Recorded
from ..payouts import Gathering, Payout, PayoutState
from ..persons import Link
from ..touches import Click, Touch
from .journey_rows import JourneyRows

if TYPE_CHECKING:
    from .host_transaction import HostTransaction

Result = TypeVar("Result")
Dimension = Literal["newsletter", "link", "contact", "list", "publisher", "target", "day"]


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which conversions are added up, and by what.

    :param since: the first moment, aware UTC, by when they occurred.
    :param until: the moment after the last.
    :param where: dimension -> value (None: those without one).
    """

    by: Dimension
    since: datetime | None = None
    until: datetime | None = None
    currency: str | None = None
    where: Mapping[Dimension, str | None] = msgspec.field(default_factory=dict)


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """The sum over the conversions of one value of a dimension, in one currency.

    :param value: of the dimension; None: conversions without one.
    :param currency: None: conversions without revenue; then so is ``exponent``.
    :param count: of conversions; where a model shares them, not always a whole number.
    :param quantity: of items, likewise.
    :param revenue: minor units.
    :param refunded: minor units, of that revenue.
    """

    value: str | None
    currency: str | None
    exponent: int | None
    count: int | Fraction
    quantity: int | Fraction
    revenue: int
    refunded: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was examined.

    :param problem: None: it is as it should be; otherwise what is wrong and how to mend it.
    :param serious: whether sales are lost or miscounted as it is.
    """

    subject: str
    problem: str | None = None
    serious: bool = True


class Store(Protocol):
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
        """When a contact last clicked the link with just these names, ``until`` included."""

    def totals(self, site: str, selection: Selection) -> list[Total]:
        """The selected conversions, added up."""

    def changed_since(self, site: str, since: datetime) -> Iterator[Recorded]:
        """Conversions that came (``recorded``) or changed (``enriched``) since, oldest first."""

    def unsent(self, site: str) -> Iterator[Recorded]:
        """Announced conversions whose signals were not marked as sent, with their outcome."""

    def is_unsent(self, site: str, id: int) -> bool:
        """Whether a conversion was committed, and its signals are still to be sent."""

    def mark_sent(self, site: str, id: int, outcome: Outcome) -> None:
        """Write down that the signals of this outcome were sent."""

    def claim(self, site: str, claim: Claim) -> Recorded | None:
        """Credit an order with its visitor's touches, whichever of the two comes first.

        :returns: the order; None if it is still to come.
        """

    def join(self, site: str, claim: Claim) -> Recorded | None:
        """Credit an order with claims that are committed, whosever they are.

        :param claim: names the order; its touches do not count.
        """

    def identify(self, site: str, contact: str, customer_ref: str, at: datetime) -> None:
        """Write down that a customer is a contact."""

    def separate(self, site: str, link: Link, at: datetime, *, apart: bool) -> bool:
        """Take a link between two names out, or put it back; whether it was not so already."""

    def journeys(
        self,
        site: str,
        selection: Selection,
        look_back: timedelta,
        read: Callable[[JourneyRows], Result],
    ) -> Result:
        """What ``read`` makes of the sales of a selection, and of the touches before them.

        Of the selection's ``where``, only the dimensions of the sale itself are looked at.

        :param look_back: from the first sale to the first touch.
        :param read: called in the transaction that the rows come from.
        """

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

    def adjusted_since(self, site: str, since: datetime) -> list[Adjusted]:
        """Adjustments made since, oldest first."""

    def unsent_adjustments(self, site: str) -> list[Adjusted]:
        """Announced adjustments whose signal was not marked as sent."""

    def mark_adjustment_sent(self, site: str, id: int) -> None:
        """Write down that the signal of an adjustment was sent."""

    def add_publisher(self, site: str, publisher: Publisher) -> None:
        """Write down a new publisher.

        :raises BadValue: if they are known already, or their parent is not.
        """

    def set_publisher(self, site: str, publisher: Publisher) -> None:
        """Change a publisher.

        :raises BadValue: if they are unknown, or their parent is.
        """

    def publishers(self, site: str) -> list[Publisher]:
        """All publishers that were written down, by their ids."""

    def commissions(
        self,
        site: str,
        *,
        reference: str | None = None,
        publisher: str | None = None,
        state: CommissionState | None = None,
        payout: int | None = None,
    ) -> list[Commission]:
        """Entries of the ledger, oldest first."""

    def set_commission_state(
        self,
        site: str,
        ids: Collection[int],
        state: CommissionState,
        at: datetime,
        reason: str | None = None,
    ) -> int:
        """Let entries go on to a state; how many were not there already.

        :raises BadValue: if there is no such entry, or it can't go there.
        """

    def prepare_payouts(self, site: str, wanted: Gathering, at: datetime) -> list[Payout]:
        """Collect what is to be paid, each payout in a transaction of its own.

        A commission is in one payout at most that was not dropped: the unique key decides.
        """

    def payouts(self, site: str) -> list[Payout]:
        """All payouts, oldest first."""

    def set_payout_state(
        self, site: str, ids: Collection[int], state: PayoutState, at: datetime
    ) -> int:
        """Let payouts go on to a state, and their commissions with them.

        :returns: how many were not there already.
        :raises BadValue: if there is no such payout, or it can't go there.
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
