"""``docs/attribution.md``: its numbers are those of real sales, and of plain arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_salestrack import SalesTrack, current_tracker
from tests.support.browser import Browser
from tests.support.clock import ManualClock
from tests.support.documents import ROOT, blocks
from tests.support.guides import flask
from tests.support.server import Serve
from tests.support.shop import SECRET, MakeTracker, Visit
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker
from wsgi_salestrack.crediting import MODELS

_DOCUMENT = "docs/attribution.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_BY_DECAY, _PERSONS, _EXPLAIN = blocks(_DOCUMENT, "sh")
(_COMPARE,) = blocks(_DOCUMENT, "python")
_REPORTED, _COMPARED = blocks(_DOCUMENT, "text")
_CLICKS: tuple[dict[str, Any], ...] = (
    {"newsletter": "2026-10"},
    {"publisher": "p7"},
    {"newsletter": "2026-11"},
)
_FIRST = datetime(2026, 11, 1, 9, tzinfo=UTC)
_WEEK = timedelta(weeks=1)
_SALE = Conversion(reference="1001", revenue=Money("100.00", "USD"), quantity=1)


def _table(head: str) -> list[list[str]]:
    """The cells of the table that begins so, without their backticks."""
    rows = _PAGE.split(f"\n| {head}")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]


@pytest.fixture
def app(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A shop whose time is the test's."""
    app = Flask(__name__)
    app.config.update(SALESTRACK_SECRET_KEYS=[SECRET], SALESTRACK_DATABASE=tmp_path / "sales.db")
    SalesTrack(app)
    tracker = app.extensions["salestrack"]
    monkeypatch.setattr(tracker, "now", clock)
    yield app
    tracker.close()


def _tracker(app: Flask) -> Tracker:
    tracker = app.extensions["salestrack"]
    assert isinstance(tracker, Tracker)
    return tracker


def _buy_by_three_links(app: Flask, clock: ManualClock, serve: Serve) -> Tracker:
    """The page's example, with its dates."""
    tracker, buyer = _tracker(app), Browser(serve(app))
    clock.now = _FIRST
    for names in _CLICKS:
        contact: dict[str, Any] = {} if "publisher" in names else {"contact": "c81"}
        buyer.get(tracker.click_url("/", **names, **contact))
        clock.advance(_WEEK)
    tracker.record(_SALE, environ=buyer.environ)
    return tracker


def _shares(model: str, ages: list[int]) -> list[Fraction]:
    """What the table of models says in words, as arithmetic."""
    count = len(ages)
    last, first = (
        [Fraction(place == count - 1) for place in range(count)],
        [Fraction(place == 0) for place in range(count)],
    )
    if model in {"last", "first"}:
        return last if model == "last" else first
    if model == "decay":
        weights = [Fraction(1, 2 ** (age // 7)) for age in ages]
        return [weight / sum(weights) for weight in weights]
    if model == "linear" or count < 3:
        return [Fraction(1, count)] * count
    ends = Fraction(2, 5)
    return [ends, *[Fraction(1, 5) / (count - 2)] * (count - 2), ends]


def _cents(shares: list[Fraction], total: int) -> list[Decimal]:
    """Whole cents; what is left goes to the largest remainders, the latest of them first."""
    exact = [share * total for share in shares]
    whole = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda place: (exact[place] - whole[place], place))
    for place in order[len(order) - (total - sum(whole)) :]:
        whole[place] += 1
    return [Decimal(each).scaleb(-2) for each in whole]


def _credited(tracker: Tracker, model: str) -> list[str]:
    """What the three links of the example got, in their order."""
    newsletters = tracker.report("newsletter", model=model, journey="both").rows
    publishers = tracker.report("publisher", model=model, journey="both").rows
    found = {row.dimension: row.net for row in (*newsletters, *publishers) if row.dimension}
    zero = Decimal("0.00")
    return [str(found.get(name, zero)) for names in _CLICKS for name in names.values()]


def test_the_table_of_models_is_what_is_reported_and_plain_arithmetic(
    app: Flask, clock: ManualClock, serve: Serve
) -> None:
    tracker = _buy_by_three_links(app, clock, serve)

    table = _table("model |")

    assert [model for model, *_ in table] == [model for model, _ in _table("`--model` |")]
    assert tuple(model for model, *_ in table) == MODELS
    for model, *amounts in table:
        plain = [str(each) for each in _cents(_shares(model, [21, 14, 7]), 10000)]
        assert amounts == plain == _credited(tracker, model)


def test_the_commands_and_the_snippet_print_what_stands_there(
    app: Flask, clock: ManualClock, serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    _buy_by_three_links(app, clock, serve)

    assert flask(app, _BY_DECAY) == _REPORTED
    exec(_COMPARE, {"app": app, "current_tracker": current_tracker})  # noqa: S102  that is the test
    assert capsys.readouterr().out == _COMPARED
    explained = flask(app, _EXPLAIN)
    assert re.findall(r"(\w+) +\d+\.00%", explained) == ["credited"] * 3


def test_a_refund_is_shared_as_the_sale_is(app: Flask, clock: ManualClock, serve: Serve) -> None:
    tracker = _buy_by_three_links(app, clock, serve)

    tracker.refund("1001", amount="30.00")

    left = _credited(tracker, "linear")
    assert left == [str(each) for each in _cents([Fraction(1, 3)] * 3, 7000)]
    assert f"credits {left[0]}, {left[1]} and {left[2]}" in " ".join(_PAGE.split())


def test_the_window_is_exact(tracker: Tracker, clock: ManualClock, visit: Visit) -> None:
    """The four clicks of the picture, and the two moments in the text."""
    buyer = visit(tracker)
    buyer.get(tracker.click_url("/", newsletter="2026-11"))
    click = clock.now
    moments = {
        "in the window": click + timedelta(days=30),
        "too late": click + timedelta(days=30, microseconds=1),
        "before the click": click - timedelta(microseconds=1),
    }

    credited = {}
    for name, at in moments.items():
        recorded = tracker.record(Conversion(occurred_at=at), environ=buyer.environ)
        credited[name] = recorded.touch is not None

    assert credited == {"in the window": True, "too late": False, "before the click": False}
    assert tracker.config.window == timedelta(days=30)


def _order(reference: str) -> Conversion:
    socks = Line(product_id="s", name="Socks", quantity=1, unit_price=Money("10.00", "USD"))
    return Conversion(reference=reference, order=Order(customer_ref="k7", lines=(socks,)))


def test_the_four_of_the_picture_are_one_person(
    app: Flask, clock: ManualClock, serve: Serve
) -> None:
    """By what they did alone; a link that is taken out parts them, and back it joins them."""
    tracker, port = _tracker(app), serve(app)
    phone, laptop = Browser(port), Browser(port)
    phone.get(tracker.click_url("/", contact="c81", newsletter="2026-10"))
    clock.advance(_WEEK)
    laptop.get(tracker.click_url("/", contact="c81", newsletter="2026-11"))
    tracker.record(_order("1"), environ=laptop.environ)
    tracker.record(_order("2"), environ=Browser(port).environ)

    def first() -> dict[str | None, str]:
        rows = tracker.report("newsletter", model="first").rows
        return {row.dimension: str(row.revenue) for row in rows if row.count}

    assert first() == {"2026-10": "20.00"}
    identify, separate, join = _PERSONS.splitlines()
    flask(app, identify)
    assert first() == {"2026-10": "20.00"}
    flask(app, separate)
    assert first() == {"2026-10": "20.00"}  # still connected by the order on the laptop
    tracker.separate(visitor=_visitor(laptop, tracker), customer_ref="k7")
    assert first() == {None: "20.00"}
    flask(app, join)
    assert first() == {"2026-10": "20.00"}


def _visitor(browser: Browser, tracker: Tracker) -> int:
    visitor = tracker.visitor(browser.environ)
    assert visitor is not None
    return visitor.id


def test_amounts_are_never_rounded_up_together() -> None:
    """The plain arithmetic above does what the text says of a cent that can't be shared."""
    assert _cents([Fraction(1, 3)] * 3, 100) == [Decimal("0.33"), Decimal("0.33"), Decimal("0.34")]
    assert sum(_cents(_shares("decay", [21, 14, 7]), 10000)) == Decimal(100).quantize(
        Decimal("0.01"), ROUND_DOWN
    )


def test_sales_without_anybody_are_in_a_row_of_their_own(make_tracker: MakeTracker) -> None:
    tracker = make_tracker()

    tracker.record(Conversion(reference="1"))

    assert [row.dimension for row in tracker.report().rows] == [None]
