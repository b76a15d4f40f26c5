"""``docs/segments.md``: its commands print what it says, and its table says the same twice."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from flask_salestrack import SalesTrack
from tests.support.clock import ManualClock
from tests.support.documents import blocks, cells
from tests.support.guides import flask
from tests.support.shop import SECRET
from wsgi_salestrack import Tracker, segments
from wsgi_salestrack.conditions import DEEPEST, MOST_CONDITIONS, MOST_NAMES
from wsgi_salestrack.segment_text import LONGEST, parse
from wsgi_salestrack.segments import Condition

_DOCUMENT = "docs/segments.md"
(_ORDERS,) = blocks(_DOCUMENT, "json")
_ALL, _SOME, _PERIOD, _WRONG = blocks(_DOCUMENT, "sh")
_ALL_SHOWN, _SOME_SHOWN, _ERROR, _PRINTED = blocks(_DOCUMENT, "text")
(_PERIOD_SHOWN,) = blocks(_DOCUMENT, "csv")
(_SNIPPET,) = blocks(_DOCUMENT, "python")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A shop in a folder of its own, with the page's orders."""
    monkeypatch.chdir(tmp_path)
    Path("orders.jsonl").write_text(_ORDERS, "utf-8")
    app = Flask(__name__)
    app.config["SALESTRACK_SECRET_KEYS"] = [SECRET]
    app.config["SALESTRACK_DATABASE"] = tmp_path / "sales.db"
    SalesTrack(app)
    clock = ManualClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    monkeypatch.setattr(_tracker(app), "now", clock)
    flask(app, "flask --app shop salestrack import orders.jsonl")
    yield app
    _tracker(app).close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def test_the_commands_print_what_the_page_says(shop: Flask) -> None:
    assert flask(shop, _ALL) == _ALL_SHOWN
    assert flask(shop, _SOME) == _SOME_SHOWN
    command, file = _PERIOD.split(" > ")
    assert file == "november.csv\n"
    assert flask(shop, command).splitlines() == _PERIOD_SHOWN.splitlines()


def test_what_is_wrong_is_pointed_at(shop: Flask) -> None:
    arguments = shlex.split(_WRONG)[3:]
    result = shop.test_cli_runner().invoke(args=arguments)

    assert result.exit_code == 2
    assert result.stderr.endswith(_ERROR)


def test_the_snippet_prints_what_the_page_says(
    shop: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(_SNIPPET, {"tracker": _tracker(shop)})  # noqa: S102  that is the test
    assert capsys.readouterr().out == _PRINTED


@pytest.mark.parametrize(("text", "python", "_who"), cells(_DOCUMENT, "text"))
def test_both_columns_of_the_table_say_the_same(text: str, python: str, _who: str) -> None:
    names = {name: getattr(segments, name) for name in segments.__all__}
    condition = eval(python, {**names, "date": date, "timedelta": timedelta})  # noqa: S307  our own

    assert isinstance(condition, Condition)
    assert parse(text) == condition


def test_the_limits_are_those_that_the_page_names() -> None:
    text = " ".join(Path(__file__).parents[2].joinpath(_DOCUMENT).read_text("utf-8").split())

    assert (
        f"{MOST_CONDITIONS} conditions, {MOST_NAMES:,} names, {DEEPEST} levels of parentheses, "
        f"{LONGEST:,} characters"
    ) in text
