"""Writing :mod:`benchmarks.sales_by_rule` into a tracker's store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Final

from benchmarks.cdnow import CURRENCY
from benchmarks.sales_by_rule import BoughtLine, Clicked, Sale, categories_of
from wsgi_salestrack import Click, Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.days import day_of
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores import rows, statements
from wsgi_salestrack.terms import Rule, Terms

_SITE: Final = "default"
_AT_ONCE: Final = 500
_TERMS: Final = Terms(tier1=Rule("percent", Decimal(10)))
_OF_TOUCH: Final = ("contact", "subscription", "list", "newsletter", "link")


def fill(tracker: Tracker, path: Path, sales: Sequence[Sale], clicks: Iterable[Clicked]) -> None:
    """Record the sales, adjust them, and write the clicks past the store, one by one it takes long.

    :param path: of the tracker's database.
    """
    zone = tracker.config.timezone
    store = tracker.store
    for first in range(0, len(sales), _AT_ONCE):
        store.record_many(
            _SITE, [arrival_of(sale, zone) for sale in sales[first : first + _AT_ONCE]]
        )
    for sale in sales:
        reference = str(sale.number)
        if sale.taken:
            amount = Money.from_minor(sale.taken, CURRENCY, 2)
            tracker.refund(reference, amount=amount)
        elif sale.returned:
            tracker.refund(reference, lines=sale.returned)
        if sale.cancelled:
            tracker.cancel(reference)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            statements.insert_many("clicks", statements.CLICK_COLUMNS, 1),
            (rows.click_values(_SITE, click_of(each, zone)) for each in clicks),
        )


def arrival_of(sale: Sale, zone: tzinfo) -> Arrival:
    """A sale on its way into a store, credited to the links that were clicked."""
    touch = {name: sale.names[name] for name in _OF_TOUCH if name in sale.names}
    publisher = sale.names.get("publisher")
    conversion = Conversion(
        source=sale.names["source"],
        reference=str(sale.number),
        revenue=Money.from_minor(sale.revenue, CURRENCY, 2),
        quantity=sale.quantity,
        occurred_at=sale.at,
        target=sale.names.get("target"),
        order=Order(
            customer_ref=f"k{sale.customer}",
            point_of_sale=sale.names.get("point_of_sale"),
            lines=tuple(map(_line, sale.lines)),
        ),
        terms=_TERMS if sale.earns else None,
    )
    return Arrival(
        conversion=conversion,
        touch=Touch(at=sale.at - timedelta(hours=2), **touch) if touch else None,
        referral=Touch(at=sale.at - timedelta(hours=1), publisher=publisher) if publisher else None,
        visitor=sale.customer,
        at=sale.at,
        window=timedelta(days=30),
        day=day_of(sale.at, zone),
    )


def _line(line: BoughtLine) -> Line:
    return Line(
        product_id=line.product,
        name=f"Product {line.product}",
        categories=categories_of(line.product),
        quantity=line.quantity,
        unit_price=Money.from_minor(line.price, CURRENCY, 2),
    )


def click_of(clicked: Clicked, zone: tzinfo) -> Click:
    """A click on its way into a store."""
    return Click(
        id=clicked.number,
        touch=Touch(at=clicked.at, **clicked.names),
        day=day_of(clicked.at, zone),
        visitor=clicked.visitor,
        verdict="valid" if clicked.valid else "bot",
        destination="/p/socks",
    )
