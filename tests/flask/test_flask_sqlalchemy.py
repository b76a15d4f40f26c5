"""Flask-SQLAlchemy's session takes the sale along, and Flask-Migrate makes our tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from flask_salestrack import conversion_recorded, current_tracker
from tests.flask.migrated_shop import create_app
from tests.flask.shops import MakeApp
from tests.stores.values import all_of, arrival
from tests.support.databases import DatabaseServer
from tests.support.processes import run_command
from wsgi_salestrack import Conversion, Money, Recorded, SchemaError
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

ROOT = Path(__file__).parents[2]
SITE = "default"


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    reference: Mapped[str] = mapped_column(String(20), primary_key=True)


class Told(Base):
    __tablename__ = "told"

    reference: Mapped[str] = mapped_column(String(20), primary_key=True)


db = SQLAlchemy(model_class=Base)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/shop.db"
        return
    server: DatabaseServer = request.getfixturevalue(request.param)
    with server.fresh_database() as fresh:
        yield fresh


@pytest.fixture
def app(make_app: MakeApp, url: str) -> Iterator[Flask]:
    """A shop with a view that sells, and a receiver that stores by the same ``db.session``."""
    app = make_app(SQLALCHEMY_DATABASE_URI=url, SALESTRACK_DATABASE=url)
    db.init_app(app)

    @app.post("/<reference>/<ending>")
    def checkout(reference: str, ending: str) -> str:
        db.session.add(Order(reference=reference))
        conversion = Conversion(reference=reference, revenue=Money("49.95", "USD"))
        current_tracker.record(conversion, connection=db.session)
        if ending == "commit":
            db.session.commit()
        elif ending == "rollback":
            db.session.rollback()
        elif ending == "error":
            raise LookupError("the shop's own mistake")
        return "Thank you!"

    def store(_sender: Flask, *, recorded: Recorded, **_: object) -> None:
        db.session.add(Told(reference=recorded.conversion.reference))
        db.session.commit()

    with app.app_context():
        db.create_all()
        current_tracker.store.migrate()
    with conversion_recorded.connected_to(store, sender=app):
        yield app
    with app.app_context():
        db.engine.dispose()


def found(app: Flask) -> tuple[list[str], list[str | None], list[str]]:
    """The orders, the sales, and what the receiver stored."""
    with app.app_context():
        stored = all_of(current_tracker.store, SITE)
        return (
            list(db.session.scalars(select(Order.reference))),
            [each.conversion.reference for each in stored],
            list(db.session.scalars(select(Told.reference))),
        )


def test_the_sale_is_committed_with_the_order_and_then_told(app: Flask) -> None:
    """The receiver uses the same session, in a transaction after it."""
    assert app.test_client().post("/1001/commit").status_code == 200

    assert found(app) == (["1001"], ["1001"], ["1001"])
    assert "0 sent again" in app.test_cli_runner().invoke(args=["salestrack", "replay"]).output


@pytest.mark.parametrize("ending", ["rollback", "error", "forgotten"])
def test_the_sale_is_rolled_back_with_the_order(app: Flask, ending: str) -> None:
    """By the shop, or by Flask-SQLAlchemy at the end of a request that did not commit."""
    status = app.test_client().post(f"/1001/{ending}").status_code

    assert status == (500 if ending == "error" else 200)
    assert found(app) == ([], [], [])
    app.test_client().post("/1002/commit")
    assert found(app) == (["1002"], ["1002"], ["1002"])


def test_flask_migrate_makes_our_tables(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds them in the shop's metadata, once; the store makes none itself."""
    commands = ["db init", "db migrate -m 'what sold'", "db upgrade", "db check"]
    with closing(SQLAlchemyStore(url, create=False)) as store:
        with pytest.raises(SchemaError, match="missing"):
            store.record(SITE, arrival())

        done = run_command(
            [sys.executable, "-m", "tests.flask.migrated_shop", *commands],
            tmp_path,
            FLASK_SQLALCHEMY_DATABASE_URI=url,
            PYTHONPATH=str(ROOT),
        )

        assert done.returncode == 0, done.stderr
        assert "Detected added table 'salestrack_conversions'" in done.stdout
        assert "No new upgrade operations" in done.stdout
        assert store.record(SITE, arrival()).outcome == "recorded"

    monkeypatch.setenv("FLASK_SQLALCHEMY_DATABASE_URI", url)
    shop = create_app()
    with closing(shop.config["SALESTRACK_DATABASE"]):
        report = shop.test_cli_runner().invoke(args=["salestrack", "report", "--by", "newsletter"])
    assert "(none)" in report.output
