"""``docs/privacy.md``: it names every table, and its commands do and print what it says."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from flask_salestrack import SalesTrack
from tests.privacy.canary import files_with
from tests.support.documents import ROOT, blocks
from tests.support.shop import SECRET
from wsgi_salestrack import Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.hits import KEPT_FOR
from wsgi_salestrack.stores import erasing_file
from wsgi_salestrack.stores.statements import TABLES

_DOCUMENT = "docs/privacy.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_ACCESS, _FORGET, _LARGE, _RETENTION = blocks(_DOCUMENT, "sh")
_FORGOTTEN, _CRON = blocks(_DOCUMENT, "text")
(_EXPORT,) = blocks(_DOCUMENT, "python")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """In a folder of its own; c81 has clicked and bought."""
    monkeypatch.chdir(tmp_path)
    app = Flask(__name__)
    app.config["SALESTRACK_SECRET_KEYS"] = [SECRET]
    app.config["SALESTRACK_DATABASE"] = tmp_path / "sales.db"
    SalesTrack(app)
    app.test_client().get(_tracker(app).click_url("/", contact="c81", newsletter="n"))
    line = Line(product_id="s1", name="Socks", quantity=1, unit_price=Money("1", "USD"))
    order = Order(customer_ref="12345678", lines=(line,))
    _tracker(app).record(Conversion(reference="1", order=order), touch=Touch(newsletter="n"))
    yield app
    _tracker(app).close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def _flask(app: Flask, command: str) -> Result:
    program, option, module, *arguments = shlex.split(command)
    assert (program, option, module) == ("flask", "--app", "shop")
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    return result


def test_every_table_is_named() -> None:
    table = _PAGE.partition("| table |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", table, re.MULTILINE))))
    states = {"commission_states", "payout_states", "payout_entries"}  # "and their states"

    assert named == set(TABLES) - states


def test_its_numbers_are_those_of_the_code() -> None:
    assert f"{KEPT_FOR.days} days" in _PAGE
    assert f"above {erasing_file.AT_ONCE // 10**6} MB" in _PAGE
    assert "ten seconds" in _PAGE
    assert erasing_file.PATIENCE == 10


def test_access_and_erasure(shop: Flask, tmp_path: Path) -> None:
    """By its commands, in its order; the document by the command and by Python is the same."""
    for command in _ACCESS.splitlines():
        _flask(shop, command)
    exec(compile(_EXPORT, "snippet", "exec"), {"tracker": _tracker(shop)})  # noqa: S102  the test
    first, second = (
        {**json.loads((tmp_path / name).read_text("utf-8")), "exported_at": None}
        for name in ("c81.json", "c81-again.json")
    )
    assert first == second
    assert [sale["customer_ref"] for sale in first["conversions"]] == ["12345678"]

    told = "".join(_flask(shop, command).stdout for command in _FORGET.splitlines())

    assert told == _FORGOTTEN
    assert list(files_with(tmp_path, b"12345678")) == ["c81-again.json", "c81.json"]
    _flask(shop, _LARGE)


def test_retention(shop: Flask) -> None:
    """Also as cron runs it."""
    for command in _RETENTION.splitlines():
        assert "nothing" in _flask(shop, command).stdout
    assert _CRON.strip().endswith(_RETENTION.splitlines()[1].removeprefix("flask "))
