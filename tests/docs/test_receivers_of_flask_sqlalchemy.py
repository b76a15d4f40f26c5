"""``docs/reference/signals.md``: a receiver in a shop with Flask-SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from flask_salestrack import SalesTrack, current_tracker
from tests.support.databases import DatabaseServer
from tests.support.documents import blocks, run
from tests.support.shop import SECRET
from wsgi_salestrack import Conversion, Money


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    number: Mapped[int] = mapped_column(primary_key=True)


class Sale(Base):
    """Of which the second one is there already, under another id."""

    __tablename__ = "sales"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A shop with the page's receiver, in a database that has all tables."""
    if request.param == "sqlite":
        yield from _shop(f"sqlite:///{tmp_path}/shop.db")
        return
    server: DatabaseServer = request.getfixturevalue(request.param)
    with server.fresh_database() as url:
        yield from _shop(url)


def _shop(url: str) -> Iterator[Flask]:
    db = SQLAlchemy(model_class=Base)
    app = Flask(__name__)
    app.config.update(
        SALESTRACK_SECRET_KEYS=[SECRET], SALESTRACK_DATABASE=url, SQLALCHEMY_DATABASE_URI=url
    )
    SalesTrack(app)
    db.init_app(app)

    @app.post("/checkout")
    def checkout() -> str:
        order = Order()
        db.session.add(order)
        db.session.flush()
        with current_tracker.errors_logged():
            sale = Conversion(reference=str(order.number), revenue=Money("49.95", "USD"))
            current_tracker.record(sale, environ=request.environ, connection=db.session)
        db.session.commit()
        return f"Your order has the number {order.number}."

    with app.app_context():
        db.create_all()
        current_tracker.store.migrate()
        db.session.add(Sale(id=1, reference="2"))
        db.session.commit()
    # Whoever holds its names holds the receiver, to which blinker refers weakly.
    shop = run(blocks("docs/reference/signals.md", "py"), {"db": db, "Sale": Sale})
    try:
        yield app
    finally:
        shop.clear()
        with app.app_context():
            current_tracker.close()
            db.engine.dispose()


def test_a_receiver_that_fails_is_no_trouble_of_the_view(app: Flask) -> None:
    """Nor of what is sent again after it."""
    pages = [app.test_client().post("/checkout").text for _ in range(3)]

    assert pages == [f"Your order has the number {number}." for number in (1, 2, 3)]
    assert _kept(app) == ["1", "2", "3"]
    again = app.test_cli_runner().invoke(args=["salestrack", "replay"])
    assert "1 sent again, 1 of them failed" in again.output


def test_what_is_sent_again_is_kept_but_for_what_fails(app: Flask) -> None:
    db = app.extensions["sqlalchemy"]
    with app.app_context():
        db.session.add_all([Sale(id=2, reference="1"), Sale(id=3, reference="3")])
        db.session.commit()
    for _ in range(3):
        app.test_client().post("/checkout")
    with app.app_context():
        for id in (2, 3):
            db.session.delete(db.session.get(Sale, id))
        db.session.commit()

    again = app.test_cli_runner().invoke(args=["salestrack", "replay"])

    assert "3 sent again, 1 of them failed" in again.output
    assert _kept(app) == ["1", "2", "3"]


def _kept(app: Flask) -> list[str]:
    db = app.extensions["sqlalchemy"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Sale)) == 3
        return sorted(db.session.scalars(select(Sale.reference)))
