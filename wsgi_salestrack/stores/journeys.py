"""Reading journeys: rows as they come from the database, for more of them than fit as objects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from ..touches import CLICKED_NAMES
from .base import Selection
from .journey_rows import JourneyRows
from .journey_statements import touch_names
from .line_values import is_by_line
from .report_rows import selection_parameters
from .sale_facts import read_facts
from .separations import Separations
from .transaction import Transaction

# Rows that are fetched at a time.
_PAGE: Final = 1000
_MICROSECOND: Final = timedelta(microseconds=1)
# Before and after all that can be stored.
_FIRST, _END = -(2**63), 2**63 - 1


class Journeys:
    """Who clicked, who bought, and who of them is one person.

    :param transaction: in which they are read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements.journeys

    def read(self, selection: Selection, look_back: timedelta, *, commission: bool) -> JourneyRows:
        """See :meth:`~.base_reports.ReportStore.journeys`.

        The rows come while the transaction is open.
        """
        statements = self._statements
        parameters = selection_parameters(self._transaction.site, selection)
        since, until = parameters["since"], parameters["until"]
        first = _FIRST if since is None else since - look_back // _MICROSECOND
        end = _END if until is None else until
        names = touch_names(selection)
        timeless = self._transaction.run(statements.select_timeless(selection), **parameters)
        if timeless.fetchone() is not None:
            names = touch_names(selection, *CLICKED_NAMES)
        return JourneyRows(
            links=self._each(statements.select_links(selection), first=first, end=end),
            apart=Separations(self._transaction).apart(),
            names=names,
            facts=read_facts(self._transaction, lines=is_by_line(selection), commission=commission),
            touches=self._each(statements.select_touches(names), first=first, end=end),
            sales=self._each(statements.select_sales(selection, names), **parameters),
        )

    def _each(self, statement: str, **parameters: Any) -> Iterator[Any]:
        # Begun when the first row is asked for: not every driver has two queries open at once.
        cursor = self._transaction.run(statement, **parameters)
        while page := cursor.fetchmany(_PAGE):
            yield from page
