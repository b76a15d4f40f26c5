"""What a shop sells in these tests, and what is found of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from tests.stores.sqlalchemy.host_transaction.hosts import MAKE_ORDERS
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker
from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore
from wsgi_salestrack.stores.sqlite import SQLiteStore
from wsgi_salestrack.terms import Rule, Terms


def make_tables(database: Path | str, url: str) -> None:
    """Make our tables, and the shop's table of orders.

    :param database: what a tracker is given; a path is for SQLite without SQLAlchemy.
    """
    made: Store = SQLiteStore(database) if isinstance(database, Path) else SQLAlchemyStore(database)
    with closing(made) as store:
        store.migrate()
    make_orders(url)


def make_orders(url: str) -> None:
    """Make the shop's table of orders."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(MAKE_ORDERS))
    engine.dispose()


def orders(engine: Engine) -> list[str]:
    """The shop's orders."""
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT reference FROM orders ORDER BY reference")))


def references(tracker: Tracker) -> list[str]:
    """Our sales."""
    found = tracker.store.changed_since(tracker.config.site, tracker.now().replace(year=2000))
    return sorted(str(each.conversion.reference) for each in found)


def unsent(tracker: Tracker) -> list[str | None]:
    """Those of our sales of which a receiver was not told."""
    return [each.conversion.reference for each in tracker.store.unsent(tracker.config.site)]


def sale(reference: str = "1001") -> Conversion:
    """A sale to record."""
    return Conversion(reference=reference, revenue=Money("49.95", "USD"))


def basket(reference: str) -> Conversion:
    """A sale of two pairs of socks, through a tracking code."""
    socks = Line(product_id="s1", name="Socks", quantity=2, unit_price=Money("5", "USD"))
    terms = Terms(tier1=Rule.of("tier1", "percent", "10"))
    return Conversion(reference=reference, order=Order(lines=(socks,)), terms=terms)
