"""The commission ledger of the plain model: a list of entries, and sums over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.ledger.commissions import Earning, Entry, EntryState, Payout, Publisher, decide
from tests.ledger.crediting import Name, named
from tests.ledger.sales import Sale
from tests.ledger.values import Rule


@dataclass
class Books:
    """What publishers earn, and what they are paid.

    :param contact_of: says whose orders a customer's are.
    :ivar earnings: who earns on which sale.
    :ivar entries: of all of them, in the order that they were written.
    """

    publishers: dict[str, Publisher]
    contact_of: Callable[[str | None], str | None]
    earnings: list[Earning] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)

    def settle(self, sale: Sale) -> None:
        """Write what makes the ledger right for a sale as it stands.

        Who earns, and by which rule, is settled once, and only amounts follow. Who turns out to
        have bought for themselves earns nothing, unless somebody has approved it by then.
        """
        earnings = [earning for earning in self.earnings if earning.sale is sale]
        if not earnings and sale.stands:
            earnings = list(self._earnings(sale))
            self.earnings += earnings
        for earning in earnings:
            is_buyer, is_new = self._is_buyer(sale, earning.publisher), not earning.entries
            if is_buyer and {entry.state for entry in earning.entries} == {"pending"}:
                earning.decline(earning.entries)
            self._correct(earning)
            if is_buyer and is_new:
                earning.decline(earning.entries)

    def identified(self, customer: str) -> None:
        """More is known of a customer, who may have bought by their own link, or earned on it."""
        for earning in self.earnings:
            sale = earning.sale
            if sale.told.customer == customer or self._earns_on_own(earning, customer):
                self.settle(sale)

    def _earns_on_own(self, earning: Earning, customer: str) -> bool:
        """Whether it is a customer's who turns out to be its buyer; if nobody has decided of it."""
        publisher = self.publishers.get(earning.publisher)
        return (
            publisher is not None
            and publisher.customer == customer
            and any(entry.state == "pending" for entry in earning.entries)
            and self._is_buyer(earning.sale, earning.publisher)
        )

    def _correct(self, earning: Earning) -> None:
        """Append what is lacking; whoever earns nothing has an entry that says so."""
        for currency in earning.currencies:
            lacking = earning.due(currency) - earning.given(currency)
            is_new = all(entry.currency != currency for entry in earning.entries)
            if lacking or (is_new and earning.most is None):
                entry = Entry(earning, currency, lacking)
                earning.entries.append(entry)
                self.entries.append(entry)

    def _earnings(self, sale: Sale) -> Iterator[Earning]:
        """A publisher's own rule goes before the code's, and what the hit says before both."""
        rules = sale.told.rules
        id = sale.referral.publisher if sale.referral else None
        if rules is None or id is None:
            return
        known = self.publishers.get(id, Publisher(id))
        tier1 = rules.override or known.tier1 or rules.tier1
        if tier1 is not None:
            yield Earning(sale, id, 1, tier1)
        if known.parent is not None:
            tier2: Rule | None = self.publishers[known.parent].tier2 or rules.tier2
            if tier2 is not None:
                yield Earning(sale, known.parent, 2, tier2)

    def _is_buyer(self, sale: Sale, publisher: str) -> bool:
        """Whether somebody would earn on what they bought themselves."""
        touches = [touch for touch in (sale.touch, sale.referral) if touch is not None]
        buyer: set[Name] = {name for touch in touches for name in named(contact=touch.contact)}
        customer = sale.told.customer
        buyer |= {*named(contact=self.contact_of(customer), customer=customer)}
        known = self.publishers.get(publisher, Publisher(publisher))
        contact, customer = known.contact or publisher, known.customer or publisher
        referrer = named(contact=contact, customer=customer)
        referrer += named(contact=self.contact_of(known.customer))
        return not buyer.isdisjoint(referrer)

    def decide(self, entry: Entry, state: EntryState) -> int:
        """Let an entry become something; what is wrong then is made right at once.

        Who bought is asked once more before it is approved.

        :returns: how many entries did; none, where it turns out that nothing is earned on it.
        :raises Refused: if it can't.
        """
        if (entry.state, state) == ("pending", "approved"):
            self.settle(entry.earning.sale)
            if entry.state == "declined":
                return 0
        changed = decide(entry, state)
        if changed and state == "declined":
            self._correct(entry.earning)
        return changed

    def prepare(
        self, until: datetime, minimum: dict[str, int], publisher: str | None
    ) -> list[Payout]:
        """Collect what is due of sales that occurred until then; what is too little waits."""
        earnings = [earning for earning in self.earnings if earning.sale.at <= until]
        approved = {
            (entry.earning.publisher, entry.currency)
            for earning in earnings
            for entry in earning.entries
            if entry.state == "approved" and not entry.payout
        }
        made = []
        for id, currency in sorted(approved):
            if publisher in {None, id}:
                payout = Payout(id, currency, _payable(earnings, id, currency))
                if payout.minor > 0 and payout.minor >= minimum.get(currency, 0):
                    made.append(payout)
                    for entry in payout.entries:
                        entry.payout = payout
        self.payouts += made
        return made


def _payable(earnings: Iterable[Earning], publisher: str, currency: str) -> list[Entry]:
    """What was approved, and what takes back something, which waits for nobody's leave."""
    chosen: list[Entry] = []
    for earning in earnings:
        if earning.publisher == publisher:
            free = [e for e in earning.entries if not e.payout and e.currency == currency]
            pending = [entry for entry in free if entry.state == "pending"]
            chosen += [entry for entry in free if entry.state == "approved"]
            if sum(entry.minor for entry in pending) < 0:
                chosen += pending
    return chosen
