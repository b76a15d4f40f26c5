"""``docs/reference/signals.md``: each signal, with an example that hears it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from blinker import NamedSignal
from flask import Flask

from tests.support.browser import Browser
from tests.support.documents import ROOT, blocks, run
from tests.support.server import Serve
from wsgi_salestrack import Conversion, Money, ReceiverError, Tracker, signals

_DOCUMENT = "docs/reference/signals.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_CONVERSION = {"recorded", "environ"}
_KEYWORDS = {
    "click_recorded": {"click"},
    "conversion_recorded": _CONVERSION,
    "conversion_enriched": _CONVERSION,
    "conversion_duplicated": _CONVERSION,
    "conversion_adjusted": {"adjustment", "conversion"},
    "hit_rejected": {"protocol", "reason", "environ"},
}
_HIT = "/salestrack/target/1/?st_revenue=5&st_reference=7"


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the page's snippets make, one after the other."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flask.app.Flask.auto_find_instance_path", lambda app: str(tmp_path / "i"))
    made: dict[str, Any] = run(blocks(_DOCUMENT, "python"))
    yield made
    for tracker in (made["app"].extensions["salestrack"], made["tracker"]):
        tracker.close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def test_every_signal_is_in_the_table_with_its_keywords() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", _PAGE, re.MULTILINE)
    told = {name: set(re.findall(r"`(\w+)`", keywords)) for name, keywords in rows}

    assert told == _KEYWORDS
    assert [signal.name.replace("-", "_") for signal in signals.ALL] == [*told]
    assert [*told] == re.findall(r"^## `(\w+)`$", _PAGE, re.MULTILINE)


def test_the_keywords_are_what_is_sent(names: dict[str, Any], serve: Serve) -> None:
    """By a receiver that takes any."""
    heard: dict[str, set[str]] = {}
    with ExitStack() as stack:
        for signal in signals.ALL:

            def note(_sender: object, signal: NamedSignal = signal, **keywords: object) -> None:
                heard[signal.name.replace("-", "_")] = set(keywords)

            stack.enter_context(signal.connected_to(note, sender=names["app"]))
        _sell(names["app"], Browser(serve(names["app"])))

    assert heard == _KEYWORDS


def _sell(app: Flask, customer: Browser) -> None:
    """A click, a sale by pixel, the same again, by the call, in conflict, taken back; nonsense."""
    tracker = _tracker(app)
    customer.get(tracker.click_url("/p/socks", newsletter="2026-11"))
    for _ in range(2):
        assert customer.get(_HIT).error is None
    tracker.record(Conversion(reference="7", revenue=Money("6", "USD")))
    tracker.record(Conversion(reference="7", revenue=Money("8", "USD")))
    tracker.refund("7", amount="1.50")
    assert customer.get(f"{_HIT}&st_currency=XXX").error


def test_the_examples_do_what_they_are_for(
    names: dict[str, Any], serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """All of them at once, connected by the snippets."""
    _sell(names["app"], Browser(serve(names["app"])))

    assert names["readers"] == {"2026-11": 1}
    with closing(sqlite3.connect("shop.db")) as database:
        rows = database.execute("SELECT reference, newsletter, cents FROM sales").fetchall()
    assert rows == [("7", "2026-11", 600)]
    assert names["conflicts"] == ["7"]
    assert names["returns"] == ["7: refund, 1.50 USD"]
    assert any(text.startswith("target refused: st_currency") for text in caplog.messages)


def test_a_factory_s_receiver_hears_its_own_application_only(
    names: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    made = names["create_app"]()
    _tracker(made).record(Conversion(reference="8"))
    _tracker(names["app"]).record(Conversion(reference="9"))

    assert [text for text in caplog.messages if text.startswith("sold")] == ["sold: '8'"]
    _tracker(made).close()


def test_without_flask(names: dict[str, Any]) -> None:
    names["tracker"].record(Conversion(reference="10"))

    assert names["sold"] == ["10"]


def test_receivers_as_the_only_storage(names: dict[str, Any]) -> None:
    """And what one of them can't keep is not recorded."""
    keeper = names["keeper"]
    for _ in range(2):
        keeper.record(Conversion(reference="11"))
    assert [*names["kept"]] == [("order", "11")]

    def full(_sender: object, **_keywords: object) -> None:
        raise OSError

    with (
        signals.conversion_recorded.connected_to(full, sender=keeper),
        pytest.raises(ReceiverError),
    ):
        keeper.record(Conversion(reference="12"))
