"""What the README and the documentation say is run, and compared with the code."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from flask_salestrack import conversion_recorded
from tests.support.documents import ROOT, blocks, run
from wsgi_salestrack import Config


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The snippets put their databases where they run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flask.app.Flask.auto_find_instance_path", lambda app: str(tmp_path))
    return tmp_path


def test_the_flask_snippets_record_one_sale_by_checkout_and_pixel(own_folder: Path) -> None:
    """Checkout, template and signal handler of the README work together as they stand there."""
    names = run(blocks("README.md", "python")[:3])
    app = names["app"]
    assert isinstance(app, Flask)
    seen: list[object] = []

    @conversion_recorded.connect_via(app)
    def count(sender: Flask, **keywords: object) -> None:
        seen.append(keywords["recorded"])

    client = app.test_client()
    with app.test_request_context():
        page = render_template_string(blocks("README.md", "jinja")[0])
    link, pixel = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert client.get(link, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"}).status_code == 302
    assert client.post("/checkout").text == "Thank you!"
    assert "ST-Error" not in client.get(pixel.replace("&amp;", "&")).headers
    rows = app.extensions["salestrack"].report("newsletter").rows
    assert [(row.dimension, row.count, str(row.revenue)) for row in rows] == [
        ("2026-11", 1, "49.95")
    ]
    assert len(seen) == 1


def test_the_wsgi_snippet_mounts_the_middleware(own_folder: Path) -> None:
    """The snippet for other frameworks wraps its application."""
    names = run(blocks("README.md", "python")[3:4])
    assert type(names["application"]).__name__ == "SalesTrackMiddleware"


def test_the_snippet_on_the_shops_own_database_commits_both_or_neither(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order and sale are in one transaction, as the text around it says."""
    url = f"sqlite:///{own_folder}/shop.db"
    monkeypatch.setenv("DATABASE_URL", url)
    names = run(blocks("README.md", "python")[4:])
    app = names["app"]
    database = names["db"]
    assert isinstance(app, Flask)
    assert isinstance(database, SQLAlchemy)
    with app.app_context():
        database.create_all()
    assert app.test_cli_runner().invoke(args=["salestrack", "migrate"]).exit_code == 0

    def counts() -> tuple[object, int]:
        with app.app_context():
            orders = database.session.scalar(text('SELECT COUNT(*) FROM "order"'))
            return orders, sum(row.count for row in app.extensions["salestrack"].report().rows)

    assert app.test_client().post("/checkout").text == "Thank you!"
    assert counts() == (1, 1)
    with monkeypatch.context() as patch:
        patch.setattr(database.session, "commit", database.session.rollback)
        app.test_client().post("/checkout")
    assert counts() == (1, 1)
    app.test_client().post("/checkout")
    assert counts() == (2, 2)
    app.extensions["salestrack"].close()
    with app.app_context():
        database.engine.dispose()


def test_the_snippets_on_deploying_run(own_folder: Path) -> None:
    """ProxyFix ends up outermost, as the text around the snippet says."""
    app = run(blocks("docs/deploying.md", "python"))["app"]
    assert isinstance(app, Flask)
    assert type(app.wsgi_app).__name__ == "ProxyFix"


def test_the_configuration_keys_in_the_table_are_keys() -> None:
    """In their order, each once; all of them are in docs/reference/configuration.md."""
    table = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    keys = list(inspect.signature(Config).parameters)
    assert len(table) > 5
    assert table == [key for key in keys if key in table]
