"""The affiliate pixel's ``id``, by which a sale counts once within its tracking code."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.affiliate import PATH, assert_acknowledged, assert_pixel
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Tracker

_HIT = f"{PATH}?amount=5"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with two tracking codes."""
    return make_tracker(tracking_codes={"socks": {}, "shoes": {}})


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("11001", "11001", id="[doc]"),
        pytest.param("+11001+", "11001", id="[doc] outer spaces"),
        pytest.param("%20%0911001%0D%0A", "11001", id="outer white space"),
        pytest.param("%C2%A011001", "11001", id="no-break space"),
        pytest.param("11+001", "11 001", id="inner space"),
        pytest.param("0012", "0012", id="leading zeros"),
        pytest.param("1e5", "1e5", id="looks like an exponent"),
        pytest.param("a=b", "a=b", id="equals sign"),
        pytest.param("a%3Bb%26c", "a;b&c", id="encoded separators"),
        pytest.param("12%2B34", "12+34", id="encoded plus"),
        pytest.param("50%", "50%", id="a percent that encodes nothing"),
        pytest.param("%C3%86%C3%98", "\u00c6\u00d8", id="UTF-8"),
        pytest.param("e%CC%81", "e\u0301", id="not normalised"),
        pytest.param("x" * 25, "x" * 25, id="[doc] 25 characters"),
        pytest.param("+" * 99 + "x" * 25, "x" * 25, id="25 characters behind spaces"),
        pytest.param(quote("\U0001f9e6" * 25), "\U0001f9e6" * 25, id="25 wide characters"),
    ],
)
def test_an_id_counts_once_and_is_kept_without_the_spaces_around_it(
    tracker: Tracker, visit: Visit, sent: str, kept: str
) -> None:
    """Otherwise exactly as sent; the reload of the page counts nothing more."""
    visitor = visit(tracker)
    for _ in range(2):
        assert_acknowledged(visitor.get(f"{_HIT};id={sent}"))

    (row,) = rows_of(tracker, "conversions")
    assert (row["reference"], row["dedupe_key"]) == (kept, kept)


@pytest.mark.parametrize("parameter", ["", ";id", ";id=", ";id=+", ";id=%20%0A", ";ID=7"])
def test_without_an_id_every_hit_counts(tracker: Tracker, visit: Visit, parameter: str) -> None:
    """[doc] "and preferably a unique invoice number as well": so it may be missing."""
    visitor = visit(tracker)
    for _ in range(2):
        assert_acknowledged(visitor.get(_HIT + parameter))

    rows = rows_of(tracker, "conversions")
    assert [(row["reference"], row["dedupe_key"]) for row in rows] == [(None, None)] * 2


def test_a_repeat_is_a_duplicate_by_whichever_method_and_link_it_comes(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """The first link stays."""
    receivers = listen(tracker)
    visitor = visit(tracker)

    visitor.get(f"{_HIT};id=7")
    assert_acknowledged(visitor.get("/salestrack/ts/l/other/c/socks?id=7;amount=5.00"))
    visitor.post(PATH, b"amount=%245&id=7")

    assert [recorded.outcome for recorded in receivers.duplicated] == ["duplicate"] * 2
    assert (len(receivers.recorded), receivers.rejected) == (1, [])
    (row,) = rows_of(tracker, "conversions")
    assert row["affiliate_link"] == "banner"


def test_the_first_amount_stays(tracker: Tracker, visit: Visit) -> None:
    """The same id with another amount is told."""
    visitor = visit(tracker)

    visitor.get(f"{_HIT};id=7")
    answer = visitor.get(f"{PATH}?id=7;amount=6")

    assert_pixel(answer)
    assert answer.error == "id was recorded before with other values, which stay"
    (row,) = rows_of(tracker, "conversions")
    assert row["revenue"] == 500


def test_an_id_counts_once_in_each_code(tracker: Tracker, visit: Visit) -> None:
    """It dedupes within the code."""
    visitor = visit(tracker)
    for code in ("socks", "shoes", "socks", "shoes"):
        visitor.get(f"/salestrack/ts/l/banner/c/{code}?id=7;amount=5")

    rows = rows_of(tracker, "conversions")
    assert [row["scope"] for row in rows] == ["code:socks", "code:shoes"]


@pytest.mark.parametrize(
    ("options", "sales"),
    [
        pytest.param({"scope": "order"}, 1, id="scope order"),
        pytest.param({"scope": "code:socks"}, 2, id="own scope, named"),
        pytest.param({}, 2, id="own scope"),
    ],
)
def test_a_code_may_share_the_scope_of_the_checkout(
    make_tracker: MakeTracker, visit: Visit, options: Any, sales: int
) -> None:
    """Then the order by call and by pixel is one sale."""
    tracker = make_tracker(tracking_codes={"socks": options})
    tracker.record(Conversion(reference="7", revenue=Money("5", "USD")))

    assert_acknowledged(visit(tracker).get(f"{_HIT};id=7"))

    assert row_counts(tracker)["conversions"] == sales
