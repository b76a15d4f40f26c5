"""Shops of the tests' own, each in a folder that nobody else uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from example_app import create_app
from tests.example_app.customers import Customer
from tests.example_app.rows import close

OpenShop = Callable[..., Flask]


@pytest.fixture
def open_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenShop]:
    """Opens a shop with settings; further ones in the same test share its folder."""
    for name in ("INSTANCE", "DATABASE", "BREAK_TRACKING", "TRUST_PROXY", "TRACKING_BANNER"):
        monkeypatch.delenv(f"EXAMPLE_{name}", raising=False)
    opened: list[Flask] = []

    def open_one(**settings: object) -> Flask:
        app = create_app({"INSTANCE": tmp_path / "instance", "TESTING": True, **settings})
        opened.append(app)
        return app

    yield open_one
    for app in opened:
        close(app)


@pytest.fixture
def shop(open_shop: OpenShop) -> Flask:
    """A shop as it is after its first start."""
    return open_shop()


@pytest.fixture
def customer(shop: Flask) -> Customer:
    """Somebody who came into the shop."""
    return Customer(shop)
