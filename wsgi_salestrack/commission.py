"""What publishers earn on a conversion, and what corrects it: pure functions over the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from .affiliates import SELF_REFERRAL, Commission, Publisher
from .model import Recorded
from .money import Money
from .terms import Rule, Terms


class Earning(NamedTuple):
    """An entry that is due.

    :param minor: in minor units of the currency; negative where too much was written before.
    :param declined: why nobody is to be given it; None: it is pending.
    """

    publisher: str
    tier: int
    minor: int
    currency: str
    exponent: int
    rule: Rule
    declined: str | None = None


class Person(NamedTuple):
    """Somebody who buys or refers, by all that is known of who they are."""

    contacts: frozenset[str]
    customer_refs: frozenset[str]

    def is_same(self, other: Person) -> bool:
        """Whether it is one person."""
        return bool(self.contacts & other.contacts or self.customer_refs & other.customer_refs)


class _Share(NamedTuple):
    """Somebody who earns on a sale, and by which rule."""

    publisher: str
    tier: int
    rule: Rule


def due(
    recorded: Recorded,
    *,
    written: Sequence[Commission],
    publishers: Mapping[str, Publisher],
    buying: Collection[str] = (),
) -> Iterator[Earning]:
    """What is to be written so that the ledger is right for a conversion as it stands.

    Who earns, and by which rule, is decided by the first entries; after that only amounts follow:
    a percentage is one of what is left, and something fixed is earned while anything is left. What
    was declined stays so, whatever happens to the sale: what had been paid by then is kept as far
    as it is earned, and nothing comes to it.

    :param written: the ledger's entries for it, the oldest first.
    :param publishers: those known among the referrer and their parent, by their ids.
    :param buying: publishers who are the buyer themselves: their commission is declined at once.
    """
    terms, net = recorded.conversion.terms, recorded.net
    referrer = None if recorded.referral is None else recorded.referral.publisher
    if terms is None or net is None or referrer is None:
        return
    stands = not recorded.cancelled and (recorded.refunded is None or net.minor > 0)
    for share in _shares_of(written) or _shares(terms, referrer, publishers):
        own = [entry for entry in written if (entry.publisher, entry.tier) == share[:2]]
        if stands or own:
            # The first entries of who buys are declined, and with them what corrects those.
            reason = SELF_REFERRAL if share.publisher in buying and not own else None
            for minor, currency, exponent in _amounts_due(share.rule, own, net, stands=stands):
                yield Earning(*share[:2], minor, currency, exponent, share.rule, reason)


def _amounts_due(
    rule: Rule, own: Sequence[Commission], net: Money, *, stands: bool
) -> Iterator[tuple[int, str, int]]:
    """What is still to be written of one share: minor units, currency and exponent.

    :param own: what is written of it.
    :param net: what is left of the sale.
    :param stands: whether anything is earned on it.
    """
    declined = max((entry.became or 0 for entry in own if entry.state == "declined"), default=None)
    # A more trusted source may have told another currency than the first.
    exponents = {entry.currency: entry.exponent for entry in own}
    for currency, exponent in {**exponents, net.currency: net.exponent}.items():
        before = [entry for entry in own if entry.currency == currency]
        given = sum(entry.minor for entry in before if entry.state != "declined")
        earned = rule.earned(net.minor, exponent) if stands and currency == net.currency else 0
        if declined is not None:
            earned = min(earned, _paid(before, declined))
        if earned != given or (not before and declined is None):
            yield earned - given, currency, exponent


def _paid(entries: Sequence[Commission], declined: int) -> int:
    """What had been paid of a commission when it was declined: then nothing else was left of it.

    :param declined: see :attr:`Commission.became`.
    """
    kept = (e.minor for e in entries if e.state != "declined" and e.id < declined)
    return max(0, sum(kept))


def found_out(written: Sequence[Commission], buying: Collection[str]) -> list[Commission]:
    """The entries to be declined since it is known who the buyer is.

    A pixel may come before what says whose order it is. What somebody has approved by then stays
    so, with all that corrects it.

    :param written: the ledger's entries for a conversion.
    :param buying: publishers who are the buyer themselves.
    """
    decided = {(entry.publisher, entry.tier) for entry in written if entry.state != "pending"}
    return [
        entry
        for entry in written
        if entry.publisher in buying and (entry.publisher, entry.tier) not in decided
    ]


def _shares_of(written: Sequence[Commission]) -> list[_Share]:
    return list(dict.fromkeys(_Share(entry.publisher, entry.tier, entry.rule) for entry in written))


def _shares(terms: Terms, referrer: str, publishers: Mapping[str, Publisher]) -> Iterator[_Share]:
    publisher = publishers.get(referrer)
    # What the hit itself said, then a publisher's own rule, then the tracking code's.
    rule = terms.override1 or (publisher and publisher.tier1) or terms.tier1
    if rule is not None:
        yield _Share(referrer, 1, rule)
    parent = publisher and publisher.parent
    if parent:
        known = publishers.get(parent)
        rule = terms.override2 or (known and known.tier2) or terms.tier2
        if rule is not None:
            yield _Share(parent, 2, rule)
