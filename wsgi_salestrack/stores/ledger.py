"""The ledger of commissions: entries and their states are appended, and never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from ..affiliates import NEXT_STATES, Commission, CommissionState, Publisher
from ..commission import due
from ..errors import BadValue, StoreError
from ..identity import new_id
from ..model import Recorded
from . import ledger_rows
from .rows import Row, microseconds
from .transaction import Transaction


class Ledger:
    """Publishers of a site, and what they earn.

    :param transaction: in which it is read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.ledger

    def settle(self, recorded: Recorded, at: datetime) -> None:
        """Write what makes the ledger right for a conversion as it stands.

        Nobody else may be changing the conversion: it was inserted or locked in this transaction.
        """
        referrer = None if recorded.referral is None else recorded.referral.publisher
        if referrer is None or recorded.conversion.terms is None:
            return
        statements = self._statements
        written = self._run(statements.select_of_conversion, conversion=recorded.id).fetchall()
        for earning in due(
            recorded,
            written=[ledger_rows.commission_of(values) for values in written],
            publishers=self._family(referrer),
        ):
            row = ledger_rows.earning_row(earning, recorded.id, at)
            self._append(statements.insert_commission, row, at)

    def commissions(
        self, *, reference: str | None, publisher: str | None, state: CommissionState | None
    ) -> list[Commission]:
        """The entries, the oldest first; those of one reference or publisher, or in one state."""
        conditions = {"reference": reference, "publisher": publisher}
        given = {name: value for name, value in conditions.items() if value is not None}
        found = self._run(self._statements.select_commissions(given), **given).fetchall()
        entries = [ledger_rows.commission_of(values) for values in found]
        return [entry for entry in entries if state in (None, entry.state)]

    def set_state(self, ids: Collection[int], state: CommissionState, at: datetime) -> int:
        """Let entries go on to a state; how many were not there already.

        What corrects an entry is declined with it, or it would take back what nobody was given.

        :raises BadValue: if there is no such entry, or it is in a state that none comes after.
        """
        changed = 0
        # In one order for everybody, or two who change the same ones wait for each other.
        for id in sorted(set(ids)):
            entry, others = self._locked(id)
            if entry.state == state:
                continue
            if state not in NEXT_STATES[entry.state]:
                raise BadValue("commission", f"{id} is {entry.state}, and can't become {state}")
            becoming = [entry]
            if state == "declined":
                becoming += [each for each in others if state in NEXT_STATES[each.state]]
            for each in becoming:
                row = {"commission": each.id, "state": state, "at": microseconds(at)}
                self._append(self._statements.insert_state, row, at)
            changed += len(becoming)
        return changed

    def _locked(self, id: int) -> tuple[Commission, list[Commission]]:
        """An entry, and the others of the same publisher and tier on that sale, to be changed."""
        found = self._run(self._statements.select_conversion_id, id=id).fetchone()
        if found is None:
            raise BadValue("commission", f"{id} does not exist")
        (conversion,) = found
        self._run(self._statements.lock_conversion, id=conversion)
        values = self._run(self._statements.select_of_conversion, conversion=conversion)
        entries = [ledger_rows.commission_of(each) for each in values.fetchall()]
        entry = next(each for each in entries if each.id == id)
        share = (entry.publisher, entry.tier)
        others = [e for e in entries if e.id != id and (e.publisher, e.tier) == share]
        return entry, others

    def publishers(self) -> list[Publisher]:
        """All that were written down, by their ids."""
        found = self._run(self._statements.select_publishers).fetchall()
        return [ledger_rows.publisher_of(values) for values in found]

    def add_publisher(self, publisher: Publisher) -> None:
        """Write down a new publisher.

        :raises BadValue: if they are known, or their parent is not.
        """
        self._require_parent(publisher)
        row = ledger_rows.publisher_row(publisher)
        if self._run(self._statements.insert_publisher, **row).rowcount != 1:
            raise BadValue("publisher", f"{publisher.id!r} is there already; change it by set")

    def set_publisher(self, publisher: Publisher) -> None:
        """Change a publisher who was written down; what was earned stays as it was.

        :raises BadValue: if they are unknown, or their parent is.
        """
        self._require_parent(publisher)
        if publisher.id not in self._known([publisher.id]):
            raise BadValue("publisher", f"{publisher.id!r} is unknown; add it first")
        self._run(self._statements.update_publisher, **ledger_rows.publisher_row(publisher))

    def _require_parent(self, publisher: Publisher) -> None:
        parent = publisher.parent
        if parent is not None and parent not in self._known([parent]):
            raise BadValue("parent", f"{parent!r} is unknown; add it first")

    def _family(self, id: str) -> dict[str, Publisher]:
        """A publisher and their parent, as far as they are known."""
        known = self._known([id])
        parent = known[id].parent if id in known else None
        return known if parent is None else {**known, **self._known([parent])}

    def _known(self, ids: Iterable[str]) -> dict[str, Publisher]:
        found = [
            self._run(self._statements.select_publisher, publisher=id).fetchone() for id in ids
        ]
        publishers = [ledger_rows.publisher_of(values) for values in found if values is not None]
        return {publisher.id: publisher for publisher in publishers}

    def _append(self, statement: str, row: Row, at: datetime) -> None:
        for _ in range(10):
            if self._run(statement, **row, id=new_id(at)).rowcount == 1:
                return
        raise StoreError("no free id was found; is the clock standing still?")
