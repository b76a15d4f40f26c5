"""``flask salestrack doctor``: what is wrong, in plain words, and an exit code for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_salestrack import SalesTrack, conversion_recorded
from tests.flask.shops import MakeApp, run
from tests.support.receivers import SIGNALS
from tests.support.rows import row_counts, rows_of
from tests.support.shop import SECRET
from wsgi_salestrack import Conversion, Money, Touch


def _examine(app: Flask, *, healthy: bool = True) -> str:
    """What the doctor says; its exit code must tell the same as its last words."""
    result = run(app, "doctor")
    assert result.exit_code == (0 if healthy else 1), result.output
    assert ("nothing to mend" in result.stdout) is healthy
    assert ("WRONG" in result.stdout) is not healthy
    assert ("to mend" in result.stderr) is not healthy
    return result.stdout


def _line(output: str, *words: str) -> str:
    """The one line that has all these words."""
    (line,) = [line for line in output.splitlines() if all(word in line for word in words)]
    return line


def test_a_healthy_shop_has_nothing_to_mend(make_app: MakeApp, tmp_path: Path) -> None:
    """It says what was examined: keys, database, durability, the way of a hit, the mounting."""
    output = _examine(make_app(SALESTRACK_BASE_URL="https://shop.example"))

    for words in (
        ["secret key"],
        ["SQLite"],
        [str(tmp_path / "instance" / "salestrack.db")],
        ["journal_mode", "wal"],
        ["synchronous", "2"],
        ["a click and a sale"],
        ["the application passes our paths"],
        ["ProxyFix"],
    ):
        assert _line(output, *words).startswith(("ok ", "note "))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        pytest.param({}, ["base_url", "https://"], id="no base_url"),
        pytest.param(
            {"SALESTRACK_BASE_URL": "http://shop.example"}, ["base_url", "plain http"], id="http"
        ),
        pytest.param({"SALESTRACK_TARGETS": {}}, ["targets", "none"], id="no targets"),
        pytest.param(
            {"SALESTRACK_SECRET_KEYS": None, "SECRET_KEY": SECRET},
            ["SALESTRACK_SECRET_KEYS", "SECRET_KEY"],
            id="no key of its own",
        ),
    ],
)
def test_what_may_be_meant_is_noted(
    make_app: MakeApp, config: dict[str, Any], words: list[str]
) -> None:
    """No sale is lost by it, so the exit code stays 0."""
    assert _line(_examine(make_app(**config)), *words).startswith("note ")


def test_without_a_database_somebody_has_to_listen(make_app: MakeApp) -> None:
    """Where nobody does, sales are kept by nobody; where somebody does, that is a way to run."""
    app = make_app(SALESTRACK_DATABASE=None)
    assert _line(_examine(app, healthy=False), "database", "nobody").startswith("WRONG ")

    def keep(sender: Flask, **keywords: object) -> None:
        """A shop would store it."""

    with conversion_recorded.connected_to(keep, sender=app):
        assert _line(_examine(app), "database", "None").startswith("note ")


def test_a_missing_folder_is_wrong(make_app: MakeApp, tmp_path: Path) -> None:
    """With the command that mends it."""
    folder = tmp_path / "missing"

    output = _examine(make_app(SALESTRACK_DATABASE=str(folder / "sales.db")), healthy=False)

    line = _line(output, "does not exist")
    assert line.startswith("WRONG ")
    assert f"mkdir -p {folder}" in line
    assert not folder.exists()


def test_a_folder_in_place_of_the_file_is_wrong(make_app: MakeApp, tmp_path: Path) -> None:
    """It names the key that should name a file."""
    (tmp_path / "sales.db").mkdir()

    output = _examine(make_app(SALESTRACK_DATABASE=str(tmp_path / "sales.db")), healthy=False)

    line = _line(output, "is a folder")
    assert line.startswith("WRONG ")
    assert "SALESTRACK_DATABASE" in line


def test_a_file_that_is_no_database_is_wrong(make_app: MakeApp, tmp_path: Path) -> None:
    """And stays as it is."""
    file = tmp_path / "sales.db"
    file.write_text("this is no database, " * 100)

    output = _examine(make_app(SALESTRACK_DATABASE=str(file)), healthy=False)

    assert _line(output, "not a database").startswith("WRONG ")
    assert file.read_text().startswith("this is no database")


def test_an_application_that_is_not_mounted_is_wrong(app: Flask) -> None:
    """Somebody put their own ``wsgi_app`` in place of the wrapped one."""
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]

    line = _line(_examine(app, healthy=False), "the application passes our paths")

    assert line.startswith("WRONG ")
    assert "SalesTrackMiddleware" in line


def test_an_application_that_raises_is_wrong(app: Flask) -> None:
    """Whatever stands around us."""

    def broken(_environ: object, _start_response: object) -> Iterator[bytes]:
        raise LookupError("the shop's own layer")

    app.wsgi_app = broken  # type: ignore[assignment, method-assign]

    line = _line(_examine(app, healthy=False), "the application passes our paths")

    assert line.startswith("WRONG ")
    assert "LookupError" in line


def test_proxy_fix_around_us_is_right(app: Flask) -> None:
    """Put on after ``init_app``, so that we see the repaired request."""
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]

    assert _line(_examine(app), "ProxyFix").startswith("ok ")


@pytest.mark.parametrize("again", [False, True], ids=["only inside", "inside and outside"])
def test_proxy_fix_inside_is_wrong(make_bare_app: MakeApp, *, again: bool) -> None:
    """Put on before ``init_app``: cookies and https would be judged by the proxy's connection."""
    app = make_bare_app(SALESTRACK_SECRET_KEYS=[SECRET])
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    SalesTrack(app)
    if again:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]

    line = _line(_examine(app, healthy=False), "ProxyFix")

    assert line.startswith("WRONG ")
    assert "init_app" in line
    app.extensions["salestrack"].close()


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"SALESTRACK_URL_PREFIX": ""}, id="vendors' own paths"),
        pytest.param({"SALESTRACK_PROTOCOLS": ["target"]}, id="no clicks"),
        pytest.param({"SALESTRACK_PROTOCOLS": ["click"]}, id="no targets"),
        pytest.param({"SALESTRACK_REQUIRE_HTTPS": True}, id="https only"),
        pytest.param({"SALESTRACK_COOKIE_SECURE": True}, id="secure cookies only"),
        pytest.param({"SALESTRACK_CONSENT": lambda environ: False}, id="nobody consents"),
        pytest.param({"SALESTRACK_RECORD_UNATTRIBUTED": []}, id="credited sales only"),
        pytest.param({"SALESTRACK_LANDING_PARAM": ""}, id="no landing"),
        pytest.param({"SALESTRACK_WINDOW": 1}, id="a window of a second"),
        pytest.param({"SALESTRACK_CURRENCY": "JPY"}, id="yen"),
        pytest.param({"SALESTRACK_TIMEZONE": "Pacific/Kiritimati"}, id="another day"),
        pytest.param({"SALESTRACK_FALLBACK_URL": "https://shop.example/"}, id="fallback"),
    ],
)
def test_unusual_settings_are_no_illness(make_app: MakeApp, config: dict[str, Any]) -> None:
    """The trial does not depend on what a shop refuses or switches off."""
    _examine(make_app(**config))


def test_the_doctor_leaves_no_rows_behind(make_app: MakeApp) -> None:
    """Of the shop's own rows none is missing or changed, and no report ever shows the trial."""
    app = make_app()
    tracker = app.extensions["salestrack"]
    tracker.record(
        Conversion(reference="doctor", revenue=Money("5", "USD")), touch=Touch(newsletter="doctor")
    )
    before = rows_of(tracker, "conversions"), row_counts(tracker)

    for _ in range(2):
        _examine(app)

    assert (rows_of(tracker, "conversions"), row_counts(tracker)) == before


def test_the_doctor_of_an_empty_database_leaves_it_empty(app: Flask) -> None:
    """It makes the tables, as any first hit does."""
    _examine(app)

    assert set(row_counts(app.extensions["salestrack"]).values()) == {0}


@contextmanager
def _listening_to_everybody() -> Iterator[list[object]]:
    heard: list[object] = []

    def receiver(sender: object, **_keywords: Any) -> None:
        heard.append(sender)

    with ExitStack() as stack:
        for signal in SIGNALS:
            stack.enter_context(signal.connected_to(receiver))
        yield heard


def test_the_trial_is_not_sent_to_receivers(app: Flask) -> None:
    """A shop that listens to every sender would store a sale that never was."""
    with _listening_to_everybody() as heard:
        _examine(app)

    assert heard == []
