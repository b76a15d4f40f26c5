"""What every store does alike for publishers, commissions and payouts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from ..affiliates import Commission, CommissionState, Publisher
from ..identity import new_id
from ..payouts import Gathering, Payout, PayoutState, Purse
from .ledger import Ledger
from .payouts import Payouts
from .publishers import Publishers
from .sql_transactions import SQLTransactions


class SQLLedger(SQLTransactions):
    """See :class:`~.base_ledger.LedgerStore`."""

    def add_publisher(self, site: str, publisher: Publisher) -> None:
        """See :meth:`~.base_ledger.LedgerStore.add_publisher`."""
        self._writing(site, lambda transaction: Publishers(transaction).add(publisher))

    def set_publisher(self, site: str, id: str, changes: Mapping[str, Any]) -> Publisher:
        """See :meth:`~.base_ledger.LedgerStore.set_publisher`."""
        return self._writing(site, lambda transaction: Publishers(transaction).change(id, changes))

    def publishers(self, site: str) -> list[Publisher]:
        """See :meth:`~.base_ledger.LedgerStore.publishers`."""
        with self._reading(site) as transaction:
            return Publishers(transaction).everybody()

    def commissions(
        self,
        site: str,
        *,
        reference: str | None = None,
        publisher: str | None = None,
        state: CommissionState | None = None,
        payout: int | None = None,
    ) -> list[Commission]:
        """See :meth:`~.base_ledger.LedgerStore.commissions`."""
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
        """See :meth:`~.base_ledger.LedgerStore.set_commission_state`."""
        return self._writing(
            site, lambda transaction: Ledger(transaction).set_state(ids, state, at, reason)
        )

    def prepare_payouts(self, site: str, wanted: Gathering, at: datetime) -> list[Payout]:
        """See :meth:`~.base_ledger.LedgerStore.prepare_payouts`."""
        with self._reading(site) as transaction:
            purses = Payouts(transaction).purses(wanted)

        def prepare(purse: Purse) -> Payout | None:
            id = new_id(at)
            return self._writing(
                site, lambda transaction: Payouts(transaction).prepare(purse, wanted, id, at)
            )

        return [payout for payout in map(prepare, purses) if payout is not None]

    def payouts(
        self, site: str, *, id: int | None = None, publisher: str | None = None
    ) -> list[Payout]:
        """See :meth:`~.base_ledger.LedgerStore.payouts`."""
        with self._reading(site) as transaction:
            return Payouts(transaction).payouts(id=id, publisher=publisher)

    def set_payout_state(
        self, site: str, ids: Collection[int], state: PayoutState, at: datetime
    ) -> int:
        """See :meth:`~.base_ledger.LedgerStore.set_payout_state`."""
        return self._writing(
            site, lambda transaction: Payouts(transaction).set_state(ids, state, at)
        )
