"""The listings of what is not added up: what each shows of a row, to whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final

from ..affiliates import Commission
from ..explaining import Candidate, Explanation
from ..hits import Hit
from ..model import Conversion, Recorded
from ..money import decimal_of
from ..payouts import Payout
from ..touches import TOUCH_NAMES, Touch
from .table import Cell, Column

COMMISSIONS: Final = (
    *(Column(name) for name in ("id", "at", "reference", "publisher")),
    Column("tier", numeric=True),
    *(Column(name) for name in ("rule", "state", "currency")),
    Column("amount", numeric=True),
    *(Column(name) for name in ("payout", "reason")),
)
PAYOUTS: Final = (
    *(Column(name) for name in ("payout", "prepared", "publisher", "name", "state", "currency")),
    *(Column("amount", numeric=True), Column("sales", numeric=True)),
)
HITS: Final = (
    Column("at", width=19),
    Column("protocol", width=10),
    Column("outcome", width=9),
    Column("what", width=40),
    Column("parameters"),
)
CANDIDATES: Final = (
    *(Column("programme"), Column("at"), Column("touch"), Column("verdict")),
    *(Column("share", numeric=True), Column("credited", numeric=True)),
)
SALES: Final = (
    *(Column("at"), Column("scope"), Column("reference"), Column("source"), Column("state")),
    *(Column("quantity", numeric=True), Column("currency")),
    *(Column(name, numeric=True) for name in ("revenue", "refunded", "net")),
    *(Column(name) for name in TOUCH_NAMES),
)


def commission_cells(entry: Commission, timezone: tzinfo) -> tuple[Cell, ...]:
    """An entry of the ledger as a row of :data:`COMMISSIONS`."""
    return (
        str(entry.id),
        minute(entry.at, timezone),
        entry.reference,
        entry.publisher,
        entry.tier,
        f"{entry.rule.kind}:{entry.rule.value}",
        entry.state,
        entry.currency,
        entry.amount,
        None if entry.payout is None else str(entry.payout),
        entry.reason,
    )


def payout_cells(payout: Payout, timezone: tzinfo) -> tuple[Cell, ...]:
    """A payout as a row of :data:`PAYOUTS`."""
    return (
        *(str(payout.id), minute(payout.at, timezone)),
        *(payout.publisher, payout.name, payout.state, payout.currency),
        *(payout.amount, payout.sales),
    )


def hit_cells(hit: Hit, timezone: tzinfo) -> tuple[str, ...]:
    """A hit as a row of :data:`HITS`."""
    at = hit.at.astimezone(timezone)
    names = " ".join(hit.parameters)
    return (f"{at:%Y-%m-%d %H:%M:%S}", hit.protocol, hit.outcome, hit.reason, names)


def candidate_cells(candidate: Candidate, found: Explanation, timezone: tzinfo) -> tuple[Cell, ...]:
    """A touch of a sale's buyer as a row of :data:`CANDIDATES`."""
    revenue = found.recorded.conversion.revenue
    share = round(candidate.share * 10000)
    return (
        candidate.programme,
        minute(candidate.touch.at, timezone),
        names_text(candidate.touch),
        candidate.verdict,
        f"{decimal_of(share, 2)}%",
        None if revenue is None else decimal_of(candidate.minor, revenue.exponent),
    )


def said_of(said: Conversion) -> Iterator[str]:
    """The values of a conversion that a source named, in words."""
    if said.revenue is not None:
        yield f"{said.revenue}"
    if said.quantity is not None:
        yield f"quantity {said.quantity}"
    if said.customer_ref is not None:
        yield f"customer {said.customer_ref}"
    if said.order is not None and said.order.point_of_sale is not None:
        yield f"point of sale {said.order.point_of_sale}"
    for line in said.lines:
        yield f"{line.quantity} x {line.product_id} at {line.unit_price}"


def sale_cells(recorded: Recorded, timezone: tzinfo) -> tuple[Cell, ...]:
    """A conversion as a row of :data:`SALES`."""
    conversion, touch = recorded.conversion, recorded.touch or Touch()
    revenue, refunded, net = conversion.revenue, recorded.refunded, recorded.net
    publisher = touch.publisher if recorded.referral is None else recorded.referral.publisher
    return (
        *(minute(conversion.occurred_at, timezone), conversion.scope, conversion.reference),
        *(conversion.source, "cancelled" if recorded.cancelled else "counts"),
        *(conversion.quantity, None if revenue is None else revenue.currency),
        None if revenue is None else revenue.amount,
        _amount(refunded.minor if refunded else 0, recorded),
        None if net is None else net.amount,
        *touch.names[:-1],
        publisher,
    )


def names_text(touch: Touch) -> str:
    """All names of a touch, such as ``contact=c81 newsletter=2026-11``."""
    names = zip(TOUCH_NAMES, touch.names, strict=True)
    return " ".join(f"{name}={value}" for name, value in names if value is not None)


def minute(at: datetime | None, timezone: tzinfo) -> str | None:
    """A time to the minute, in this zone."""
    return None if at is None else f"{at.astimezone(timezone):%Y-%m-%d %H:%M}"


def _amount(minor: int, recorded: Recorded) -> Decimal | None:
    revenue = recorded.conversion.revenue
    return None if revenue is None else decimal_of(minor, revenue.exponent)
