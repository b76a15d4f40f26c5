"""What was recorded, the newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..affiliates import Commission, CommissionState, Earned
from ..model import Recorded
from ..touches import Click, Touch
from . import rows
from .base import Place, Selection
from .ledger_rows import commission_of
from .reading import Reading
from .report_rows import selection_parameters
from .statements import CLICK_COLUMNS, TOUCH_COLUMNS
from .transaction import Transaction

# After everything: the largest integer that the databases take.
_END: Final = 2**63 - 1


class History:
    """What a site has recorded.

    :param transaction: in which it is read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._execute, self._statements, self._site = transaction

    def latest(self, selection: Selection, before: Place | None, most: int) -> Iterator[Recorded]:
        """See :meth:`~.base_history.HistoryStore.latest`."""
        statement = self._statements.history.select_latest(selection)
        parameters = selection_parameters(self._site, selection) | _start(before, most)
        found = self._execute(statement, parameters).fetchall()
        reading = Reading(self._transaction)
        return (reading.load(values, "recorded") for values in found)

    def latest_clicks(self, contact: str, before: Place | None, most: int) -> Iterator[Click]:
        """See :meth:`~.base_history.HistoryStore.latest_clicks`."""
        parameters = {"site": self._site, "contact": contact, **_start(before, most)}
        found = self._execute(self._statements.history.select_latest_clicks, parameters)
        return map(_click_of, found.fetchall())

    def latest_commissions(
        self,
        *,
        publisher: str | None,
        state: CommissionState | None,
        before: int | None,
        most: int,
    ) -> list[Commission]:
        """See :meth:`~.base_history.HistoryStore.latest_commissions`."""
        statement = self._statements.history.select_latest_commissions(
            state, of_publisher=publisher is not None
        )
        parameters = {
            "publisher": publisher,
            "state": state,
            "before_id": _END if before is None else before,
        }
        found = self._transaction.run(statement, most=most, **parameters).fetchall()
        return [commission_of(values) for values in found]

    def earned(self, publisher: str | None) -> list[Earned]:
        """See :meth:`~.base_history.HistoryStore.earned`."""
        statement = self._statements.history.select_earned(of_publisher=publisher is not None)
        found = self._transaction.run(statement, publisher=publisher).fetchall()
        return [
            Earned(state=state or "pending", currency=currency, exponent=exponent, minor=int(minor))
            for state, currency, exponent, minor in found
        ]

    def product_names(self, ids: Iterable[str]) -> dict[str, str]:
        """See :meth:`~.base_history.HistoryStore.product_names`."""
        names = {}
        for id in ids:
            key = {"site": self._site, "product_id": id}
            found = self._execute(self._statements.history.select_product_name, key).fetchone()
            if found is not None:
                names[id] = found[0]
        return names


def _start(before: Place | None, most: int) -> dict[str, int]:
    if before is None:
        return {"before_at": _END, "before_id": _END, "most": most}
    return {"before_at": rows.microseconds(before.at), "before_id": before.id, "most": most}


def _click_of(values: Iterable[Any]) -> Click:
    row = dict(zip(CLICK_COLUMNS, values, strict=True))
    return Click(
        id=row["id"],
        day=row["day"],
        touch=rows.touch_of(row, TOUCH_COLUMNS) or Touch(),
        visitor=row["visitor"],
        verdict=row["verdict"],
        destination=row["destination"],
    )
