"""Payouts of commissions: values, and what goes into one; pure functions over the ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, NamedTuple

import msgspec

from .affiliates import Commission
from .checks import check_mapping, check_names
from .errors import BadValue
from .money import Money, decimal_of

PayoutState = Literal["prepared", "approved", "exported", "paid", "dropped"]

#: What may become of a payout; once it is exported, nothing of it changes any more.
NEXT_PAYOUT_STATES: Final[Mapping[PayoutState, tuple[PayoutState, ...]]] = {
    "prepared": ("approved", "dropped"),
    "approved": ("exported", "dropped"),
    "exported": ("paid",),
    "paid": (),
    "dropped": (),
}

#: How long a sale may be cancelled or refunded before somebody is paid for it.
HOLDING: Final = timedelta(days=30)
_LONGEST_HOLDING: Final = timedelta(days=3650)


class Purse(NamedTuple):
    """Whose money, in which currency; amounts of one purse may be added up.

    :param exponent: of the currency when it was written; ISO may change it.
    """

    publisher: str
    currency: str
    exponent: int


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """What a publisher is paid at once; but for its state it never changes.

    :param name: of the publisher, as it was then.
    :param minor: in minor units, the sum of its commissions; above zero.
    :param sales: how many conversions they are of, without those whose commissions come to zero.
    :param at: when it was prepared, aware UTC.
    :param state: what became of it until now.
    """

    id: int
    publisher: str
    name: str | None
    currency: str
    exponent: int
    minor: int
    sales: int
    at: datetime
    state: PayoutState

    @property
    def amount(self) -> Decimal:
        """In the currency, with all its decimals."""
        return decimal_of(self.minor, self.exponent)


class Gathering(msgspec.Struct, frozen=True, kw_only=True):
    """What payouts are prepared of.

    :param until: the last moment, aware UTC, by when the sales occurred.
    :param minimum: what a payout must be at least, by currency; elsewhere the smallest unit.
    :param publisher: only for this one.
    """

    until: datetime
    minimum: Mapping[str, Decimal]
    publisher: str | None = None

    @classmethod
    def of(
        cls,
        at: datetime,
        *,
        holding: timedelta,
        minimum: Mapping[str, Decimal | str | int],
        publisher: str | None,
    ) -> Gathering:
        """From what an affiliate manager wants.

        :raises BadValue: naming the argument.
        """
        if not isinstance(holding, timedelta):
            raise BadValue("holding", "is not a timedelta, such as timedelta(days=30)")
        if not timedelta(0) <= holding <= _LONGEST_HOLDING:
            raise BadValue("holding", f"is not from 0 to {_LONGEST_HOLDING.days} days")
        check_names(publisher=publisher)
        check_mapping("minimum", minimum, '{"USD": "25"}')
        least = {currency: _least(amount, currency) for currency, amount in minimum.items()}
        return cls(until=at - holding, minimum=least, publisher=publisher)


def _least(amount: Decimal | str | int, currency: str) -> Decimal:
    try:
        return Money(amount, currency).amount
    except BadValue as error:
        raise BadValue("minimum", f"of {currency!r}: {error}") from None


def collected(purse: Purse, entries: Iterable[Commission], wanted: Gathering) -> list[Commission]:
    """What goes into a payout; nothing, where it would be less than it must be.

    :param entries: of the purse, all that there are of each sale.
    """
    chosen = _payable(entries)
    minor = sum(entry.minor for entry in chosen)
    # Nobody is asked to pay something back: less than nothing waits for what is earned later.
    if minor <= 0 or decimal_of(minor, purse.exponent) < wanted.minimum.get(purse.currency, 0):
        return []
    return chosen


def sales_in(entries: Sequence[Commission]) -> int:
    """For how many conversions it is paid, or taken back; not for what was cancelled before."""
    sums = Counter[int]()
    for entry in entries:
        sums[entry.conversion] += entry.minor
    return sum(minor != 0 for minor in sums.values())


def _payable(entries: Iterable[Commission]) -> list[Commission]:
    """What was approved, and what takes back a part of what was approved or paid before.

    What a refund takes back waits for nobody's approval, or more would be paid than is earned.
    What is pending of a sale's commission goes together, for a part of it may have been given
    again meanwhile.
    """
    shares: dict[tuple[int, str, int], list[Commission]] = defaultdict(list)
    for entry in entries:
        if entry.payout is None:
            shares[entry.conversion, entry.publisher, entry.tier].append(entry)
    chosen = []
    for share in shares.values():
        pending = [entry for entry in share if entry.state == "pending"]
        takes_back = sum(entry.minor for entry in pending) < 0
        states = ("approved", "pending") if takes_back else ("approved",)
        chosen += [entry for entry in share if entry.state in states]
    return sorted(chosen, key=lambda entry: entry.id)
