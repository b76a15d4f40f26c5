"""``st_reference``: exactly as sent, and counted once within its scope.

"If we register multiple target hits with the same reference, only the first hit will be
registered" [Ubivox].
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Tracker

_HIT = "/salestrack/target/1/?st_revenue=5&st_reference="


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("12345678", "12345678", id="number"),
        pytest.param("0012", "0012", id="leading zeros"),
        pytest.param("%20A%201%20", " A 1 ", id="spaces as %20"),
        pytest.param("+A+1+", " A 1 ", id="spaces as plus"),
        pytest.param("a%2Bb", "a+b", id="an encoded plus"),
        pytest.param("a%26b%3Dc", "a&b=c", id="encoded separators"),
        pytest.param("a=b", "a=b", id="equals sign"),
        pytest.param("a%25b", "a%b", id="encoded percent"),
        pytest.param("50%", "50%", id="a percent that encodes nothing"),
        pytest.param("%C3%86%C3%98", "\u00c6\u00d8", id="UTF-8"),
        pytest.param("e%CC%81", "e\u0301", id="not normalised"),
        pytest.param("a%0Ab", "a\nb", id="line break"),
        pytest.param("1.0", "1.0", id="looks like a number"),
        pytest.param("1e5", "1e5", id="looks like an exponent"),
        pytest.param("None", "None", id="a word of Python"),
        pytest.param("x" * 100, "x" * 100, id="100 characters"),
        pytest.param(quote("\U0001f9e6" * 100), "\U0001f9e6" * 100, id="100 wide characters"),
    ],
)
def test_a_reference_is_kept_exactly_as_sent(
    tracker: Tracker, visit: Visit, sent: str, kept: str
) -> None:
    """Text, neither trimmed nor normalised nor made a number."""
    assert visit(tracker).get(_HIT + sent).error is None

    (row,) = rows_of(tracker, "conversions")
    assert (row["reference"], row["dedupe_key"]) == (kept, kept)


def test_raw_utf8_bytes_are_the_same_reference(tracker: Tracker, visit: Visit) -> None:
    """Some shops do not encode at all."""
    visitor = visit(tracker)

    raw = visitor.get(_HIT.encode() + "\u00c6\u00d8".encode())
    encoded = visitor.get(_HIT + "%C3%86%C3%98")

    assert (raw.error, encoded.error) == (None, None)
    assert [row["reference"] for row in rows_of(tracker, "conversions")] == ["\u00c6\u00d8"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("0012", "12", id="leading zeros"),
        pytest.param("A1", "%20A1", id="a space in front"),
        pytest.param("A1", "A1+", id="a space at the end"),
        pytest.param("A1", "a1", id="case"),
        pytest.param("1", "1.0", id="equal numbers"),
        pytest.param("%C3%A9", "e%CC%81", id="normal forms"),
        pytest.param("a%2Bb", "a+b", id="plus and space"),
    ],
)
def test_references_that_differ_are_two_sales(
    tracker: Tracker, visit: Visit, one: str, other: str
) -> None:
    """``"0012"`` is not ``"12"``."""
    visitor = visit(tracker)

    answers = [visitor.get(_HIT + reference) for reference in (one, other)]

    assert [answer.error for answer in answers] == [None, None]
    assert row_counts(tracker)["conversions"] == 2


def test_a_second_hit_counts_once(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """It is acknowledged, for the sale is there, and told as a duplicate."""
    receivers = listen(tracker)
    visitor = visit(tracker)

    answers = [visitor.get(f"{_HIT}7") for _ in range(3)]

    assert [answer.error for answer in answers] == [None] * 3
    first, second = receivers.duplicated
    (recorded,) = receivers.recorded
    assert (first.outcome, second.outcome) == ("duplicate", "duplicate")
    assert first.id == second.id == recorded.id
    (row,) = tracker.report("target").rows
    assert (row.count, row.revenue) == (1, Money("5", "USD").amount)


def test_another_visitors_hit_with_the_same_reference_counts_once(
    tracker: Tracker, visit: Visit
) -> None:
    """A reference is the order's, whoever shows the page."""
    for visitor in (visit(tracker), visit(tracker)):
        assert visitor.get(f"{_HIT}7").error is None

    assert row_counts(tracker)["conversions"] == 1


@pytest.mark.parametrize("parameters", ["", "&st_reference=", "&st_reference"])
def test_without_a_reference_every_hit_counts(
    tracker: Tracker, visit: Visit, parameters: str
) -> None:
    """An empty one counts as none."""
    visitor = visit(tracker)
    for _ in range(3):
        assert visitor.get(f"/salestrack/target/1/?st_revenue=5{parameters}").error is None

    (row,) = tracker.report("target").rows
    assert (row.count, str(row.revenue)) == (3, "15.00")
    assert {row["reference"] for row in rows_of(tracker, "conversions")} == {None}


@pytest.mark.parametrize(
    ("targets", "conversions"),
    [
        pytest.param({1: "Sale", 2: "Gift"}, 3, id="each its own"),
        pytest.param(
            {1: {"title": "Sale", "scope": "order"}, 2: {"title": "Gift", "scope": "order"}},
            1,
            id="both the order's",
        ),
        pytest.param({1: {"title": "Sale", "scope": "order"}, 2: "Gift"}, 2, id="one the order's"),
    ],
)
def test_a_reference_is_unique_within_its_scope(
    make_tracker: MakeTracker, visit: Visit, targets: dict[int, Any], conversions: int
) -> None:
    """A target has a scope of its own, unless configured to share that of orders."""
    tracker = make_tracker(targets=targets)
    visitor = visit(tracker)

    tracker.record(Conversion(reference="7", revenue=Money("5", "USD")))
    for target in (1, 2, 1):
        hit = f"/salestrack/target/{target}/?st_revenue=5&st_reference=7"
        assert visitor.get(hit).error is None

    assert row_counts(tracker)["conversions"] == conversions


def test_a_conflicting_hit_is_not_acknowledged(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """The same reference with another revenue changes nothing, and ``ST-Error`` says so."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(f"{_HIT}7")

    answer = visitor.get("/salestrack/target/1/?st_revenue=6&st_reference=7")

    assert answer.error is not None
    assert "st_reference" in answer.error
    assert receivers.rejected == [("target", answer.error)]
    assert [recorded.outcome for recorded in receivers.duplicated] == ["conflict"]
    assert [row["revenue"] for row in rows_of(tracker, "conversions")] == [500]
    assert len(rows_of(tracker, "conflicts")) == 1


def test_a_later_click_credits_the_sale_that_lacked_one(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """A repeat may fill in a touch that is missing, and never replaces one that is there."""
    receivers = listen(tracker)
    stranger, known, other = visit(tracker), visit(tracker), visit(tracker)
    known.get(tracker.click_url("/p/socks", newsletter="2026-11"))
    other.get(tracker.click_url("/p/socks", newsletter="2026-12"))

    for visitor in (stranger, known, other):
        assert visitor.get(f"{_HIT}7").error is None

    assert [recorded.outcome for recorded in receivers.enriched] == ["enriched"]
    assert len(receivers.duplicated) == 1
    (row,) = tracker.report("newsletter").rows
    assert (row.dimension, row.count) == ("2026-11", 1)
