"""``docs/testing.md``: its test is run by a shop's own pytest, and its advice is true."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from flask import Flask, request

from flask_salestrack import SalesTrack, current_tracker
from tests.support.documents import blocks
from tests.support.processes import run_command
from tests.support.shop import SECRET
from wsgi_salestrack import ConfigError, Conversion, Money

_SHOP = f"""
from flask import Flask, request
from flask_salestrack import SalesTrack, current_tracker
from wsgi_salestrack import Conversion, Money


def create_app(settings):
    app = Flask(__name__)
    app.config.update({{"SALESTRACK_SECRET_KEYS": ["{SECRET}"], **settings}})
    SalesTrack(app)

    @app.post("/checkout")
    def checkout():
        with current_tracker.errors_logged():
            sale = Conversion(reference="1001", revenue=Money("49.95", "USD"))
            current_tracker.record(sale, environ=request.environ)
        return "Thank you!"

    return app
"""


def test_the_page_s_test_passes_in_a_shop_of_its_own(tmp_path: Path) -> None:
    """And fails where the checkout forgets the tracker."""
    (test,) = blocks("docs/testing.md", "python")
    (tmp_path / "test_shop.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]

    done = []
    for shop in (_SHOP, _SHOP.replace("environ=request.environ", "environ=None")):
        (tmp_path / "shop.py").write_text(shop)
        done.append(run_command(command, tmp_path, PYTHONDONTWRITEBYTECODE="1"))

    assert [each.returncode for each in done] == [0, 1], done[0].stdout
    assert "1 passed" in done[0].stdout


def _app(**settings: object) -> Flask:
    app = Flask(__name__)
    app.config.update(SALESTRACK_SECRET_KEYS=[SECRET], **settings)
    SalesTrack(app)

    @app.post("/checkout")
    def checkout() -> str:
        sale = Conversion(reference="1001", revenue=Money("49.95", "USD"))
        recorded = current_tracker.record(sale, environ=request.environ)
        return str(recorded.touch and recorded.touch.newsletter)

    return app


@pytest.mark.parametrize(
    ("base_url", "bought_at", "newsletter"),
    [
        ("", "http://localhost", "2026-11"),
        ("https://shop.example", "http://localhost", "None"),
        ("https://shop.example", "https://shop.example", "2026-11"),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
def test_the_cookie_is_of_the_host_that_the_link_leads_to(
    tmp_path: Path, base_url: str, bought_at: str, newsletter: str, *, stored: bool
) -> None:
    """Also in a test that does without a database."""
    database = str(tmp_path / "sales.db") if stored else None
    app = _app(SALESTRACK_DATABASE=database, SALESTRACK_BASE_URL=base_url)
    client = app.test_client()
    tracker = app.extensions["salestrack"]

    client.get(tracker.click_url("/", newsletter="2026-11"))

    assert client.post("/checkout", base_url=bought_at).text == newsletter
    tracker.close()


def test_memory_is_refused() -> None:
    with pytest.raises(ConfigError, match="in memory"):
        _app(SALESTRACK_DATABASE="sqlite://")
