"""Flask applications of the tests' own, each with an instance folder that nobody else uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_salestrack import SalesTrack
from tests.flask.shops import MakeApp
from tests.support.shop import SECRET

_HEALTHY: dict[str, Any] = {
    "SALESTRACK_SECRET_KEYS": [SECRET],
    "SALESTRACK_TARGETS": {1: {"title": "Sale", "scope": "order"}, 2: "Signup"},
}


@pytest.fixture
def make_bare_app(tmp_path: Path) -> MakeApp:
    """Makes applications that salestrack is not mounted in; ``INSTANCE`` names their folder."""

    def make(instance: str = "instance", **config: Any) -> Flask:
        app = Flask("shop", instance_path=str(tmp_path / instance))
        app.config.update(config)
        return app

    return make


@pytest.fixture
def make_app(make_bare_app: MakeApp) -> Iterator[MakeApp]:
    """Makes applications with salestrack in them, in addition to a healthy configuration."""
    with ExitStack() as stack:

        def make(instance: str = "instance", **config: Any) -> Flask:
            app = make_bare_app(instance, **{**_HEALTHY, **config})
            SalesTrack(app)
            stack.callback(app.extensions["salestrack"].close)
            return app

        yield make


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """A shop with a healthy configuration."""
    return make_app()
