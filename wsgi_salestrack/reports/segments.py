"""Buyers as rows of a listing: one for each currency that they bought in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Final

from ..buyers import Buyer
from .listing import render_pages
from .listings import minute
from .table import Cell, Column

BUYERS: Final = (
    Column("contact"),
    *(Column("count", numeric=True), Column("quantity", numeric=True), Column("currency")),
    *(Column(name, numeric=True) for name in ("gross", "refunded", "net", "average")),
    *(Column("first_order"), Column("last_order")),
    *(Column(name, numeric=True) for name in ("r", "f", "m")),
)


def render_buyers(
    buyers: Iterable[Buyer], form: str, timezone: tzinfo, *, width: int | None = None
) -> Iterator[str]:
    """All of them as text, some at a time; times are in this zone.

    :param form: one of :data:`~.listing.FORMATS`.
    :param width: columns of the terminal that a table is to fit; None: as wide as it gets.
    """
    rows = (row for buyer in buyers for row in buyer_rows(buyer, timezone))
    return render_pages(BUYERS, rows, form, empty="no contacts", width=width)


def buyer_rows(buyer: Buyer, timezone: tzinfo) -> list[tuple[Cell, ...]]:
    """A buyer as rows of :data:`BUYERS`.

    What is counted is that of the row's currency; dates, r and f are of all orders.
    """
    first, last = (minute(at, timezone) for at in (buyer.first_order, buyer.last_order))
    return [
        (
            *(buyer.contact, spent.count, spent.quantity, spent.currency),
            *(spent.gross, spent.refunded, spent.net, spent.average),
            *(first, last, buyer.recency, buyer.frequency, spent.monetary),
        )
        for spent in buyer.spent
    ]
