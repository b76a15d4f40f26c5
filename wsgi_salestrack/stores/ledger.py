"""The ledger of commissions: entries and their states are appended, and never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec

from ..affiliates import NEXT_STATES, SELF_REFERRAL, Commission, CommissionState
from ..commission import Earning, due, found_out
from ..errors import BadValue
from ..model import Recorded
from . import ledger_rows
from .publishers import Publishers
from .reading import Reading
from .rows import microseconds
from .transaction import Transaction


class Ledger:
    """What publishers of a site earn.

    :param transaction: in which it is read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._append = transaction.append
        self._statements = transaction.statements.ledger
        self._reading = Reading(transaction)
        self._publishers = Publishers(transaction)

    def settle(self, recorded: Recorded, at: datetime, *, is_new: bool = False) -> None:
        """Write what makes the ledger right for a conversion as it stands.

        Nobody else may be changing the conversion: it was inserted or locked in this transaction.

        :param is_new: it was inserted, so that there is nothing of it. Not to look for it matters:
            MariaDB would lock the place, and all places after it, until the host's own commit.
        """
        referrer = _referrer(recorded)
        if referrer is None:
            return
        written = [] if is_new else self.of_conversion(recorded.id, is_latest=True)
        publishers, buying = self._publishers.parties(recorded, referrer)
        for entry in found_out(written, buying):
            became = self._become(entry.id, "declined", at, SELF_REFERRAL, after=_last(written))
            declined = msgspec.structs.replace(entry, state="declined", became=became)
            written[written.index(entry)] = declined
        earnings = due(recorded, written=written, publishers=publishers, buying=buying)
        self._write(earnings, recorded.id, at, after=_last(written))

    def _write(
        self, earnings: Iterable[Earning], conversion: int, at: datetime, *, after: int
    ) -> None:
        for earning in earnings:
            row = ledger_rows.earning_row(earning, conversion, at)
            id = after = self._append(self._statements.insert_commission, at, after=after, **row)
            if earning.declined is not None:
                after = self._become(id, "declined", at, earning.declined, after=after)

    def settle_customer(self, customer_ref: str, at: datetime) -> None:
        """Write what makes the ledger right now that more is known of a customer.

        Who earns on one of their sales may turn out to be them; or they may earn themselves, and
        turn out to have bought.
        """
        statements = [self._statements.lock_earning_of_customer]
        if self._publishers.has_customer(customer_ref):
            statements.append(self._statements.lock_earned_by_customer)  # looks at all there are
        for statement in statements:
            for (id,) in self._run(statement, customer_ref=customer_ref).fetchall():
                self._settle_anew(id, at)

    def _settle_anew(self, conversion: int, at: datetime) -> None:
        recorded = self._reading.by_id(conversion)
        if recorded is not None:
            self.settle(recorded, at)

    def owed(self, recorded: Recorded) -> list[Earning]:
        """What is still to be written for a conversion as it stands: nothing, if all is right."""
        referrer = _referrer(recorded)
        if referrer is None:
            return []
        publishers, buying = self._publishers.parties(recorded, referrer)
        written = self.of_conversion(recorded.id)
        return list(due(recorded, written=written, publishers=publishers, buying=buying))

    def commissions(
        self,
        *,
        reference: str | None,
        publisher: str | None,
        state: CommissionState | None,
        payout: int | None,
    ) -> list[Commission]:
        """The entries, the oldest first; those of one reference, publisher or payout, or state."""
        conditions = {"reference": reference, "publisher": publisher, "payout": payout}
        given = {name: value for name, value in conditions.items() if value is not None}
        found = self._run(self._statements.select_commissions(given), **given).fetchall()
        entries = [ledger_rows.commission_of(values) for values in found]
        return [entry for entry in entries if state in (None, entry.state)]

    def set_state(
        self,
        ids: Collection[int],
        state: CommissionState,
        at: datetime,
        reason: str | None = None,
    ) -> int:
        """Let entries go on to a state; how many were not there already.

        What turns out to be the publisher's own purchase is declined when it would be approved.
        What corrects an entry is declined or paid with it, or too much would be taken or given;
        what of a declined one takes back a part that was paid before is written anew.

        :raises BadValue: if there is no such entry, or it is in a state that none comes after, or
            in a payout, which is paid or dropped as a whole.
        """
        changed = 0
        own = self._own_purchases() if state == "approved" else frozenset()
        turned_out: set[int] = set()
        # In one order for everybody, or two who change the same ones wait for each other.
        for id in sorted(set(ids)):
            entry, others = self._locked(id)
            if entry.conversion in own and entry.state == "pending":
                turned_out |= self._find_out(entry.conversion, at)
            if entry.state == state or id in turned_out:
                continue
            if state not in NEXT_STATES[entry.state]:
                raise BadValue("commission", f"{id} is {entry.state}, and can't become {state}")
            becoming = _becoming(entry, others, state)
            for each in becoming:
                if each.payout is not None and state != "approved":
                    problem = f"{each.id} is in payout {each.payout}, and can't become {state}"
                    raise BadValue("commission", problem)
                self._become(each.id, state, at, reason, after=_last([entry, *others]))
            changed += len(becoming)
            if state == "declined" and any(each.state == "paid" for each in others):
                self._settle_anew(entry.conversion, at)
        return changed

    def _own_purchases(self) -> frozenset[int]:
        """The conversions with pending entries whose publisher may be the buyer."""
        found = self._run(self._statements.select_own_purchases).fetchall()
        return frozenset(conversion for (conversion,) in found)

    def _find_out(self, conversion: int, at: datetime) -> set[int]:
        """Decline what turns out to be publishers' own purchase, and say which entries that is.

        Who the two are may have been said since they were written.
        """
        pending = self._pending(conversion)
        self._settle_anew(conversion, at)
        return pending - self._pending(conversion)

    def _pending(self, conversion: int) -> set[int]:
        return {each.id for each in self.of_conversion(conversion) if each.state == "pending"}

    def pay(self, entries: Iterable[Commission], at: datetime) -> None:
        """Write down that approved entries were paid; the payout they are in must be locked."""
        for entry in entries:
            self._become(entry.id, "paid", at, after=entry.id)

    def _locked(self, id: int) -> tuple[Commission, list[Commission]]:
        """An entry, and the others of the same publisher and tier on that sale, to be changed."""
        found = self._run(self._statements.select_conversion_id, id=id).fetchone()
        if found is None:
            raise BadValue("commission", f"{id} does not exist")
        (conversion,) = found
        self._run(self._statements.lock_conversion, id=conversion)
        entries = self.of_conversion(conversion)
        entry = next(each for each in entries if each.id == id)
        share = (entry.publisher, entry.tier)
        others = [e for e in entries if e.id != id and (e.publisher, e.tier) == share]
        return entry, others

    def of_conversion(self, id: int, *, is_latest: bool = False) -> list[Commission]:
        """The entries of a conversion, the oldest first.

        :param is_latest: as they are now, whatever else the transaction may have read before.
        """
        known = self._statements
        statement = known.select_latest_of_conversion if is_latest else known.select_of_conversion
        found = self._run(statement, conversion=id).fetchall()
        return [ledger_rows.commission_of(values) for values in found]

    def _become(
        self,
        id: int,
        state: CommissionState,
        at: datetime,
        reason: str | None = None,
        *,
        after: int,
    ) -> int:
        """Append a state; what :attr:`~..affiliates.Commission.became` is from now on."""
        row = {"commission": id, "state": state, "reason": reason, "at": microseconds(at)}
        return self._append(self._statements.insert_state, at, after=after, **row)


def _becoming(
    entry: Commission, others: Sequence[Commission], state: CommissionState
) -> list[Commission]:
    """The entries that go on to a state with one of them.

    :param others: of the same publisher and tier on that sale.
    """
    if state == "declined":
        if entry.minor < 0 and any(each.state == "paid" for each in others):
            raise BadValue("commission", f"{entry.id} takes back what was paid; pay it as well")
        return [entry, *(each for each in others if state in NEXT_STATES[each.state])]
    if state == "paid":
        return [
            entry,
            *(e for e in others if e.minor < 0 and e.state in ("pending", "approved")),
        ]
    return [entry]


def _last(written: Iterable[Commission]) -> int:
    """The highest id of a conversion's entries and of what became of them."""
    return max((max(entry.id, entry.became or 0) for entry in written), default=0)


def _referrer(recorded: Recorded) -> str | None:
    """The publisher who referred a sale; None also where no tracking code says what that earns."""
    if recorded.referral is None or recorded.conversion.terms is None:
        return None
    return recorded.referral.publisher
