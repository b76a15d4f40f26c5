"""What every store adds up alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from .base import Clicks, Selection, Total
from .journey_rows import JourneyRows
from .journeys import Journeys
from .reading import Reading
from .sql_transactions import SQLTransactions
from .totals_keeping import TotalsKeeping

Result = TypeVar("Result")


class SQLReports(SQLTransactions):
    """See :class:`~.base_reports.ReportStore`."""

    def recount(self) -> None:
        """See :meth:`~.base_reports.ReportStore.recount`."""
        self._writing("", lambda transaction: TotalsKeeping(transaction).begin_anew())
        while self._writing("", lambda transaction: TotalsKeeping(transaction).add_more()):
            pass

    def totals(self, site: str, selection: Selection, *, commission: bool = False) -> list[Total]:
        """See :meth:`~.base_reports.ReportStore.totals`."""
        with self._reading(site) as transaction:
            return Reading(transaction).totals(selection, commission=commission)

    def clicks(self, site: str, selection: Selection, *, visitors: bool = True) -> list[Clicks]:
        """See :meth:`~.base_reports.ReportStore.clicks`."""
        with self._reading(site) as transaction:
            return Reading(transaction).clicks(selection, visitors=visitors)

    def journeys(
        self,
        site: str,
        selection: Selection,
        look_back: timedelta,
        read: Callable[[JourneyRows], Result],
        *,
        commission: bool = False,
    ) -> Result:
        """See :meth:`~.base_reports.ReportStore.journeys`."""
        with self._reading(site) as transaction:
            return read(Journeys(transaction).read(selection, look_back, commission=commission))
