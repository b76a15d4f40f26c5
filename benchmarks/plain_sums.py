"""Reports over :mod:`benchmarks.sales_by_rule`, added up one sale after the other.

Nothing here uses salestrack: these sums are what its reports have to agree with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from benchmarks.sales_by_rule import Clicked, Sale, categories_of

Values = tuple[str | None, ...]

_UTC = ZoneInfo("UTC")

_OF_SALE = ("target", "product", "category", "point_of_sale", "source")
_OF_LINE = ("product", "category")


@dataclass(slots=True)
class Sum:
    """What a row of a report has to show; money in cents."""

    sales: set[int] = field(default_factory=set)
    quantity: int = 0
    revenue: int = 0
    refunded: int = 0
    commission: int = 0
    clicks: int | None = None
    visitors: set[int] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A report.

    :param since: the first moment, and ``until`` the one after the last.
    """

    by: tuple[str, ...]
    where: Mapping[str, str | None] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    zone: ZoneInfo = _UTC


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What of a sale is one product's; None: what its lines do not explain."""

    product: str | None
    quantity: int
    revenue: int
    refunded: int


def plain_sums(sales: Iterable[Sale], clicks: Iterable[Clicked], asked: Asked) -> dict[Values, Sum]:
    """The rows of a report, by their values; all of it in the one without."""
    sums: defaultdict[Values, Sum] = defaultdict(Sum)
    for sale in sales:
        if not sale.cancelled and _is_within(sale.at, asked):
            _add_sale(sums, sale, asked)
    if not set(asked.by) & set(_OF_SALE):
        for each in clicks:
            if each.valid and _is_within(each.at, asked):
                _add_click(sums, each, asked)
        for added in sums.values():
            added.clicks = added.clicks or 0
    return dict(sums)


def _add_sale(sums: defaultdict[Values, Sum], sale: Sale, asked: Asked) -> None:
    times = _times(sale.at, asked.zone)
    parts = list(parts_of(sale))
    earned = _by_largest_remainder(sale.commission, _worths(parts))
    for part, commission in zip(parts, earned, strict=True):
        found = set()
        for category in (part.product and categories_of(part.product)) or (None,):
            own = {**sale.names, **times, "product": part.product, "category": category}
            if all(own.get(name) == value for name, value in asked.where.items()):
                found.add(tuple(own.get(name) for name in asked.by))
        for values in found | ({()} if found else set()):
            added = sums[values]
            added.sales.add(sale.number)
            added.quantity += part.quantity
            added.revenue += part.revenue
            added.refunded += part.refunded
            added.commission += commission


def _add_click(sums: defaultdict[Values, Sum], click: Clicked, asked: Asked) -> None:
    own = {**click.names, **_times(click.at, asked.zone)}
    where = {name: value for name, value in asked.where.items() if name not in _OF_SALE}
    if any(own.get(name) != value for name, value in where.items()):
        return
    for values in {tuple(own.get(name) for name in asked.by), ()}:
        added = sums[values]
        added.clicks = (added.clicks or 0) + 1
        if click.visitor is not None:
            added.visitors.add(click.visitor)


def parts_of(sale: Sale) -> Iterator[Part]:
    """A sale by its products; they sum to it."""
    quantity, revenue, refunded = sale.quantity, sale.revenue, sale.refunded
    is_all_back = 0 < sale.revenue == sale.refunded
    for line in sale.lines:
        price = line.quantity * line.price
        back = price if is_all_back else sale.returned.get(line.product, 0) * line.price
        quantity, revenue, refunded = quantity - line.quantity, revenue - price, refunded - back
        yield Part(product=line.product, quantity=line.quantity, revenue=price, refunded=back)
    if not sale.lines or quantity or revenue or refunded:
        yield Part(product=None, quantity=quantity, revenue=revenue, refunded=refunded)


def _worths(parts: Sequence[Part]) -> list[int]:
    worths = [max(0, part.revenue - part.refunded) for part in parts]
    if not any(worths):
        worths = [max(0, part.revenue) for part in parts]
    return worths if any(worths) else [0] * (len(parts) - 1) + [1]


def _by_largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    total = sum(weights)
    shares = [amount * weight // total for weight in weights]
    places = sorted(range(len(weights)), key=lambda n: (amount * weights[n] % total, n))
    for place in places[len(places) - (amount - sum(shares)) :]:
        shares[place] += 1
    return shares


def _is_within(at: datetime, asked: Asked) -> bool:
    return (asked.since is None or at >= asked.since) and (asked.until is None or at < asked.until)


def _times(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    local = at.astimezone(zone)
    year, week, _ = local.isocalendar()
    offset = f"{local:%z}"
    return {
        "hour": f"{local:%Y-%m-%d %H}:00{offset[:3]}:{offset[3:]}",
        "day": f"{local:%Y-%m-%d}",
        "week": f"{year}-W{week:02}",
        "month": f"{local:%Y-%m}",
    }
