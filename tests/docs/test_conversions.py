"""``docs/conversions.md``: its tables and snippets are what happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy

from flask_salestrack import SalesTrack, current_tracker
from tests.support.documents import ROOT, blocks, cells
from tests.support.guides import flask
from tests.support.shop import SECRET, MakeTracker
from wsgi_salestrack import Config, Conversion, Money, Tracker, Unattributed
from wsgi_salestrack.model import TRUST, Outcome

_DOCUMENT = "docs/conversions.md"
_RECORD, _WITH_PRODUCTS, _WITHIN, _REFUND_TWICE = blocks(_DOCUMENT, "python")
(_ADJUST,) = blocks(_DOCUMENT, "sh")
_DJANGO, _ADJUSTED, _REFUNDED = blocks(_DOCUMENT, "text")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A shop whose tables and salestrack's are in one database."""
    monkeypatch.setattr("flask.app.Flask.auto_find_instance_path", lambda app: str(tmp_path))
    app = Flask(__name__)
    url = f"sqlite:///{tmp_path}/shop.db"
    app.config.update(
        SALESTRACK_SECRET_KEYS=[SECRET], SALESTRACK_DATABASE=url, SQLALCHEMY_DATABASE_URI=url
    )
    SalesTrack(app)
    yield app
    app.extensions["salestrack"].close()


def _run(app: Flask, *snippets: str) -> dict[str, Any]:
    """What is left by snippets that stand in a view."""
    names = {"app": app, "request": request, "current_tracker": current_tracker}
    with app.test_request_context():
        for snippet in snippets:
            exec(snippet, names)  # noqa: S102  that is the test
    return names


def _arrival(text: str) -> Conversion:
    """``source` amount``, as the table has it."""
    source, amount = text.split("` ")
    revenue = None if amount == "without revenue" else Money(amount, "USD")
    return Conversion(source=source, reference="7", revenue=revenue)


@pytest.mark.parametrize(
    ("source", "_how", "trust", "kept"),
    [row for row in cells(_DOCUMENT, "source") if len(row) == 4],
)
def test_a_source_is_as_in_the_table(
    make_tracker: MakeTracker, source: str, _how: str, trust: str, kept: str
) -> None:
    conversion = Conversion(source=source)

    assert int(trust) == conversion.trust == TRUST[source]
    tracker = make_tracker()
    if kept == "yes":
        assert tracker.record(conversion).outcome == "recorded"
    else:
        with pytest.raises(Unattributed):
            tracker.record(conversion)


def test_every_source_is_in_both_tables() -> None:
    trusts, scopes = (
        [row for row in cells(_DOCUMENT, "source") if len(row) == size] for size in (4, 2)
    )

    assert [row[0] for row in trusts] == [*TRUST]
    assert sorted(name.strip(" `") for row in scopes for name in row[0].split(",")) == sorted(TRUST)


def test_a_signed_pixel_has_one_more() -> None:
    assert Conversion(source="ecommerce_pixel", signed=True).trust == TRUST["ecommerce_pixel"] + 1


def test_the_scopes_are_those_of_the_table() -> None:
    config = Config(
        secret_keys=[SECRET],
        targets={1: "Sale"},
        tracking_codes={"socks": {}},
        universes=["husqvarna"],
    )
    ours = {row[0]: row[1].split("`")[0] for row in cells(_DOCUMENT, "source") if len(row) == 2}

    assert ours["target"] == config.targets["1"].scope
    assert ours["affiliate"] == config.tracking_codes["socks"].scope
    assert ours["splio"] == config.universes["husqvarna"]
    assert Conversion().scope == "order"


@pytest.mark.parametrize(("first", "then", "outcome", "stands"), cells(_DOCUMENT, "first"))
def test_who_comes_second_is_as_in_the_table(
    tracker: Tracker, first: str, then: str, outcome: str, stands: str
) -> None:
    _, recorded = (tracker.record(_arrival(each)) for each in (first, then))

    assert recorded.outcome == outcome
    revenue = recorded.conversion.revenue
    assert stands == ("nothing" if revenue is None else str(revenue.amount))


def test_the_outcomes_are_all_there_are() -> None:
    assert [row[0] for row in cells(_DOCUMENT, "outcome")] == [*get_args(Outcome)]


def test_the_snippets_record_what_they_say(app: Flask) -> None:
    names = _run(app, _RECORD, _WITH_PRODUCTS)

    conversion = names["recorded"].conversion
    assert (str(conversion.revenue), conversion.quantity) == ("30.00 USD", 3)
    (row,) = app.extensions["salestrack"].report().rows
    assert (row.count, row.quantity, str(row.revenue)) == (2, 5, "79.95")


def test_the_adjustments_print_what_stands_there(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands one after the other, then the snippet."""
    _run(app, _RECORD, _WITH_PRODUCTS)

    assert "".join(flask(app, command) for command in _ADJUST.splitlines()) == _ADJUSTED
    exec(_REFUND_TWICE, {"app": app, "current_tracker": current_tracker})  # noqa: S102  the test
    assert capsys.readouterr().out == _REFUNDED


def test_order_and_sale_are_one_transaction(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are there, or neither is."""
    database = SQLAlchemy(app)

    class Order(database.Model):  # type: ignore[name-defined, misc]
        number = database.Column(database.Integer, primary_key=True)
        total = database.Column(database.String)

    names = {"db": database, "Order": Order, "Conversion": Conversion, "Money": Money}
    exec(  # noqa: S102  that is the test
        _WITHIN, {"app": app, "current_tracker": current_tracker, "request": request, **names}
    )
    with app.app_context():
        database.create_all()
        current_tracker.store.migrate()

        def counts() -> tuple[int, int]:
            database.session.rollback()
            orders = database.session.query(Order).count()
            return orders, sum(int(row.count) for row in current_tracker.report().rows)

        assert app.test_client().post("/checkout").text == "Thank you!"
        assert counts() == (1, 1)
        monkeypatch.setattr(database.session, "commit", database.session.rollback)
        app.test_client().post("/checkout")
        assert counts() == (1, 1)
        database.engine.dispose()


def test_what_the_page_says_of_django_is_what_is_tested() -> None:
    """With Django itself, in a process of its own: tests/frameworks/django_orders.py."""
    program = (ROOT / "tests/frameworks/django_orders.py").read_text("utf-8")

    first = _DJANGO.splitlines()[0].replace("tracker.", "shop.tracker.")
    assert first in program
    assert "connection=connection.cursor()" in program
    assert "connection=connection.cursor()" in _DJANGO
