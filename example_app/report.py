"""What sold: the tracker's report, and the shop's own orders beside it."""

from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, render_template
from sqlalchemy import func, select

from example_app.database import transaction
from example_app.tables import conversions, order_lines, orders
from flask_salestrack import current_tracker
from wsgi_salestrack import SalesTrackError

__all__ = ["blueprint"]

blueprint = Blueprint("report", __name__)

TABLES = {
    "newsletter": "By newsletter",
    "link": "By link",
    "contact": "By contact",
    "day": "By day",
}
ORDERS_SHOWN = 50
COMMISSIONS_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table.

    :param name: what sold; None stands for the conversions credited to nobody.
    :param share: of the table's greatest revenue in the same currency, in percent.
    """

    name: str | None
    count: int
    quantity: int | None
    revenue: Decimal | None
    currency: str | None
    share: int


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """An order of the shop with what the signal handler stored for it.

    :param is_tracked: whether the tracker ever told of it.
    """

    number: int
    cents: int
    status: str
    is_tracked: bool
    newsletter: str | None
    link: str | None
    contact: str | None


@blueprint.get("/report")
def report() -> str:
    """Show what sold. A shop of your own puts this behind its staff's login.

    :returns: the page; when the tracker can't be read, the shop's own part of it.
    """
    try:
        tables = {title: _table(by) for by, title in TABLES.items()}
        commissions = current_tracker.commissions()[-COMMISSIONS_SHOWN:]
    except SalesTrackError:
        tables, commissions = {}, []
    return render_template(
        "report.html",
        tables=tables,
        commissions=commissions,
        orders=_orders(),
        others=_others(),
    )


def _table(by: str) -> list[Row]:
    rows = current_tracker.report(by=by).rows
    greatest: dict[str | None, Decimal] = {}
    for row in rows:
        known = greatest.get(row.currency, Decimal(0))
        greatest[row.currency] = max(known, row.revenue or Decimal(0))
    return [
        Row(
            name=row.dimension,
            count=int(row.count),  # the last touch has all of a sale
            quantity=int(row.quantity),
            revenue=row.revenue,
            currency=row.currency,
            share=_percent(row.revenue or Decimal(0), greatest[row.currency]),
        )
        for row in rows
    ]


def _percent(part: Decimal, whole: Decimal) -> int:
    return int(100 * part / whole) if whole else 0


def _orders() -> list[OrderRow]:
    total = (
        select(func.sum(order_lines.c.quantity * order_lines.c.unit_cents))
        .where(order_lines.c.order_number == orders.c.number)
        .scalar_subquery()
    )
    query = (
        select(
            orders.c.number,
            orders.c.status,
            total.label("cents"),
            conversions.c.id.is_not(None).label("is_tracked"),
            conversions.c.newsletter,
            conversions.c.link,
            conversions.c.contact,
        )
        .select_from(orders.outerjoin(conversions))
        .order_by(orders.c.number.desc())
        .limit(ORDERS_SHOWN)
    )
    with transaction() as database:
        rows = database.execute(query).mappings()
        # Sums are decimals to some databases, and truth a number.
        return [
            OrderRow(**{**row, "cents": int(row["cents"]), "is_tracked": bool(row["is_tracked"])})
            for row in rows
        ]


def _others() -> int:
    """Conversions that belong to no order: signups, and pixels that anybody can make up."""
    query = select(func.count()).where(conversions.c.order_number.is_(None))
    with transaction() as database:
        return database.scalar(query) or 0
