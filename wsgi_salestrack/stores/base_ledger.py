"""What the tracker asks of a store about publishers, what they earn, and what they are paid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from ..affiliates import Commission, CommissionState, Publisher
from ..payouts import Gathering, Payout, PayoutState


class LedgerStore(Protocol):
    """Keeps the ledger of commissions, and payouts from it."""

    def add_publisher(self, site: str, publisher: Publisher) -> None:
        """Write down a new publisher.

        :raises BadValue: if they are known already, or their parent is not.
        """

    def set_publisher(self, site: str, id: str, changes: Mapping[str, Any]) -> Publisher:
        """Change what is given of a publisher, and nothing else.

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

    def payouts(
        self, site: str, *, id: int | None = None, publisher: str | None = None
    ) -> list[Payout]:
        """Payouts, oldest first: all of them, or those with this id and publisher."""

    def set_payout_state(
        self, site: str, ids: Collection[int], state: PayoutState, at: datetime
    ) -> int:
        """Let payouts go on to a state, and their commissions with them.

        :returns: how many were not there already.
        :raises BadValue: if there is no such payout, or it can't go there.
        """
