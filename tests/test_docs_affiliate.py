"""``docs/moving-from-an-affiliate-network.md``: its commands and snippets work as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from tests.support.affiliate import request_of
from tests.support.browser import Browser
from tests.support.documents import ROOT, blocks, run
from tests.support.guides import flask, shell, shop_of
from tests.support.required import need_command
from tests.support.server import Serve
from tests.support.shop import SECRET
from wsgi_salestrack import Config, ConfigError, Conversion, Money, Tracker

_DOCUMENT = "docs/moving-from-an-affiliate-network.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_SHOP, _PUBLISHERS, _LINKS, _STATES, _WITHOUT_FLASK = blocks(_DOCUMENT, "python")
_ADD, _SET, _LINK, _CURL, _REPORT, _LIST, _DECIDE, _PAY, _CANCEL, _COMMANDS = blocks(
    _DOCUMENT, "sh"
)
_KNOWN, _EARNED, _PREPARED, _EXPORTED, _TAKEN_BACK = blocks(_DOCUMENT, "text")
_PIXEL, _FORM = blocks(_DOCUMENT, "html")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """What the page's ``shop.py`` makes."""
    app = shop_of(_SHOP, tmp_path, monkeypatch)
    yield app
    app.extensions["salestrack"].close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def _table(head: str) -> list[tuple[str, str]]:
    """The cells of the table whose first column is called that, each without its backticks."""
    rows = _PAGE.split(f"\n| {head} |")[1].split("\n\n")[0].splitlines()[2:]
    return [(row.split("|")[1].strip(" `"), row.split("|")[2].strip(" `")) for row in rows]


def _shown(listing: str) -> str:
    """A listing, but for ids and times, which are others each time."""
    return re.sub(r"\d{18}|\d{4}-\d\d-\d\d( \d\d:\d\d)?", "id or time", listing)


def _a_month_later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(days=31)
    monkeypatch.setattr(_tracker(app), "now", lambda: later)


def test_from_the_publishers_to_the_payout_and_back(
    shop: Flask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All commands of ``flask`` in the order of the page, and what it says they print."""
    buyer = Browser(serve(shop))
    *added, listed = _ADD.splitlines()
    assert [flask(shop, command) for command in added] == ["p1 is added\n", "p7 is added\n"]
    assert flask(shop, listed) == _KNOWN

    assert buyer.get(flask(shop, _LINK).strip()).status == 302
    assert buyer.get(request_of(_PIXEL)[0]).error is None
    answer = buyer.post(*request_of(_FORM))
    assert (answer.status, answer.headers["Location"]) == (303, "/thanks")

    assert " 59.90" in flask(shop, _REPORT)
    earned = flask(shop, _LIST)
    assert _shown(earned) == _shown(_EARNED)

    decline, approve, approved = _DECIDE.splitlines()
    ids = dict(zip(_ids(_EARNED), _ids(earned), strict=True))
    (shown,) = _ids(decline)
    assert flask(shop, decline.replace(shown, ids[shown])) == "1 declined\n"
    assert flask(shop, approve) == "2 approved\n"
    assert re.findall(r",USD,([0-9.]+),", flask(shop, approved)) == ["2.49", "4.99"]

    prepare, *steps = _PAY.splitlines()
    assert flask(shop, prepare) == "no payouts\n"
    _a_month_later(shop, monkeypatch)
    prepared = flask(shop, prepare)
    assert _shown(prepared) == _shown(_PREPARED)
    (shown,), (id,) = _ids(_PREPARED), _ids(prepared)
    done = [flask(shop, step.replace(shown, id)) for step in steps]
    assert done[0].count(id) == 2
    assert done[1:] == ["1 approved\n", "", "1 paid\n"]
    assert _shown((tmp_path / "payouts.csv").read_text("utf-8")) == _shown(_EXPORTED)

    cancel, of_order = _CANCEL.splitlines()
    assert flask(shop, cancel) == "11001 cancelled: 19.95 USD; left: 0.00 USD\n"
    assert _shown(flask(shop, of_order)) == _shown(_TAKEN_BACK)


def _ids(text: str) -> list[str]:
    return re.findall(r"\b\d{18}\b", text)


def test_the_later_changes_of_publishers(shop: Flask) -> None:
    """What is taken away is nothing, and the rest stays."""
    for command in _ADD.splitlines():
        flask(shop, command)
    _tracker(shop).set_publisher("p1", tier2=("fixed", "2"))

    changed = [flask(shop, command) for command in _SET.splitlines()]

    assert changed == ["p7 is changed\n", "p1 is changed\n"]
    p1, p7 = _tracker(shop).publishers()
    assert (p1.name, p1.tier2) == ("Ann's blog", None)
    assert (p7.name, p7.parent, p7.tier1 is None) == ("Sock news", "p1", False)


def test_the_same_in_python(shop: Flask, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishers, links, and a payout, by the snippets."""
    names: dict[str, Any] = {"app": shop}
    for snippet in (_PUBLISHERS, _LINKS):
        exec(snippet, names)  # noqa: S102  that is the test
    assert [known.name for known in names["known"]] == ["Ann's blog", "Sock news"]
    assert names["same"] == names["link"]
    assert shell(_LINK, 0).strip() == names["link"]

    buyer = Browser(serve(shop))
    buyer.get(names["link"])
    for _ in range(2):
        buyer.get(request_of(_PIXEL)[0])
    _a_month_later(shop, monkeypatch)
    exec(_STATES, names)  # noqa: S102  that is the test

    assert names["paid"] == {"p7": Decimal("2.49")}
    assert names["text"].count("2.49") == 1


def test_what_curl_shows(shop: Flask, serve: Serve, tmp_path: Path) -> None:
    """The picture, with no complaint; nobody referred this one."""
    need_command("curl", "curl")

    headers = shell(_CURL, serve(shop))

    assert headers.startswith("HTTP/1.")
    assert "Content-Type: image/gif" in headers
    assert "ST-Error" not in headers
    assert (tmp_path / "pixel.gif").read_bytes().startswith(b"GIF89a")
    assert " 19.95" in flask(shop, _REPORT)
    assert flask(shop, _LIST) == "no commissions\n"


@pytest.mark.parametrize(("amount", "read_as"), _table("`amount`"))
def test_an_amount_is_read_as_the_table_says(
    shop: Flask, serve: Serve, amount: str, read_as: str
) -> None:
    """By the pixel, percent-encoded as a browser sends it."""
    query = urlencode({"amount": amount}, quote_via=quote)

    error = Browser(serve(shop)).get(f"/ts/l/banner/c/socks?{query}").error

    rows = _tracker(shop).report("target").rows
    assert [str(row.revenue) for row in rows] == ([] if read_as == "refused" else [read_as])
    assert (error is not None) is (read_as == "refused")


@pytest.mark.parametrize(("hit", "error"), _table("hit"))
def test_a_hit_is_refused_as_the_table_says(
    shop: Flask, serve: Serve, hit: str, error: str
) -> None:
    """With that text, and nothing is recorded."""
    assert Browser(serve(shop)).get(hit).error == error

    assert _tracker(shop).report("target").rows == ()


def test_a_hit_says_what_it_earns(shop: Flask, serve: Serve) -> None:
    """Where that is not allowed it is recorded all the same, by the code's rule."""
    buyer = Browser(serve(shop))
    buyer.get(_tracker(shop).click_url("/p/socks", publisher="p2"))

    assert buyer.get(f"/ts/l/banner/c/socks{_OVERRIDE}").error is None

    (entry,) = _tracker(shop).commissions()
    assert (entry.publisher, entry.tier, str(entry.amount)) == ("p2", 1, "2.00")


(_OVERRIDE,) = re.findall(r"`(\?id=[^`]*com1_value=20)`", _PAGE)


def test_without_flask(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The TOML, the snippet and the commands; an override, and one sale by call and by pixel."""
    monkeypatch.chdir(tmp_path)
    (toml,) = blocks(_DOCUMENT, "toml")
    (tmp_path / "salestrack.toml").write_text(toml, "utf-8")
    names: dict[str, Any] = run([_WITHOUT_FLASK])
    tracker = names["tracker"]
    tracker.add_publisher("p7", name="Sock news")
    buyer = Browser(serve(names["application"]))
    buyer.get(tracker.click_url("/p/socks", publisher="p7"))

    assert buyer.get(f"/ts/l/banner/c/socks{_OVERRIDE}").error is None
    tracker.record(Conversion(reference="11003", revenue=Money("100.00", "USD")))
    assert buyer.get("/ts/l/banner/c/socks?id=11003;amount=90").error is None
    (first, second) = tracker.commissions()
    tracker.set_commission_state([first.id, second.id], "approved")
    tracker.close()

    printed = shell(_COMMANDS, 0)
    assert "p7         Sock news  -       -      -      -        -\n" in printed
    assert re.findall(r"(\d+) +p7 +1 +(\S+) +approved +USD +(\S+)  -       -\n", printed) == [
        ("11002", "percent:20", "3.99"),
        ("11003", "percent:10", "10.00"),
    ]


def test_the_table_has_every_option_and_the_toml_too() -> None:
    """Those that are named where a wrong one is given."""
    with pytest.raises(ConfigError) as raised:
        Config(secret_keys=[SECRET], tracking_codes={"socks": {"tier3": ["fixed", "1"]}})
    options = str(raised.value).partition("some of ")[2].split(", ")
    (toml,) = blocks(_DOCUMENT, "toml")

    assert [name for name, _ in _table("option")] == options
    assert re.findall(r"^(\w+) = ", toml.split("[tracking_codes")[1], re.MULTILINE) == options
