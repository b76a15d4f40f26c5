"""Dashboards of the tests' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_salestrack import SalesTrack
from flask_salestrack.dashboard import make_dashboard
from tests.dashboard import sample
from tests.support.clock import ManualClock
from tests.support.shop import SECRET, Visit
from wsgi_salestrack import Config, Conversion, Money, Tracker

ZONE = "Europe/Copenhagen"


def dashboard_of(tracker: Tracker) -> Flask:
    """A shop whose dashboard everybody may see, below ``/sales``."""
    app = Flask("shop")
    app.extensions["salestrack"] = tracker
    app.register_blueprint(make_dashboard(authorize=lambda: True), url_prefix="/sales")
    return app


@pytest.fixture
def client(tracker: Tracker) -> FlaskClient:
    """A browser at the dashboard of a tracker that nothing was recorded by yet."""
    return dashboard_of(tracker).test_client()


@pytest.fixture(scope="session")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    """The tracker of a shop that has sold for half a year; for reading only."""
    clock = ManualClock()
    config = Config(
        secret_keys=[SECRET],
        database=tmp_path_factory.mktemp("sold") / "sales.db",
        targets=sample.TARGETS,
        timezone=ZONE,
    )
    tracker = Tracker(config, clock=clock)
    sample.fill(tracker, clock)
    yield tracker
    tracker.close()


@pytest.fixture
def shown(sold: Tracker) -> FlaskClient:
    """A browser at that shop's dashboard."""
    return dashboard_of(sold).test_client()


@pytest.fixture
def clicked(tracker: Tracker, visit: Visit, clock: ManualClock) -> FlaskClient:
    """A browser at a dashboard on its first day: five clicks by two browsers, and one sale.

    The newsletter ``first`` was clicked four times, and sold; ``second`` once, and did not.
    """
    one, other = visit(tracker), visit(tracker)
    for visitor, newsletter, link in (
        *((one, "second", "hero"), (one, "first", "hero")),
        *((other, "first", "hero"), (other, "first", "hero"), (other, "first", "footer")),
    ):
        visitor.get(tracker.click_url("/", newsletter=newsletter, link=link))
        clock.advance(timedelta(minutes=1))
    sale = Conversion(reference="1001", revenue=Money("12.50", "USD"), quantity=2)
    tracker.record(sale, environ=other.environ)
    return dashboard_of(tracker).test_client()


@pytest.fixture
def make_shop(tmp_path: Path) -> Callable[[], Flask]:
    """Makes Flask shops with salestrack in them, and no dashboard yet."""

    def make() -> Flask:
        app = Flask("shop", instance_path=str(tmp_path))
        app.secret_key = SECRET
        SalesTrack(app)
        return app

    return make
