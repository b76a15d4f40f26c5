"""What every store shows alike of what was recorded."""

from __future__ import annotations

from collections.abc import Collection

from ..affiliates import Commission, CommissionState, Earned
from ..model import Recorded
from ..touches import Click
from .base import Place, Selection
from .history import History
from .sql_transactions import SQLTransactions


class SQLHistory(SQLTransactions):
    """See :class:`~.base_history.HistoryStore`."""

    def latest(
        self, site: str, selection: Selection, before: Place | None, most: int
    ) -> list[Recorded]:
        """See :meth:`~.base_history.HistoryStore.latest`."""
        with self._reading(site) as transaction:
            return list(History(transaction).latest(selection, before, most))

    def latest_clicks(
        self, site: str, contact: str, before: Place | None, most: int
    ) -> list[Click]:
        """See :meth:`~.base_history.HistoryStore.latest_clicks`."""
        with self._reading(site) as transaction:
            return list(History(transaction).latest_clicks(contact, before, most))

    def latest_commissions(
        self,
        site: str,
        *,
        publisher: str | None = None,
        state: CommissionState | None = None,
        before: int | None = None,
        most: int,
    ) -> list[Commission]:
        """See :meth:`~.base_history.HistoryStore.latest_commissions`."""
        with self._reading(site) as transaction:
            return History(transaction).latest_commissions(
                publisher=publisher, state=state, before=before, most=most
            )

    def earned(self, site: str, publisher: str | None = None) -> list[Earned]:
        """See :meth:`~.base_history.HistoryStore.earned`."""
        with self._reading(site) as transaction:
            return History(transaction).earned(publisher)

    def product_names(self, site: str, ids: Collection[str]) -> dict[str, str]:
        """See :meth:`~.base_history.HistoryStore.product_names`."""
        with self._reading(site) as transaction:
            return History(transaction).product_names(ids)
