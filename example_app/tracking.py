"""Where the shop meets salestrack: mounting it, telling it of sales, listening to it.

This is the file to copy from. The links in mails are made in ``templates/mail.html``; the pixels
stand in ``templates/thank_you.html`` and ``templates/welcome.html``.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, request

from example_app.database import transaction
from example_app.keys import kept_key
from example_app.orders import Order
from example_app.prices import CURRENCY
from flask_salestrack import (
    SalesTrack,
    conversion_enriched,
    conversion_recorded,
    current_tracker,
)
from wsgi_salestrack import Conversion, Money, Recorded

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["SALE", "SIGNUP", "break_on_purpose", "mount", "record_sale", "store_conversion"]

SALE = 1
SIGNUP = 2

salestrack = SalesTrack()


def mount(app: Flask, instance: Path) -> None:
    """Mount salestrack into the shop. These are the lines that a shop of your own needs.

    :param app: the application, its own settings loaded.
    :param instance: folder of the shop's files; the tracker's database goes there by itself.
    """
    app.config.setdefault("SALESTRACK_SECRET_KEYS", [kept_key(instance / "salestrack_key")])
    app.config.setdefault("SALESTRACK_CURRENCY", CURRENCY)
    app.config.setdefault(
        "SALESTRACK_TARGETS", {SALE: {"title": "Sale", "scope": "order"}, SIGNUP: "Signup"}
    )
    app.jinja_env.globals.update(SALE=SALE, SIGNUP=SIGNUP, CURRENCY=CURRENCY)
    salestrack.init_app(app)
    conversion_recorded.connect(store_conversion, sender=app)
    conversion_enriched.connect(store_conversion, sender=app)


def break_on_purpose(app: Flask, instance: Path) -> None:
    """Give the tracker a database where none can ever be, whoever runs this: a folder.

    :param app: the application, before salestrack is mounted.
    :param instance: folder of the shop's files.
    """
    folder = instance / "broken-on-purpose.db"
    folder.mkdir(exist_ok=True)
    app.config["SALESTRACK_DATABASE"] = str(folder)


def record_sale(order: Order) -> None:
    """Tell the tracker of an order, from inside the checkout.

    Called after the shop's own commit: an order must not depend on its statistics. The thank-you
    page's pixel reports the same order once more; by its reference it is counted once.

    :param order: the committed order.
    """
    # Nobody is turned away because the tracker failed.
    with current_tracker.errors_logged():
        current_tracker.record(
            Conversion(
                reference=str(order.number),
                revenue=Money(order.revenue, CURRENCY),
                quantity=order.quantity,
            ),
            environ=request.environ,
        )


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
    conversion, touch = recorded.conversion, recorded.touch
    revenue = conversion.revenue
    with transaction() as database:
        database.execute(
            """
            INSERT INTO conversions VALUES (
                :id, :scope, :reference,
                -- As text: 01001 is not order 1001, whoever sends it.
                (SELECT number FROM orders
                 WHERE :scope = 'order' AND CAST(number AS TEXT) = :reference),
                :revenue_cents, :currency, :quantity,
                :contact, :newsletter, :link, :list, :occurred_at
            )
            ON CONFLICT (id) DO UPDATE SET
                order_number = excluded.order_number,
                revenue_cents = excluded.revenue_cents,
                currency = excluded.currency,
                quantity = excluded.quantity,
                contact = excluded.contact,
                newsletter = excluded.newsletter,
                link = excluded.link,
                list = excluded.list
            """,
            {
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
            },
        )
