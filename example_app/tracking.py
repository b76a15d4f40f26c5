"""Where the shop meets salestrack: mounting it, telling it of sales, listening to it.

This is the file to copy from. The links in mails are made in ``templates/mail.html``; the pixels
stand in ``templates/thank_you.html`` and ``templates/welcome.html``.
"""

import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app, request
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from example_app import dialects, partners, staff, ubivox
from example_app.database import transaction
from example_app.keys import kept_key
from example_app.orders import Order, find_order_number
from example_app.prices import CURRENCY, as_decimal
from example_app.tables import conversions
from flask_salestrack import (
    SalesTrack,
    conversion_enriched,
    conversion_recorded,
    current_tracker,
)
from flask_salestrack.dashboard import make_dashboard
from wsgi_salestrack import Conversion, Line, Money, Recorded, SalesTrackError
from wsgi_salestrack import Order as SoldOrder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = [
    "SALE",
    "SIGNUP",
    "break_on_purpose",
    "cancel_sale",
    "customer_ref",
    "is_beside_the_shop",
    "lines_of",
    "mount",
    "record_sale",
    "store_conversion",
]

SALE = 1
SIGNUP = 2

salestrack = SalesTrack()


def mount(app: Flask, instance: Path) -> None:
    """Mount salestrack into the shop. These are the lines that a shop of your own needs.

    :param app: the application, its own settings loaded.
    :param instance: folder of the shop's files; the tracker's database goes there by itself,
        unless its tables go into the shop's own.
    """
    app.config.setdefault("SALESTRACK_SECRET_KEYS", [kept_key(instance / "salestrack_key")])
    app.config.setdefault("SALESTRACK_CURRENCY", CURRENCY)
    app.config.setdefault(
        "SALESTRACK_TARGETS", {SALE: {"title": "Sale", "scope": "order"}, SIGNUP: "Signup"}
    )
    dialects.configure(app, instance)
    if app.config["DATABASE"] is not None:
        app.config.setdefault("SALESTRACK_DATABASE", app.config["DATABASE"])
    app.jinja_env.globals.update(SALE=SALE, SIGNUP=SIGNUP, CURRENCY=CURRENCY)
    salestrack.init_app(app)
    # What sold, for the staff: pages that show, and change nothing.
    app.register_blueprint(make_dashboard(authorize=staff.is_staff), url_prefix="/sales")
    conversion_recorded.connect(store_conversion, sender=app)
    conversion_enriched.connect(store_conversion, sender=app)
    with app.app_context():
        if is_beside_the_shop():
            _make_tables()
        partners.write_down()


def break_on_purpose(app: Flask, instance: Path) -> None:
    """Give the tracker a database where none can ever be, whoever runs this: a folder.

    :param app: the application, before salestrack is mounted.
    :param instance: folder of the shop's files.
    """
    folder = instance / "broken-on-purpose.db"
    folder.mkdir(exist_ok=True)
    app.config["SALESTRACK_DATABASE"] = str(folder)


def is_beside_the_shop() -> bool:
    """Whether the tracker's tables are in the shop's own database.

    :returns: by default not: they are in a file of their own.
    """
    database = current_app.config.get("SALESTRACK_DATABASE")
    return database is not None and database == current_app.config["DATABASE"]


def record_sale(order: Order, database: Session | None = None) -> None:
    """Tell the tracker of an order, from inside the checkout.

    The thank-you page's pixel reports the same order once more; by its reference it is counted
    once.

    :param order: the order, committed unless there is a transaction.
    :param database: the shop's running transaction, where the tracker's tables are beside the
        shop's. The sale is committed with the order, and handlers hear of it after that.
    """
    # Nobody is turned away because the tracker failed; nor does it spoil the transaction.
    with current_tracker.errors_logged():
        current_tracker.record(
            Conversion(
                reference=str(order.number),
                revenue=Money(order.revenue, CURRENCY),
                quantity=order.quantity,
            ),
            environ=request.environ,
            connection=database,
        )


def lines_of(order: Order) -> SoldOrder:
    """Write an order as the tracker has it, for the pixel that shows each product.

    :param order: the order.
    """
    return SoldOrder(
        customer_ref=customer_ref(order),
        lines=tuple(
            Line(
                product_id=line.slug,
                name=line.name,
                categories=(ubivox.CATEGORY,),
                quantity=line.quantity,
                unit_price=Money(as_decimal(line.unit_cents), CURRENCY),
            )
            for line in order.lines
        ),
    )


def customer_ref(order: Order) -> str:
    """Name a customer, without a word that says who it is: the same for all of their orders.

    :param order: one of these.
    """
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, order.email.lower().encode(), "sha256").hex()[:16]


def cancel_sale(order: Order) -> None:
    """Tell the tracker that an order was cancelled: it counts no longer, and nobody earns on it.

    The tracker writes that in a transaction of its own, so the shop's is committed before.

    :param order: the order, cancelled.
    """
    with current_tracker.errors_logged():
        current_tracker.cancel(str(order.number))


def store_conversion(
    sender: Flask, *, recorded: Recorded, environ: "WSGIEnvironment | None" = None
) -> None:
    """Keep a conversion in the shop's own table, where it can be joined with orders.

    ``salestrack replay`` sends the signal again, and an enriched conversion comes a second time:
    the tracker's id decides that it is the same row.

    :param sender: the application.
    :param recorded: the conversion, and the touch it is credited to.
    :param environ: of the request that brought it, if one did.
    """
    row = _row(recorded)
    try:
        with transaction() as database:
            row["order_number"] = _order_number(database, recorded)
            database.execute(insert(conversions).values(row))
    except IntegrityError:  # we were told of it before
        with transaction() as database:
            row["order_number"] = _order_number(database, recorded)
            database.execute(update(conversions).values(row).where(conversions.c.id == row["id"]))


def _row(recorded: Recorded) -> dict[str, object]:
    conversion, touch = recorded.conversion, recorded.touch
    revenue = conversion.revenue
    return {
        "id": recorded.id,
        "scope": conversion.scope,
        "reference": conversion.reference,
        "revenue_cents": None if revenue is None else revenue.minor,
        "currency": None if revenue is None else revenue.currency,
        "quantity": conversion.quantity,
        "contact": touch and touch.contact,
        "newsletter": touch and touch.newsletter,
        "link": touch and touch.link,
        "list": touch and touch.list,
        "occurred_at": conversion.occurred_at and conversion.occurred_at.isoformat(),
    }


def _order_number(database: Session, recorded: Recorded) -> int | None:
    if recorded.conversion.scope != "order":
        return None
    return find_order_number(database, recorded.conversion.reference)


def _make_tables() -> None:
    """At the start: the transaction of a checkout is no place for it."""
    try:
        current_tracker.store.migrate()
    except SalesTrackError:
        current_app.logger.exception("the tracker cannot be used")
