"""Publishers and their commissions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import EllipsisType

from ..affiliates import NEXT_STATES, Commission, CommissionState, Publisher, check_reason
from ..checks import check_choice, check_id, check_names
from ..terms import Rule
from .core import Core


class Affiliates(Core):
    """What a tracker does for affiliate managers."""

    def add_publisher(
        self,
        id: str,
        *,
        name: str | None = None,
        parent: str | None = None,
        tier1: Sequence[str] | None = None,
        tier2: Sequence[str] | None = None,
        contact: str | None = None,
        customer_ref: str | None = None,
    ) -> Publisher:
        """Write down a publisher, with a parent and rules of their own.

        :param id: as links name them.
        :param parent: who earns tier 2 on what they refer.
        :param tier1: ``("percent", "10")`` or ``("fixed", "2.50")``: what they earn on their own
            sales, instead of what the tracking code says.
        :param tier2: what they earn on the sales of their children, likewise.
        :param contact: who they are among the contacts: on what they buy themselves they earn
            nothing. None: the contact that is called ``id``.
        :param customer_ref: who they are among the customers, likewise.
        :raises BadValue: naming the argument; if they are known already, or their parent is not.
        :raises StoreError: if it could not be written, or there is no store.
        """
        publisher = Publisher(
            id=id,
            name=name,
            parent=parent,
            tier1=Rule.of_pair("tier1", tier1),
            tier2=Rule.of_pair("tier2", tier2),
            contact=contact,
            customer_ref=customer_ref,
        )
        self.store.add_publisher(self.config.site, publisher)
        return publisher

    def set_publisher(
        self,
        id: str,
        *,
        name: str | EllipsisType | None = ...,
        parent: str | EllipsisType | None = ...,
        tier1: Sequence[str] | EllipsisType | None = ...,
        tier2: Sequence[str] | EllipsisType | None = ...,
        contact: str | EllipsisType | None = ...,
        customer_ref: str | EllipsisType | None = ...,
    ) -> Publisher:
        """Change what is given of a publisher; None takes it away.

        What was earned before stays as it is, and to whom.

        :raises BadValue: naming the argument; if they are unknown, or their parent is.
        :raises StoreError: if it could not be written, or there is no store.
        """
        check_names(publisher=id)
        rules = {"tier1": tier1, "tier2": tier2}
        names = {"name": name, "parent": parent, "contact": contact, "customer_ref": customer_ref}
        changes: dict[str, object] = {
            field: value for field, value in names.items() if value is not ...
        }
        for field, pair in rules.items():
            if pair is not ...:
                changes[field] = Rule.of_pair(field, pair)
        return self.store.set_publisher(self.config.site, id, changes)

    def publishers(self) -> list[Publisher]:
        """All publishers that were written down, by their ids.

        :raises StoreError: if the store can't be read, or there is none.
        """
        return self.store.publishers(self.config.site)

    def commissions(
        self,
        *,
        reference: str | None = None,
        publisher: str | None = None,
        state: CommissionState | None = None,
        payout: int | None = None,
    ) -> list[Commission]:
        """Entries of the ledger, the oldest first.

        The sum over them is what is earned: what a cancellation takes back is an entry as well.

        :param reference: of the sale.
        :param state: only those that are in it now.
        :param payout: the id of the payout that they are in, or were in before it was dropped.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        if state is not None:
            check_choice("state", state, NEXT_STATES)
        check_names(reference=reference, publisher=publisher)
        if payout is not None:
            check_id("payout", payout)
        return self.store.commissions(
            self.config.site, reference=reference, publisher=publisher, state=state, payout=payout
        )

    def set_commission_state(
        self, ids: Iterable[int], state: CommissionState, *, reason: str | None = None
    ) -> int:
        """Let entries become ``approved``, ``paid`` or ``declined``; all of them, or none.

        A pending one may be approved or declined, and an approved one paid or declined; what is in
        a payout is paid with it. What turned out to be a publisher's own purchase since it was
        written is declined instead of approved, and not counted.

        What was declined stays so, and nothing can overrule that, a self-referral's neither: the
        sale may have been refunded since, without anything to be taken back. Where a publisher is
        taken for somebody else, say by :meth:`set_publisher` who they are, or by :meth:`separate`
        who they are not; that counts from the next sale on, and what was declined by mistake is
        paid outside of the ledger.

        :param ids: of the entries.
        :param reason: why they are declined.
        :returns: how many were not in that state already.
        :raises BadValue: if there is no such entry, or it can't become that.
        :raises StoreError: if it could not be written, or there is no store.
        """
        check_choice("state", state, NEXT_STATES)
        check_reason(reason, state)
        chosen = [*ids]
        for id in chosen:
            check_id("commission", id)
        return self.store.set_commission_state(self.config.site, chosen, state, self.now(), reason)
