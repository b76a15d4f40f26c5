"""``docs/importing.md``: its commands and snippets work as they stand, and print what it says."""

from __future__ import annotations

import re
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from flask_salestrack import SalesTrack
from tests.support.documents import blocks
from tests.support.rows import rows_of
from tests.support.shop import SECRET
from wsgi_salestrack import Tracker

_DOCUMENT = "docs/importing.md"
_ORDERS, _PRODUCTS, _SHOP = blocks(_DOCUMENT, "csv")
(_SAME_IN_JSON,) = blocks(_DOCUMENT, "json")
_DRY_RUN, _IMPORT, _RECONCILE, _MEND, _QUERY = blocks(_DOCUMENT, "sh")
_WOULD, _DONE, _DIFFERENCES = blocks(_DOCUMENT, "text")
_IMPORT_ROWS, _RECONCILE_ROWS = blocks(_DOCUMENT, "python")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A shop in a folder of its own, with the page's files beside it."""
    monkeypatch.chdir(tmp_path)
    files = (("orders.csv", _ORDERS), ("shop.csv", _SHOP), ("products.csv", _PRODUCTS))
    for name, content in (*files, ("products.jsonl", _SAME_IN_JSON)):
        Path(name).write_text(content, "utf-8")
    app = Flask(__name__)
    app.config["SALESTRACK_SECRET_KEYS"] = [SECRET]
    app.config["SALESTRACK_DATABASE"] = tmp_path / "sales.db"
    SalesTrack(app)
    yield app
    app.extensions["salestrack"].close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def _flask(app: Flask, command: str) -> Result:
    program, option, module, *arguments = shlex.split(command)
    assert (program, option, module) == ("flask", "--app", "shop")
    return app.test_cli_runner().invoke(args=arguments)


def _import_orders(app: Flask) -> str:
    """By the page's commands; what the last of them prints."""
    first, mend, again = _IMPORT.splitlines()
    assert _flask(app, first).exit_code == 1
    program, _option, change, name = shlex.split(mend)
    assert program == "sed"
    _, before, after, _ = change.split("/")
    Path(name).write_text(re.sub(before, after, Path(name).read_text("utf-8")), "utf-8")
    result = _flask(app, again)
    assert result.exit_code == 0
    return result.stdout


def test_the_import(shop: Flask) -> None:
    """First dry, then mended, with what it prints."""
    dry = _flask(shop, _DRY_RUN)
    assert (dry.exit_code, dry.stdout) == (1, _WOULD)

    assert _import_orders(shop) == _DONE
    days = [row["day"] for row in rows_of(_tracker(shop), "conversions")]
    assert days == ["2026-03-02", "2026-03-02", "2026-03-03"]


def test_products_in_rows_and_in_json_are_the_same_order(shop: Flask) -> None:
    command = "flask --app shop salestrack import products"
    assert "1 recorded" in _flask(shop, f"{command}.csv").stdout
    assert "1 duplicate" in _flask(shop, f"{command}.jsonl").stdout
    assert len(rows_of(_tracker(shop), "lines")) == 2


def test_the_way_to_an_agreement(shop: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """All commands and both snippets, in the order of the page."""
    _import_orders(shop)
    assert _flask(shop, "flask --app shop salestrack import products.csv").exit_code == 0
    exec(_IMPORT_ROWS, {"app": shop})  # noqa: S102  that is the test
    assert capsys.readouterr().out == "1 1005 recorded \n"

    found = _flask(shop, _RECONCILE)
    assert (found.exit_code, found.stdout) == (1, _DIFFERENCES)

    mend, again = _MEND.splitlines()
    assert _flask(shop, mend).exit_code == 0
    agreed = _flask(shop, again)
    assert (agreed.exit_code, agreed.stdout.splitlines()[0]) == (0, "nothing differs")

    exec(f"from flask_salestrack import current_tracker\n{_RECONCILE_ROWS}", {"app": shop})  # noqa: S102
    assert capsys.readouterr().out == ""


def test_the_shops_database_is_asked(shop: Flask) -> None:
    _import_orders(shop)
    with closing(sqlite3.connect("orders.db")) as connection:
        connection.execute("CREATE TABLE orders (number TEXT, total TEXT, created TEXT)")
        connection.execute("INSERT INTO orders VALUES ('1001', '49.95', '2026-03-02')")
        connection.commit()

    result = _flask(shop, _QUERY)

    assert (result.exit_code, "1 orders compared" in result.stdout) == (1, True)
    assert re.findall(r"^extra +(\d+)", result.stdout, re.MULTILINE) == ["1002"]
