"""Payouts of a site: what is in one is written once, and what becomes of it is appended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ..affiliates import Commission
from ..errors import BadValue, StoreError
from ..payouts import (
    NEXT_PAYOUT_STATES,
    Gathering,
    Payout,
    PayoutState,
    Purse,
    collected,
    sales_in,
)
from . import ledger_rows
from .ledger import Ledger
from .publishers import Publishers
from .rows import Row, microseconds
from .transaction import Transaction


class Payouts:
    """Payouts of a site.

    :param transaction: in which they are read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._append = transaction.append
        self._statements = transaction.statements.payouts
        self._ledger = Ledger(transaction)
        self._publishers = Publishers(transaction)

    def purses(self, wanted: Gathering) -> list[Purse]:
        """Who may be paid something, and in which currency."""
        given = {} if wanted.publisher is None else {"publisher": wanted.publisher}
        statement = self._statements.select_purses(given)
        found = self._run(statement, until=microseconds(wanted.until), **given).fetchall()
        return [Purse(*values) for values in found]

    def prepare(self, purse: Purse, wanted: Gathering, id: int, at: datetime) -> Payout | None:
        """Collect what is to be paid; None if there is nothing, or not enough.

        :param id: of the payout, if there is something.
        """
        selection = {**purse._asdict(), "until": microseconds(wanted.until)}
        # Before anything is read: some databases show what was there at the first look.
        sales = {sale for (sale,) in self._run(self._statements.lock_sales, **selection).fetchall()}
        known = self.payouts(id=id)
        if known:
            return known[0]  # written by a transaction that nobody knew the end of
        found = self._run(self._statements.select_entries, **selection).fetchall()
        entries = [ledger_rows.commission_of(values) for values in found]
        chosen = collected(purse, (each for each in entries if each.conversion in sales), wanted)
        return self._write(purse, chosen, id, at) if chosen else None

    def _write(self, purse: Purse, entries: list[Commission], id: int, at: datetime) -> Payout:
        payout = Payout(
            id=id,
            publisher=purse.publisher,
            name=self._publishers.name_of(purse.publisher),
            currency=purse.currency,
            exponent=purse.exponent,
            minor=sum(entry.minor for entry in entries),
            sales=sales_in(entries),
            at=at,
            state="prepared",
        )
        statements = self._statements
        if self._run(statements.insert_payout, **ledger_rows.payout_row(payout)).rowcount != 1:
            raise StoreError("the payout's id is taken; try again")
        for entry in entries:
            row = {"payout": id, "commission": entry.id, "held": 1}
            if self._run(statements.insert_content, **row).rowcount != 1:
                raise StoreError(f"commission {entry.id} is in another payout by now; try again")
        return payout

    def payouts(self, *, id: int | None = None, publisher: str | None = None) -> list[Payout]:
        """The payouts, the oldest first: with this id, of one publisher, or all."""
        conditions = {"id": id, "publisher": publisher}
        given = {name: value for name, value in conditions.items() if value is not None}
        found = self._run(self._statements.select_payouts(given), **given).fetchall()
        return [ledger_rows.payout_of(values) for values in found]

    def set_state(self, ids: Collection[int], state: PayoutState, at: datetime) -> int:
        """Let payouts go on to a state; how many were not there already.

        One that is paid was exported before.

        :raises BadValue: if there is no such payout, or it is in a state that can't come before.
        """
        changed = 0
        # In one order for everybody, or two who change the same ones wait for each other.
        for id in sorted(set(ids)):
            payout = self._locked(id)
            if payout.state == state or (payout.state, state) == ("paid", "exported"):
                continue
            if state not in NEXT_PAYOUT_STATES[payout.state]:
                raise BadValue("payout", f"{id} is {payout.state}, and can't become {state}")
            self._become(id, state, at)
            changed += 1
        return changed

    def _locked(self, id: int) -> Payout:
        """A payout, to be changed."""
        self._run(self._statements.lock_payout, id=id)
        found = self.payouts(id=id)
        if not found:
            raise BadValue("payout", f"{id} does not exist")
        return found[0]

    def _become(self, id: int, state: PayoutState, at: datetime) -> None:
        row: Row = {"payout": id, "state": state, "at": microseconds(at)}
        self._append(self._statements.insert_state, at, **row)
        if state == "dropped":
            self._run(self._statements.release, payout=id)
        elif state == "approved":
            # What takes something back is approved with the payout that it lessens.
            pending = [entry.id for entry in self._entries(id) if entry.state == "pending"]
            self._ledger.set_state(pending, "approved", at)
        elif state == "paid":
            self._ledger.pay(self._entries(id), at)

    def _entries(self, id: int) -> list[Commission]:
        return self._ledger.commissions(payout=id, reference=None, publisher=None, state=None)
