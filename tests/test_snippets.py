"""``tracker.order_snippet(customer_ref, order_ref)`` and the hits of what it makes."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.receivers import Listen
from tests.support.rows import rows_of
from tests.support.shop import OTHER_SECRET, SECRET, MakeTracker, Visit
from wsgi_salestrack import BadValue, Conversion, Line, Money, Order, Tracker

SALE = Conversion(
    reference="1001",
    order=Order(
        customer_ref="k1",
        lines=(Line(product_id="s1", name="Socks", quantity=1, unit_price=Money("5", "USD")),),
    ),
)


def address(tracker: Tracker, *names: str) -> str:
    """Of the image in a snippet."""
    return unescape(str(tracker.order_snippet(*(names or ("k1", "1001")))).split('"')[1])


def test_a_snippet_is_an_image(tracker: Tracker) -> None:
    """As the vendor's, and the same each time."""
    html = tracker.order_snippet("k1", "1001")

    assert html == f'<img src="{address(tracker)}" height="1" width="1" alt="">'
    assert address(tracker).startswith("/salestrack/et/?t=")
    assert html == tracker.order_snippet("k1", "1001")


@pytest.mark.parametrize("is_first", ["order", "browser"])
@pytest.mark.parametrize("seen_by", ["snippet", "pixel", "checkout"])
def test_every_model_credits_the_journey_whichever_comes_first(
    make_tracker: MakeTracker, visit: Visit, seen_by: str, is_first: str
) -> None:
    """An order that another process tells of, and the browser that it was bought in."""
    tracker = make_tracker(targets={1: {"title": "Sale", "scope": "order"}})
    visitor = visit(tracker)
    for newsletter in ("2026-09", "2026-10", "2026-11"):
        visitor.get(tracker.click_url("/", newsletter=newsletter))

    def see() -> None:
        if seen_by == "checkout":
            tracker.record(SALE, environ=visitor.environ)
        else:
            pixel = "/salestrack/target/1/?st_revenue=5&st_reference=1001"
            assert visitor.get(pixel if seen_by == "pixel" else address(tracker)).error is None

    if is_first == "browser":
        see()
    tracker.record(SALE, token="")
    if is_first == "order":
        see()
    later = msgspec.structs.replace(SALE, reference="1002")
    tracker.record(later, token="")

    models = tracker.compare("newsletter", models=["first", "linear"])
    nets = {
        model: {row.dimension: str(row.net) for row in report.rows}
        for model, report in models.items()
    }
    assert nets["first"] == {"2026-09": "10.00"}
    assert nets["linear"] == {"2026-09": "3.32", "2026-10": "3.34", "2026-11": "3.34"}


@pytest.mark.parametrize("names", [("", "1"), ("1", ""), ("x" * 256, "1"), (1, "1"), ("1", "a\0b")])
def test_what_names_no_order_is_refused(tracker: Tracker, names: tuple[Any, Any]) -> None:
    with pytest.raises(BadValue, match=r"customer_ref|order_ref"):
        tracker.order_snippet(*names)


def test_a_token_may_hold_what_a_parameter_begins_with(tracker: Tracker, visit: Visit) -> None:
    """One in some thousands does."""
    names = next(
        ("k1", str(number))
        for number in range(100_000)
        if "et_" in address(tracker, "k1", str(number))[15:]
    )
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", newsletter="2026-11"))

    assert visitor.get(address(tracker, *names)).error is None
    assert len(rows_of(tracker, "claims")) == 1


def test_receivers_hear_of_an_order_that_is_claimed(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """Once; and who comes without a click changes nothing, which is no error."""
    recorded = tracker.record(SALE)
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", contact="c81", newsletter="2026-11"))

    for somebody in (visit(tracker), visitor, visitor):
        assert somebody.get(address(tracker)).error is None

    (enriched,) = receivers.enriched
    assert enriched.id == recorded.id
    assert enriched.touch is not None
    assert enriched.touch.contact == "c81"
    assert receivers.rejected == []


def test_a_visitor_who_refuses_consent_ties_nothing(tracker: Tracker, visit: Visit) -> None:
    tracker.record(SALE)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", newsletter="2026-11"))
    answer = visitor.get(address(tracker), {"Sec-GPC": "1"})

    assert answer.error is None
    assert answer.cookies
    assert rows_of(tracker, "claims") == []


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("t=nonsense", "t is no token of this site"),
        ("t=", "t is no token of this site"),
        ("t=OTHER", "t is no token of this site"),
        ("t=CLICK", "t is no token of this site"),
        ("t=GOOD&t=GOOD", "t is given twice"),
        ("a=1&" * 600 + "t=GOOD", "the query string has more than 500 parameters"),
        ("t=GOOD" + "&a=1" * 600, "the query string has more than 500 parameters"),
    ],
)
def test_a_token_that_is_none_ties_nothing(
    make_tracker: MakeTracker, visit: Visit, query: str, error: str
) -> None:
    """Of another site, under another key, or made for another purpose."""
    tracker = make_tracker()
    other = make_tracker(site="other", secret_keys=[SECRET, OTHER_SECRET])
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", newsletter="2026-11"))
    for name, link in (
        ("GOOD", address(tracker)),
        ("OTHER", address(other)),
        ("CLICK", tracker.click_url("/", newsletter="2026-11").replace("/r/", "=")),
    ):
        query = query.replace(name, link.rpartition("=")[2])

    assert visitor.get(f"/salestrack/et/?{query}").error == error
    assert rows_of(tracker, "claims") == []


def test_a_snippets_image_is_served_where_the_store_fails(
    make_tracker: MakeTracker, visit: Visit, tmp_path: Path
) -> None:
    """And says so."""
    tracker = make_tracker(database=tmp_path / "gone" / "sales.db")
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", newsletter="2026-11"))
    answer = visitor.get(address(tracker))

    assert (answer.status, answer.error) == (200, "not recorded: the store failed")


def test_a_snippet_over_plain_http_may_be_forbidden(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    tracker = make_tracker(require_https=True)

    assert visit(tracker).get(address(tracker)).error == "https is required"
