"""Publishers of a site: who they are, by which rules they earn, and whether they buy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ..affiliates import Publisher
from ..commission import Person
from ..errors import BadValue
from ..model import Recorded
from . import ledger_rows
from .transaction import Transaction


class Publishers:
    """Publishers of a site.

    :param transaction: in which they are read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.ledger

    def name_of(self, publisher: str) -> str | None:
        """The name of a publisher, if it was written down."""
        known = self._known([publisher])
        return known[publisher].name if publisher in known else None

    def everybody(self) -> list[Publisher]:
        """All that were written down, by their ids."""
        found = self._run(self._statements.select_publishers).fetchall()
        return [ledger_rows.publisher_of(values) for values in found]

    def has_customer(self, customer_ref: str) -> bool:
        """Whether any of them is this customer of the shop's."""
        statement = self._statements.select_customers
        return self._run(statement, customer_ref=customer_ref).fetchone() is not None

    def add(self, publisher: Publisher) -> None:
        """Write down a new publisher.

        :raises BadValue: if they are known, or their parent is not or has them as a parent.
        """
        self._require_parent(publisher)
        row = ledger_rows.publisher_row(publisher)
        if self._run(self._statements.insert_publisher, **row).rowcount != 1:
            raise BadValue("publisher", f"{publisher.id!r} is there already; change it by set")

    def change(self, id: str, changes: Mapping[str, Any]) -> Publisher:
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

    def parties(
        self, recorded: Recorded, referrer: str
    ) -> tuple[dict[str, Publisher], frozenset[str]]:
        """The publishers known of those who may earn, and which of them are the buyer."""
        publishers = self._family(referrer)
        return publishers, self._buying(recorded, {*publishers, referrer}, publishers)

    def _family(self, id: str) -> dict[str, Publisher]:
        """A publisher and their parent, as far as they are known."""
        known = self._known([id])
        parent = known[id].parent if id in known else None
        return known if parent is None else {**known, **self._known([parent])}

    def _require_parent(self, publisher: Publisher) -> None:
        parent = publisher.parent
        if parent is None:
            return
        known = self._known([parent])
        if parent not in known:
            raise BadValue("parent", f"{parent!r} is unknown; add it first")
        if known[parent].parent == publisher.id:
            raise BadValue("parent", f"{parent!r} has {publisher.id!r} as a parent")

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

    def _known(self, ids: Iterable[str]) -> dict[str, Publisher]:
        found = [
            self._run(self._statements.select_publisher, publisher=id).fetchone() for id in ids
        ]
        publishers = [ledger_rows.publisher_of(values) for values in found if values is not None]
        return {publisher.id: publisher for publisher in publishers}
