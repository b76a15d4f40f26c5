"""What a publisher earns on a sale, and what may become of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from tests.ledger.sales import Sale
from tests.ledger.values import Refused, Rule

EntryState = Literal["pending", "approved", "paid", "declined"]
PayoutState = Literal["prepared", "approved", "exported", "paid", "dropped"]

_MAY_BECOME: Final[dict[EntryState, tuple[EntryState, ...]]] = {
    "pending": ("approved", "declined"),
    "approved": ("paid", "declined"),
    "paid": (),
    "declined": (),
}


@dataclass(frozen=True)
class Publisher:
    """An affiliate; who was not said to be anybody else is who is called like them."""

    id: str
    parent: str | None = None
    tier1: Rule | None = None
    tier2: Rule | None = None
    contact: str | None = None
    customer: str | None = None


@dataclass(eq=False)
class Payout:
    """What a publisher is paid at once."""

    publisher: str
    currency: str
    entries: list[Entry]
    state: PayoutState = "prepared"

    @property
    def minor(self) -> int:
        """The sum."""
        return sum(entry.minor for entry in self.entries)

    @property
    def sales(self) -> int:
        """Of how many; one that was cancelled before it was paid is none."""
        sums = Counter[int]()
        for entry in self.entries:
            sums[entry.earning.sale.number] += entry.minor
        return sum(minor != 0 for minor in sums.values())


@dataclass(eq=False)
class Earning:
    """What a publisher earns on a sale; who and by which rule is settled once.

    :ivar most: by currency, if it was declined: what had been paid of it by then. So much they keep
        if it is earned, and no more.
    """

    sale: Sale
    publisher: str
    tier: int
    rule: Rule
    entries: list[Entry] = field(default_factory=list)
    most: dict[str, int] | None = None

    def due(self, currency: str) -> int:
        """What the rule gives on the sale as it stands; of what was declined no more than that."""
        if not self.sale.stands or currency != self.sale.told.currency:
            return 0
        earned = self.rule.earned(self.sale.net, currency)
        return earned if self.most is None else min(earned, self.most.get(currency, 0))

    def given(self, currency: str) -> int:
        """What the entries come to that were not declined."""
        counting = [each for each in self.entries if each.state != "declined"]
        return sum(each.minor for each in counting if each.currency == currency)

    def decline(self, entries: Iterable[Entry]) -> None:
        """What was paid stays paid."""
        for entry in entries:
            entry.state = "declined"
        paid = [entry for entry in self.entries if entry.state == "paid"]
        self.most = {
            currency: max(0, sum(entry.minor for entry in paid if entry.currency == currency))
            for currency in self.currencies
        }

    @property
    def currencies(self) -> list[str]:
        """Those that it was written in, and the one that it is earned in now."""
        written = [entry.currency for entry in self.entries]
        return list(dict.fromkeys([*written, self.sale.told.currency]))


@dataclass(eq=False)
class Entry:
    """A line of the ledger; what corrects it is another one.

    :ivar payout: that it is in, unless that was dropped.
    """

    earning: Earning
    currency: str
    minor: int
    state: EntryState = "pending"
    payout: Payout | None = None

    @property
    def others(self) -> list[Entry]:
        """Of the same publisher and tier on that sale."""
        return [entry for entry in self.earning.entries if entry is not self]


def decide(entry: Entry, state: EntryState) -> int:
    """Let an entry become something; how many did.

    :raises Refused: if it can't.
    """
    if entry.state == state:
        return 0
    if state not in _MAY_BECOME[entry.state]:
        raise Refused("the state before")
    becoming = [entry]
    if state == "declined":
        if entry.minor < 0 and any(other.state == "paid" for other in entry.others):
            raise Refused("it takes back what was paid")
        becoming += [each for each in entry.others if state in _MAY_BECOME[each.state]]
    if state == "paid":
        open_ones = [each for each in entry.others if each.state in {"pending", "approved"}]
        becoming += [each for each in open_ones if each.minor < 0]
    if state != "approved" and any(each.payout for each in becoming):
        raise Refused("it is in a payout")
    if state == "declined":
        entry.earning.decline(becoming)
    for each in becoming:
        each.state = state
    return len(becoming)


def move(payout: Payout, state: PayoutState) -> int:
    """Let a payout go on: prepared, approved, exported, paid; dropped while it is not exported.

    :returns: whether it was not there before.
    :raises Refused: if it can't.
    """
    if payout.state == state or (payout.state, state) == ("paid", "exported"):
        return 0
    steps: Sequence[PayoutState] = ("prepared", "approved", "exported", "paid")
    if state == "dropped":
        if payout.state not in steps[:2]:
            raise Refused("it was exported")
    elif payout.state == "dropped" or steps.index(state) != steps.index(payout.state) + 1:
        raise Refused("step by step")
    payout.state = state
    for entry in payout.entries:
        if state == "dropped":
            entry.payout = None
        elif (state, entry.state) == ("approved", "pending"):
            entry.state = "approved"
        elif state == "paid":
            entry.state = "paid"
    return 1
