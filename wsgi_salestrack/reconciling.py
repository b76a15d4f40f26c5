"""The shop's orders beside what is stored of them: pure functions that say what differs.

What is compared is what is left of a sale: its revenue without what was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec

from .adjustments import Adjustment
from .importing import Entry, Imported, rehearse
from .model import Arrival, Recorded
from .money import Money, decimal_of

DifferenceKind = Literal["missing", "extra", "amount", "refund", "cancellation"]
Remedy = Literal["record", "refund", "cancel", "reinstate", "none"]

# How the name ends under which an order is cancelled that the shop does not have.
_EXTRA: Final = ":extra"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One order that is not the same on both sides.

    :param kind: ``missing``: it is in the shop, and not here; ``extra``: the other way round;
        ``amount``: its amounts differ; ``refund``: more was taken back on one side;
        ``cancellation``: it is cancelled on one side.
    :param reference: None where it was recorded without one.
    :param line: where the shop's order stands in its file, if there is one.
    :param shop: what is left of it in the shop.
    :param here: what is left of it here.
    :param remedy: what would mend it; ``none``: somebody has to look at it.
    :param note: why there is no remedy.
    :param mended: whether it was mended.
    """

    kind: DifferenceKind
    reference: str | None
    line: int | None = None
    shop: Money | None = None
    here: Money | None = None
    remedy: Remedy = "none"
    note: str = ""
    mended: bool = False


class SideTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What one side has in one currency, without what is cancelled."""

    side: Literal["shop", "here"]
    currency: str
    count: int
    revenue: Decimal
    refunded: Decimal

    @property
    def net(self) -> Decimal:
        """What is left."""
        return self.revenue - self.refunded


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """What a comparison found.

    :param compared: how many of the shop's orders.
    :param since: the first moment of the period; None: no order said when it was, so that nothing
        here could be extra.
    :param until: the moment after the last.
    :param rejected: rows of the shop's that can't be compared.
    :param totals: of both sides, before anything was mended.
    """

    compared: int
    since: datetime | None
    until: datetime | None
    differences: tuple[Difference, ...]
    rejected: tuple[Imported, ...]
    totals: tuple[SideTotal, ...]

    @property
    def remaining(self) -> tuple[Difference, ...]:
        """What was not mended."""
        return tuple(each for each in self.differences if not each.mended)


class Sums:
    """Adds up the orders of one side, each currency for itself."""

    def __init__(self, side: Literal["shop", "here"]) -> None:
        self._side = side
        self._sums: dict[tuple[str, int], list[int]] = {}

    def add(self, revenue: Money | None, refunded: Money | None) -> None:
        """One order more."""
        if revenue is None:
            return
        sums = self._sums.setdefault((revenue.currency, revenue.exponent), [0, 0, 0])
        sums[0] += 1
        sums[1] += revenue.minor
        sums[2] += refunded.minor if refunded else 0

    def totals(self) -> list[SideTotal]:
        """All of them, by currency."""
        return [
            SideTotal(
                side=self._side,
                currency=currency,
                count=count,
                revenue=decimal_of(revenue, exponent),
                refunded=decimal_of(refunded, exponent),
            )
            for (currency, exponent), (count, revenue, refunded) in sorted(self._sums.items())
        ]


def compare(
    entry: Entry, stored: Recorded | None, at: datetime, *, is_extra: bool = False
) -> Difference | None:
    """How an order of the shop's differs from what is stored of it; None: it does not.

    :param at: the time now.
    :param is_extra: what :func:`was_extra` says of a cancelled one.
    """
    if stored is None:
        # What was never sold in the end is not missed.
        return None if entry.cancelled else _found(entry, None, "missing", "record")
    if entry.cancelled or stored.cancelled:
        return _compare_cancelled(entry, stored, is_extra=is_extra)
    sold, had = entry.conversion.revenue, stored.conversion.revenue
    if sold is None:
        return None
    if had is None or had.currency != sold.currency or sold.minor > had.minor:
        return _compare_higher(entry, stored, at)
    return _compare_left(entry, stored, sold, had)


def _compare_left(entry: Entry, stored: Recorded, sold: Money, had: Money) -> Difference | None:
    """What is left of a sale that was worth no more than is stored."""
    here = had.minor - (stored.refunded.minor if stored.refunded else 0)
    wanted = left_of(entry).minor
    # A shop that does not say what it took back may mean either by its amount.
    if here == wanted or (entry.refunded is None and sold == had):
        return None
    kind: DifferenceKind = "refund" if entry.refunded and sold == had else "amount"
    if here < wanted:
        note = "more was taken back here than in the shop; reinstate it if that is wrong"
        return _found(entry, stored, kind, note=note)
    return _found(entry, stored, kind, "refund")


def left_of(entry: Entry) -> Money:
    """What is left of an order in the shop.

    :raises TypeError: if it has no revenue.
    """
    sold = entry.conversion.revenue
    if sold is None:
        raise TypeError("nothing is left of what has no revenue")
    taken = entry.refunded.minor if entry.refunded else 0
    left = 0 if entry.cancelled else sold.minor - taken
    return Money.from_minor(left, sold.currency, sold.exponent)


def extra(recorded: Recorded, exported_at: datetime | None) -> Difference:
    """What is here and not in the shop.

    :param exported_at: what was sold later may be in the shop by now; None: nothing was.
    """
    conversion, note = recorded.conversion, ""
    if conversion.reference is None or not conversion.deduped:
        note = "it has no reference of its own"
    elif exported_at and conversion.occurred_at and conversion.occurred_at > exported_at:
        note = "it is later than the shop's last order, which may not have had it yet; give until"
    return Difference(
        kind="extra",
        reference=conversion.reference,
        here=recorded.net,
        remedy="none" if note else "cancel",
        note=note,
    )


def extra_ref(name: str) -> str:
    """The reference of the cancellation of what is extra, under the name of a reconciliation."""
    return name + _EXTRA


def was_extra(adjustments: Iterable[Adjustment]) -> bool:
    """Whether a sale is cancelled for no other reason than that the shop did not have it.

    :param adjustments: all that were made, in their order.
    """
    cancellations = [each for each in adjustments if each.kind == "cancellation"]
    return any((each.reference or "").endswith(_EXTRA) for each in cancellations[-1:])


def _compare_cancelled(entry: Entry, stored: Recorded, *, is_extra: bool) -> Difference | None:
    if entry.cancelled and stored.cancelled:
        return None
    if entry.cancelled:
        return _found(entry, stored, "cancellation", "cancel")
    if is_extra:
        return _found(entry, stored, "cancellation", "reinstate")
    note = "it is cancelled here, and not in the shop; reinstate it if that is wrong"
    return _found(entry, stored, "cancellation", note=note)


def _compare_higher(entry: Entry, stored: Recorded, at: datetime) -> Difference:
    """An amount that no adjustment can make right; perhaps the shop's own word can."""
    arrival = Arrival(
        conversion=entry.conversion,
        touch=None,
        referral=None,
        visitor=None,
        at=at,
        window=timedelta(0),
        day="",
    )
    if rehearse(stored, arrival).conversion.revenue == entry.conversion.revenue:
        return _found(entry, stored, "amount", "record")
    source = stored.conversion.source
    note = f"it came by {source}, and stays: {source} is trusted as much, or some was taken back"
    return _found(entry, stored, "amount", note=note)


def _found(
    entry: Entry,
    stored: Recorded | None,
    kind: DifferenceKind,
    remedy: Remedy = "none",
    *,
    note: str = "",
) -> Difference:
    if stored is not None and not stored.conversion.deduped:
        remedy, note = "none", "it was recorded by a source that repeats its references"
    return Difference(
        kind=kind,
        reference=entry.reference,
        line=entry.line,
        shop=None if entry.conversion.revenue is None else left_of(entry),
        here=None if stored is None else stored.net,
        remedy=remedy,
        note=note,
    )
