"""Splio's ``id``: "to avoid double posting of the same purchase transaction" [doc]."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from tests.support.splio import assert_silent
from wsgi_salestrack import Conversion, Money, Tracker

_HIT = "/salestrack/sales.php?universe=u&amount=5"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with two universes."""
    return make_tracker(universes=["u", "v"])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("123456acdef", "123456acdef", id="[doc]"),
        pytest.param("123456abcd%20width=", "123456abcd", id="[doc] unclosed quote"),
        pytest.param("1234+width%3D", "1234", id="a plus is a space"),
        pytest.param("12%0934", "12", id="tab"),
        pytest.param("12%0A34", "12", id="line break"),
        pytest.param("1234%0D%0A", "1234", id="line break at the end"),
        pytest.param("12%C2%A034", "12", id="no-break space"),
        pytest.param("12%E3%80%8034", "12", id="ideographic space"),
        pytest.param("+1234", "1234", id="space in front"),
        pytest.param("12%2B34", "12+34", id="encoded plus"),
        pytest.param("0012", "0012", id="leading zeros"),
        pytest.param("1e5", "1e5", id="looks like an exponent"),
        pytest.param("a=b", "a=b", id="equals sign"),
        pytest.param("a%26b", "a&b", id="encoded separator"),
        pytest.param("50%", "50%", id="a percent that encodes nothing"),
        pytest.param("%C3%86%C3%98", "\u00c6\u00d8", id="UTF-8"),
        pytest.param("e%CC%81", "e\u0301", id="not normalised"),
        pytest.param("x" * 255, "x" * 255, id="255 characters"),
        pytest.param("x" * 255 + "%20" + "y" * 99, "x" * 255, id="cut before it is too long"),
        pytest.param("1234%20%00", "1234", id="NUL behind the cut"),
        pytest.param(quote("\U0001f9e6" * 255), "\U0001f9e6" * 255, id="255 wide characters"),
    ],
)
def test_an_id_is_kept_up_to_the_first_white_space(
    tracker: Tracker, visit: Visit, sent: str, kept: str
) -> None:
    """[ours] Otherwise exactly as sent; the reload of the page counts nothing more."""
    visitor = visit(tracker, https=True)
    for _ in range(2):
        assert_silent(visitor.get(f"{_HIT}&id={sent}"))

    (row,) = rows_of(tracker, "conversions")
    assert (row["reference"], row["dedupe_key"]) == (kept, kept)


@pytest.mark.parametrize("parameter", ["", "&id", "&id=", "&id=+", "&id=%20%0A", "&ID=7"])
def test_without_an_id_every_hit_counts(tracker: Tracker, visit: Visit, parameter: str) -> None:
    """[doc] "You only need to set-up two parameters to make it work"."""
    visitor = visit(tracker, https=True)
    for _ in range(2):
        assert_silent(visitor.get(_HIT + parameter))

    rows = rows_of(tracker, "conversions")
    assert [(row["reference"], row["dedupe_key"]) for row in rows] == [(None, None)] * 2


def test_a_repeat_is_a_duplicate_and_no_rejection(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """By whichever method it comes."""
    receivers = listen(tracker)
    visitor = visit(tracker, https=True)

    visitor.get(f"{_HIT}&id=7")
    visitor.get(f"{_HIT},00&id=7")
    visitor.post("/salestrack/sales.php", b"universe=u&amount=5&id=7")

    assert [recorded.outcome for recorded in receivers.duplicated] == ["duplicate"] * 2
    assert (len(receivers.recorded), receivers.rejected) == (1, [])


def test_the_first_amount_stays(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """The same id with another amount: silent on the wire, told to the shop."""
    receivers = listen(tracker)
    visitor = visit(tracker, https=True)

    visitor.get(f"{_HIT}&id=7")
    assert_silent(visitor.get("/salestrack/sales.php?universe=u&amount=6&id=7"))

    (recorded,) = receivers.duplicated
    assert recorded.outcome == "conflict"
    ((protocol, reason),) = receivers.rejected
    assert protocol == "splio"
    assert reason.startswith("id was recorded before")
    (row,) = rows_of(tracker, "conversions")
    assert row["revenue"] == 500


def test_an_id_counts_once_in_each_universe(tracker: Tracker, visit: Visit) -> None:
    """[doc] The universe is an account of its own."""
    visitor = visit(tracker, https=True)
    for universe in ("u", "v", "u", "v"):
        visitor.get(f"/salestrack/sales.php?universe={universe}&amount=5&id=7")

    rows = rows_of(tracker, "conversions")
    assert [row["scope"] for row in rows] == ["universe:u", "universe:v"]


@pytest.mark.parametrize(
    ("universes", "sales"),
    [
        pytest.param({"u": {"scope": "order"}}, 1, id="scope order"),
        pytest.param({"u": {}}, 2, id="own scope"),
        pytest.param(["u"], 2, id="name only"),
    ],
)
def test_a_universe_may_share_the_scope_of_the_checkout(
    make_tracker: MakeTracker, visit: Visit, universes: Any, sales: int
) -> None:
    """Then the order by call and by pixel is one sale."""
    tracker = make_tracker(universes=universes)
    tracker.record(Conversion(reference="7", revenue=Money("5", "USD")))

    visit(tracker, https=True).get(f"{_HIT}&id=7")

    assert row_counts(tracker)["conversions"] == sales
