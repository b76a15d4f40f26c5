"""The ledger of commissions: entries and their states are appended, and never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from ..affiliates import NEXT_STATES, SELF_REFERRAL, Commission, CommissionState, Publisher
from ..commission import Earning, Person, due, found_out
from ..errors import BadValue
from ..model import Recorded
from . import ledger_rows
from .reading import Reading
from .rows import microseconds
from .transaction import Transaction


class Ledger:
    """Publishers of a site, and what they earn.

    :param transaction: in which it is read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._append = transaction.append
        self._statements = transaction.statements.ledger
        self._reading = Reading(transaction)

    def settle(self, recorded: Recorded, at: datetime) -> None:
        """Write what makes the ledger right for a conversion as it stands.

        Nobody else may be changing the conversion: it was inserted or locked in this transaction.
        """
        referrer = _referrer(recorded)
        if referrer is None:
            return
        statement = self._statements.select_latest_of_conversion
        found = self._run(statement, conversion=recorded.id).fetchall()
        written = [ledger_rows.commission_of(values) for values in found]
        publishers, buying = self._parties(recorded, referrer)
        for entry in found_out(written, buying):
            self._become(entry.id, "declined", at, SELF_REFERRAL)
            written[written.index(entry)] = msgspec.structs.replace(entry, state="declined")
        for earning in due(recorded, written=written, publishers=publishers, buying=buying):
            self._write(earning, recorded.id, at)

    def _write(self, earning: Earning, conversion: int, at: datetime) -> None:
        row = ledger_rows.earning_row(earning, conversion, at)
        id = self._append(self._statements.insert_commission, at, **row)
        if earning.declined is not None:
            self._become(id, "declined", at, earning.declined)

    def owed(self, recorded: Recorded) -> list[Earning]:
        """What is still to be written for a conversion as it stands: nothing, if all is right."""
        referrer = _referrer(recorded)
        if referrer is None:
            return []
        publishers, buying = self._parties(recorded, referrer)
        written = self.of_conversion(recorded.id)
        return list(due(recorded, written=written, publishers=publishers, buying=buying))

    def _parties(
        self, recorded: Recorded, referrer: str
    ) -> tuple[dict[str, Publisher], frozenset[str]]:
        """The publishers known of those who may earn, and which of them are the buyer."""
        publishers = self._family(referrer)
        return publishers, self._buying(recorded, {*publishers, referrer}, publishers)

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

        What corrects an entry is declined or paid with it, or too much would be taken or given;
        what of a declined one takes back a part that was paid before is written anew.

        :raises BadValue: if there is no such entry, or it is in a state that none comes after, or
            in a payout, which is paid or dropped as a whole.
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
                if entry.minor < 0 and any(each.state == "paid" for each in others):
                    raise BadValue("commission", f"{id} takes back what was paid; pay it as well")
                becoming += [each for each in others if state in NEXT_STATES[each.state]]
            elif state == "paid":
                becoming += [
                    each
                    for each in others
                    if each.minor < 0 and each.state in ("pending", "approved")
                ]
            for each in becoming:
                if each.payout is not None and state != "approved":
                    problem = f"{each.id} is in payout {each.payout}, and can't become {state}"
                    raise BadValue("commission", problem)
                self._become(each.id, state, at, reason)
            changed += len(becoming)
            if state == "declined" and any(each.state == "paid" for each in others):
                self._take_back(entry.conversion, at)
        return changed

    def _take_back(self, conversion: int, at: datetime) -> None:
        """Write anew what takes back a part of what was paid, and was declined with the rest."""
        recorded = self._reading.by_id(conversion)
        for earning in self.owed(recorded) if recorded else ():
            self._write(earning, conversion, at)

    def pay(self, entries: Iterable[Commission], at: datetime) -> None:
        """Write down that approved entries were paid; the payout they are in must be locked."""
        for entry in entries:
            self._become(entry.id, "paid", at)

    def name_of(self, publisher: str) -> str | None:
        """The name of a publisher, if it was written down."""
        known = self._known([publisher])
        return known[publisher].name if publisher in known else None

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

    def of_conversion(self, id: int) -> list[Commission]:
        """The entries of a conversion, the oldest first."""
        found = self._run(self._statements.select_of_conversion, conversion=id).fetchall()
        return [ledger_rows.commission_of(values) for values in found]

    def _buying(
        self, recorded: Recorded, ids: Iterable[str], publishers: Mapping[str, Publisher]
    ) -> frozenset[str]:
        """Those publishers who are the buyer themselves."""
        touches = [touch for touch in (recorded.touch, recorded.referral) if touch is not None]
        contacts = {touch.contact for touch in touches if touch.contact is not None}
        buyer = self._person(contacts, recorded.conversion.customer_ref)
        if not any(buyer):
            return frozenset()
        return frozenset(id for id in ids if buyer.is_same(self._referring(id, publishers)))

    def _referring(self, id: str, publishers: Mapping[str, Publisher]) -> Person:
        """A publisher; who was not told to be anybody else is who is called like them."""
        publisher = publishers.get(id) or Publisher(id=id)
        known = self._person({publisher.contact or id}, publisher.customer_ref)
        return known if known.customer_refs else known._replace(customer_refs=frozenset((id,)))

    def _person(self, contacts: set[str], customer_ref: str | None) -> Person:
        """Somebody, with the contact that their customer_ref was said to be."""
        if customer_ref is None:
            return Person(frozenset(contacts), frozenset())
        found = self._run(self._statements.select_contact, customer_ref=customer_ref).fetchone()
        return Person(frozenset(contacts) | frozenset(found or ()), frozenset((customer_ref,)))

    def publishers(self) -> list[Publisher]:
        """All that were written down, by their ids."""
        found = self._run(self._statements.select_publishers).fetchall()
        return [ledger_rows.publisher_of(values) for values in found]

    def add_publisher(self, publisher: Publisher) -> None:
        """Write down a new publisher.

        :raises BadValue: if they are known, or their parent is not or has them as a parent.
        """
        self._require_parent(publisher)
        row = ledger_rows.publisher_row(publisher)
        if self._run(self._statements.insert_publisher, **row).rowcount != 1:
            raise BadValue("publisher", f"{publisher.id!r} is there already; change it by set")

    def set_publisher(self, id: str, changes: Mapping[str, Any]) -> Publisher:
        """Change what is given of a publisher who was written down; what was earned stays.

        Read and written in one transaction: two who change different things keep both.

        :param changes: field of :class:`Publisher` -> value.
        :raises BadValue: if they are unknown, or their parent is or has them as a parent.
        """
        found = self._run(self._statements.lock_publisher, publisher=id).fetchone()
        if found is None:
            raise BadValue("publisher", f"{id!r} is unknown; add it first")
        publisher = msgspec.structs.replace(ledger_rows.publisher_of(found), **changes)
        self._require_parent(publisher)
        self._run(self._statements.update_publisher, **ledger_rows.publisher_row(publisher))
        return publisher

    def _require_parent(self, publisher: Publisher) -> None:
        parent = publisher.parent
        if parent is None:
            return
        known = self._known([parent])
        if parent not in known:
            raise BadValue("parent", f"{parent!r} is unknown; add it first")
        if known[parent].parent == publisher.id:
            raise BadValue("parent", f"{parent!r} has {publisher.id!r} as a parent")

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

    def _become(
        self, id: int, state: CommissionState, at: datetime, reason: str | None = None
    ) -> None:
        row = {"commission": id, "state": state, "reason": reason, "at": microseconds(at)}
        self._append(self._statements.insert_state, at, **row)


def _referrer(recorded: Recorded) -> str | None:
    """The publisher who referred a sale; None also where no tracking code says what that earns."""
    if recorded.referral is None or recorded.conversion.terms is None:
        return None
    return recorded.referral.publisher
