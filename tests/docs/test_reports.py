"""``docs/reports.md``: what it prints, and every dimension against a sum in plain Python."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from flask_salestrack import SalesTrack, current_tracker
from tests.support.browser import Browser
from tests.support.clock import ManualClock
from tests.support.documents import blocks, cells
from tests.support.guides import flask
from tests.support.server import Serve
from tests.support.shop import SECRET, MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, ReportRow, Tracker
from wsgi_salestrack.reports.query import FIGURES
from wsgi_salestrack.stores.base import DIMENSIONS

_DOCUMENT = "docs/reports.md"
_PREPARE, *_COMMANDS, _WHERE = blocks(_DOCUMENT, "sh")
_REPORTED, _ROWS, _CROSS_TABLE, _CROSSED, _COMPARE_TABLE, _COMPARED, *_PARTS, _LINKS = blocks(
    _DOCUMENT, "text"
)
_IN_PYTHON, _CROSS, _COMPARE, _CHOSEN = blocks(_DOCUMENT, "python")
(_ORDERS,) = blocks(_DOCUMENT, "json")
_BERLIN = ZoneInfo("Europe/Berlin")

Order = dict[str, Any]


@pytest.fixture
def shop(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The page's shop, with its orders and what became of them."""
    monkeypatch.chdir(tmp_path)
    Path("orders.jsonl").write_text(_ORDERS, "utf-8")
    app = Flask(__name__)
    app.config.update(
        SALESTRACK_SECRET_KEYS=[SECRET],
        SALESTRACK_DATABASE=tmp_path / "sales.db",
        SALESTRACK_TIMEZONE="Europe/Berlin",
    )
    SalesTrack(app)
    monkeypatch.setattr(app.extensions["salestrack"], "now", clock)
    for command in _PREPARE.splitlines():
        flask(app, command)
    yield app
    app.extensions["salestrack"].close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def test_what_is_printed_stands_on_the_page(
    shop: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands, in their order, and the snippets."""
    tables = (_REPORTED, _CROSS_TABLE, _COMPARE_TABLE, *_PARTS)
    assert [flask(shop, command) for command in _COMMANDS] == [*tables]
    for snippet, printed in (
        (_IN_PYTHON, _ROWS),
        (_CROSS, _CROSSED),
        (_COMPARE, _COMPARED),
        (_CHOSEN, _LINKS),
    ):
        exec(snippet, {"app": shop, "current_tracker": current_tracker, "date": date})  # noqa: S102
        assert capsys.readouterr().out == printed


def test_the_dimensions_are_all_there_are() -> None:
    assert [row[0] for row in cells(_DOCUMENT, "--by")] == [*DIMENSIONS]


def _of_touch(name: str) -> Callable[[Order], str | None]:
    return lambda order: order.get(name)


def _at(form: str) -> Callable[[Order], str | None]:
    def label(order: Order) -> str:
        at = datetime.fromisoformat(order["occurred_at"]).replace(tzinfo=_BERLIN)
        text = at.strftime(form)
        return f"{text[:-2]}:{text[-2:]}" if form.endswith("%z") else text

    return label


_NAMES: dict[str, Callable[[Order], str | None]] = {
    **{
        name: _of_touch(name)
        for name in ("newsletter", "link", "contact", "subscription", "list", "publisher", "target")
    },
    "point_of_sale": _of_touch("point_of_sale"),
    "source": lambda order: "import",
    "hour": _at("%Y-%m-%d %H:00%z"),
    "day": _at("%Y-%m-%d"),
    "week": _at("%G-W%V"),
    "month": _at("%Y-%m"),
}


@pytest.mark.parametrize("by", _NAMES)
def test_a_dimension_is_a_plain_sum(shop: Flask, by: str) -> None:
    """Revenue and what is left of it, by the name that the table tells."""
    backs = {"1001": Decimal("5.67"), "1002": Decimal("3.00")}
    expected: dict[tuple[str | None, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 2)
    for line in _ORDERS.splitlines():
        order = json.loads(line)
        revenue, back = Decimal(order["revenue"]), backs.get(order["reference"], Decimal(0))
        sums = expected[_NAMES[by](order), order["currency"]]
        sums[0], sums[1] = sums[0] + revenue, sums[1] + revenue - back

    rows = _tracker(shop).report(by).rows

    assert {(row.dimension, row.currency): [row.revenue, row.net] for row in rows} == expected


def test_products_sum_to_the_sales(shop: Flask) -> None:
    """To the cent, in each currency."""
    sums: dict[str | None, list[Decimal]] = {}
    for by in ("newsletter", "product"):
        for row in _tracker(shop).report(by).rows:
            assert row.net is not None
            nets = sums.setdefault(row.currency, [Decimal(0), Decimal(0)])
            nets[by == "product"] += row.net

    assert sums == {"USD": [Decimal("43.33")] * 2, "EUR": [Decimal("12.00")] * 2}


_CHOSEN_ROWS = (
    [("2026-10-23", "34.00")],
    [("2026-10", "30.00")],
    [("2026-10-23", "34.00"), ("2026-10-24", "18.00")],
    [("2026-10-26", "12.00")],
)


@pytest.mark.parametrize(
    ("command", "rows"), list(zip(_WHERE.splitlines(), _CHOSEN_ROWS, strict=True))
)
def test_a_condition_chooses(shop: Flask, command: str, rows: list[tuple[str, str]]) -> None:
    """A name, a product's part, a week of the shop's, and those without a name."""
    printed = flask(shop, f"{command} --format csv").splitlines()
    names = printed[0].split(",")
    found = [dict(zip(names, line.split(","), strict=True)) for line in printed[1:]]

    assert [(row[names[0]], row["revenue"]) for row in found] == rows


def test_what_is_cancelled_is_in_no_row_and_what_is_refunded_is(shop: Flask) -> None:
    tracker = _tracker(shop)
    tracker.cancel("1001")
    tracker.refund("1003")

    rows = {row.dimension: row for row in tracker.report("newsletter").rows}

    assert (rows["2026-10"].count, str(rows["2026-10"].revenue)) == (1, "18.00")
    assert (rows[None].count, str(rows[None].net)) == (1, "0.00")


def test_the_columns_are_those_of_the_tables(shop: Flask) -> None:
    """All that a file has, but for what the row is of."""
    printed = flask(shop, f"{_COMMANDS[0].strip()} --format csv")
    heading = printed.splitlines()[0].split(",")

    told = [row[0] for head in ("column", "figure") for row in cells(_DOCUMENT, head)]
    assert heading[2:] == told


def test_clicks_and_rates_are_counted_by_hand(shop: Flask, serve: Serve) -> None:
    """Three clicks of two browsers, of which one buys twice; and one that sells nothing."""
    tracker, port = _tracker(shop), serve(shop)
    reader, other = Browser(port), Browser(port)
    for browser in (reader, reader, other):
        browser.get(tracker.click_url("/", newsletter="2026-11"))
    Browser(port).get(tracker.click_url("/", newsletter="2026-11"), {"User-Agent": None})
    other.get(tracker.click_url("/", newsletter="unsold"))
    for reference, amount in (("1", "10.00"), ("2", "0.25")):
        tracker.record(
            Conversion(reference=reference, revenue=Money(amount, "USD")), environ=reader.environ
        )

    report = tracker.report("newsletter")

    rows, (unsold,) = {row.dimension: row for row in report.rows}, report.clicked
    row = rows["2026-11"]
    assert (row.count, row.clicks, row.visitors) == (2, 3, 2)
    assert row.conversion_rate == Fraction(2, 3)
    assert row.revenue_per_click == Fraction(1025, 300)
    assert row.average == Decimal("5.12")  # 5.125
    assert (unsold.dimension, unsold.count, unsold.clicks) == ("unsold", 0, 1)
    assert unsold.conversion_rate == Fraction(0)
    assert rows["2026-10"].conversion_rate is None


@pytest.mark.parametrize("by", ["product", "category", "target", "point_of_sale", "source"])
def test_what_a_click_does_not_know_has_no_clicks(shop: Flask, by: str) -> None:
    assert {row.clicks for row in _tracker(shop).report(by).rows} == {None}


def test_the_figures_are_those_of_a_row() -> None:
    """Each is there under its name."""
    for figure, _ in cells(_DOCUMENT, "figure"):
        assert hasattr(ReportRow, figure)
    assert {"commission", "clicks", "visitors"} == {*FIGURES}


def test_commissions_are_what_the_ledger_says(make_tracker: MakeTracker, visit: Visit) -> None:
    """Of both tiers, and without what was declined."""
    tracker = make_tracker(
        tracking_codes={"socks": {"tier1": ["percent", "10"], "tier2": ["fixed", "0.50"]}}
    )
    tracker.add_publisher("p1")
    tracker.add_publisher("p7", parent="p1")
    buyer = visit(tracker)
    buyer.get(tracker.click_url("/", publisher="p7"))
    for reference in ("1", "2"):
        buyer.get(f"/salestrack/ts/l/a/c/socks?id={reference};amount=20")
    declined = tracker.commissions(reference="2", publisher="p7")
    tracker.set_commission_state([entry.id for entry in declined], "declined")

    (row,) = tracker.report("publisher").rows

    assert row.commission == Decimal("2.00") + 2 * Decimal("0.50")
