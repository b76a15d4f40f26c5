"""Paying publishers what they have earned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Final

from ..checks import check_choice, check_id, check_names
from ..payouts import HOLDING, NEXT_PAYOUT_STATES, Gathering, Payout, PayoutState
from ..reports import Column, render_rows
from .core import Core

_COLUMNS: Final = (
    *(Column(name) for name in ("payout", "publisher", "name", "currency")),
    *(Column("amount", numeric=True), Column("sales", numeric=True)),
    Column("prepared"),
)


class Payouts(Core):
    """What a tracker does with payouts.

    A payout is prepared, approved, exported and paid; until it is exported it may be dropped. What
    it is of and how much it is never changes: what is taken back later comes off the next one.

    Several may be given at once: then all of them are changed, or none. To ask for what is done
    already changes nothing.
    """

    def prepare_payouts(
        self,
        *,
        holding: timedelta = HOLDING,
        minimum: Mapping[str, Decimal | str | int] | None = None,
        publisher: str | None = None,
    ) -> list[Payout]:
        """Collect what is due: one payout for each publisher and currency.

        That is what was approved, and what was taken back of it or of what was paid before. What
        comes to less than the minimum waits for the next time.

        :param holding: how old a sale must be, by when it occurred.
        :param minimum: the least that is paid at once, by currency: ``{"USD": "25"}``; of another
            currency any amount is.
        :param publisher: only for this one.
        :returns: the new ones; each was committed by itself.
        :raises BadValue: naming the argument.
        :raises StoreError: if it could not be written, or there is no store.
        """
        now = self.now()
        wanted = Gathering.of(now, holding=holding, minimum=minimum or {}, publisher=publisher)
        return self.store.prepare_payouts(self.config.site, wanted, now)

    def approve_payout(self, *ids: int) -> int:
        """Approve payouts that were prepared; how many were not approved already.

        :raises BadValue: if there is no such payout, or it is exported, paid or dropped.
        :raises StoreError: if it could not be written, or there is no store.
        """
        return self._let_become("approved", ids)

    def drop_payout(self, *ids: int) -> int:
        """Drop payouts that were not exported: their commissions go into later ones.

        :returns: how many were not dropped already.
        :raises BadValue: if there is no such payout, or it was exported.
        :raises StoreError: if it could not be written, or there is no store.
        """
        return self._let_become("dropped", ids)

    def export_payout(self, *ids: int) -> str:
        """Approved payouts as CSV, a row for each in the order of their ids.

        From now on nothing of them changes, and the same ones give the same text again, also after
        they were paid. Cells that a spreadsheet would take for formulas begin with an apostrophe.

        :raises BadValue: if there is no such payout, or it was not approved.
        :raises StoreError: if it could not be written, or there is no store.
        """
        self._let_become("exported", ids)
        rows = [_cells(payout) for payout in self.payouts() if payout.id in ids]
        return render_rows(_COLUMNS, rows, "csv", empty="")

    def pay_payout(self, *ids: int) -> int:
        """Write down that exported payouts were paid, and their commissions with them.

        :returns: how many were not paid already.
        :raises BadValue: if there is no such payout, or it was not exported.
        :raises StoreError: if it could not be written, or there is no store.
        """
        return self._let_become("paid", ids)

    def payouts(
        self,
        *,
        id: int | None = None,
        publisher: str | None = None,
        state: PayoutState | None = None,
    ) -> list[Payout]:
        """Payouts, the oldest first: all of them, or those with this id, publisher and state.

        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        check_names(publisher=publisher)
        if id is not None:
            check_id("payout", id)
        if state is not None:
            check_choice("state", state, NEXT_PAYOUT_STATES)
        found = self.store.payouts(self.config.site, id=id, publisher=publisher)
        return [payout for payout in found if state in (None, payout.state)]

    def _let_become(self, state: PayoutState, ids: tuple[int, ...]) -> int:
        for id in ids:
            check_id("payout", id)
        return self.store.set_payout_state(self.config.site, ids, state, self.now())


def _cells(payout: Payout) -> tuple[str | int | Decimal | None, ...]:
    # The day in UTC: in the shop's time zone it would be another one once that is changed.
    return (
        str(payout.id),
        payout.publisher,
        payout.name,
        payout.currency,
        payout.amount,
        payout.sales,
        f"{payout.at.astimezone(UTC):%Y-%m-%d}",
    )
