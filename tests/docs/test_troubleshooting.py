"""``docs/troubleshooting.md``: what it quotes is what is said."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask

from flask_salestrack import SalesTrack
from tests.support.browser import Browser
from tests.support.clock import ManualClock
from tests.support.documents import ROOT, blocks, cells
from tests.support.guides import flask, here
from tests.support.server import Serve
from tests.support.shop import SECRET
from wsgi_salestrack import Tracker
from wsgi_salestrack.crediting import Reason

_DOCUMENT = "docs/troubleshooting.md"
_DOCTOR, _TAIL, _CURL, _EXPLAIN = blocks(_DOCUMENT, "sh")
(_LOGGING,) = blocks(_DOCUMENT, "python")
(_TAILED,) = blocks(_DOCUMENT, "text")
_SAYS = cells(_DOCUMENT, "it says")


@pytest.fixture
def app(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A shop with a target, whose time is the test's."""
    app = Flask(__name__)
    app.config.update(
        SALESTRACK_SECRET_KEYS=[SECRET],
        SALESTRACK_DATABASE=tmp_path / "sales.db",
        SALESTRACK_TARGETS={1: "Sale"},
    )
    SalesTrack(app)
    monkeypatch.setattr(app.extensions["salestrack"], "now", clock)
    yield app
    app.extensions["salestrack"].close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


@pytest.mark.parametrize("phrase", [row[0] for row in _SAYS])
def test_the_doctor_s_words_are_the_doctor_s(phrase: str) -> None:
    """As they stand in the code, where tests of the doctor see each of them said."""
    code = " ".join(
        re.sub(r'"\s+f?"', "", path.read_text("utf-8"))
        for package in ("wsgi_salestrack", "flask_salestrack")
        for path in (ROOT / package).rglob("*.py")
    )

    assert phrase in code


def test_the_doctor_runs(app: Flask) -> None:
    """Of this shop it says two of the things in the table, both of which may be meant."""
    said = flask(app, _DOCTOR)

    assert said.splitlines()[-1] == "nothing to mend"
    assert [row[0] for row in _SAYS if row[0] in said][:1] == [_SAYS[1][0]]


def test_tail_shows_what_stands_there(app: Flask, clock: ManualClock, serve: Serve) -> None:
    customer = Browser(serve(app))
    hit = "/salestrack/target/1/?st_currency=USD&st_reference=1001&st_revenue="
    for amount in ("49.95", "49.95", "1,50"):
        customer.get(hit + amount)
        clock.advance(timedelta(seconds=1))

    shown = flask(app, f"{_TAIL.strip()} --no-follow").splitlines()

    assert shown == _TAILED.splitlines()


def test_the_log_says_it_once_it_is_switched_on() -> None:
    """To stderr, as Python's own logging does."""
    program = f"""{_LOGGING}
from werkzeug.test import Client
from wsgi_salestrack import Config, SalesTrackMiddleware, Tracker
tracker = Tracker(Config(secret_keys=["{SECRET}"], database=None, targets={{1: "Sale"}}))
Client(SalesTrackMiddleware(None, tracker)).get("/salestrack/target/1/?st_revenue=1,50")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert "INFO:salestrack:" in done.stderr
    assert "st_revenue is not a plain decimal number" in done.stderr


def test_the_answer_says_what_is_wrong(app: Flask, serve: Serve) -> None:
    """The address of the page's curl."""
    (address,) = re.findall(r"'http://127\.0\.0\.1:5000(.+)'", _CURL)

    error = Browser(serve(app)).get(address).error

    assert error == "st_revenue is not a plain decimal number such as 49.95"
    assert here(_CURL, 81) == _CURL.replace(":5000", ":81")


def test_every_verdict_is_explained() -> None:
    """All but the one that is no trouble, and the one that another journey has."""
    first = " ".join(row[0] for row in cells(_DOCUMENT, "what you see"))
    verdicts = {*get_args(Reason), "outranked", "self-referral"} - {"not asked"}

    assert [verdict for verdict in verdicts if verdict not in first] == []


def test_what_explain_says_of_a_stranger(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=_EXPLAIN.split()[3:])

    assert result.exit_code == 1
    assert "no conversion has this reference" in result.output
