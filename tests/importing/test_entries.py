from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.importing.entries import HAT, SOCKS, entries, entry
from wsgi_salestrack import Line, Money, Order
from wsgi_salestrack.importing import Entry


def test_a_row_is_a_conversion() -> None:
    """All that it says, from the source import."""
    found = entry(
        revenue="49.95",
        currency="USD",
        quantity=" 2 ",
        occurred_at="2026-11-01T10:00:00",
        scope="target:1",
        target="1",
    ).conversion

    assert (found.source, found.scope, found.reference) == ("import", "target:1", "1")
    assert (found.revenue, found.quantity, found.target) == (Money("49.95", "USD"), 2, "1")
    assert found.occurred_at == datetime(2026, 11, 1, 9, tzinfo=UTC)


def test_what_a_row_does_not_say() -> None:
    """The shop's currency, the scope of orders; no revenue is none."""
    assert entry(revenue="5").conversion.revenue == Money("5", "EUR")
    found = entry(revenue="", currency=" ").conversion
    assert (found.revenue, found.scope, found.occurred_at, found.order) == (
        *(None, "order", None, None),
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-11-01", "2026-11-01T22:59:59.999999+00:00"),
        ("2026-11-21", "2026-11-21T12:00:00+00:00"),
        ("2026-11-01 10:00", "2026-11-01T09:00:00+00:00"),
        ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00+00:00"),
        ("2026-07-01T10:00:00", "2026-07-01T08:00:00+00:00"),
        ("2026-11-01T10:00:00.5-05:00", "2026-11-01T15:00:00.500000+00:00"),
        (date(2026, 11, 1), "2026-11-01T22:59:59.999999+00:00"),
        (datetime(2026, 11, 1, 10), "2026-11-01T09:00:00+00:00"),  # noqa: DTZ001
        (datetime(2026, 11, 1, 10, tzinfo=UTC), "2026-11-01T10:00:00+00:00"),
    ],
)
def test_when_it_occurred(given: object, meant: str) -> None:
    """In the shop's time zone; a day is its last moment, and never later than now."""
    assert entry(occurred_at=given).conversion.occurred_at == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("occurred_at", "clicked_at", "seconds_before"),
    [
        ("2026-11-02T10:00", "2026-11-02T09:00", 3600),
        ("2026-11-02T10:00", "2026-11-02", 0),
        ("2026-11-02", "2026-11-02", 0),
        ("2026-11-02", "2026-11-01", 86400),
        ("2026-11-02T10:00", "2026-11-03", -136799.999999),
    ],
)
def test_when_it_was_clicked(occurred_at: str, clicked_at: str, seconds_before: float) -> None:
    """Days are compared as days."""
    found = entry(occurred_at=occurred_at, clicked_at=clicked_at, newsletter="n")
    assert found.conversion.occurred_at is not None
    assert found.touch.at is not None
    before = found.conversion.occurred_at - found.touch.at
    assert before == timedelta(seconds=seconds_before)


def test_a_touch() -> None:
    """All names; none is a touch of nobody."""
    found = entry(contact="c", subscription="s", list="i", newsletter="n", link="l", publisher="p")
    assert found.touch.names == ("c", "s", "i", "n", "l", "p")
    assert not any(entry().touch.names)


def test_rows_with_products_are_one_order() -> None:
    """As long as they follow each other; what they say of the order may stand in any of them."""
    (first, other, again) = entries(
        {"reference": "1", "customer_ref": "k1", **SOCKS, "category": "wool"},
        {"reference": "1", "occurred_at": "2026-11-01T10:00Z", **HAT},
        {"reference": "2", **HAT},
        {"reference": "1", **SOCKS},
    )
    assert isinstance(first, Entry)
    assert isinstance(other, Entry)
    assert isinstance(again, Entry)
    order = first.conversion.order
    assert order is not None
    assert order.customer_ref == "k1"
    assert order.lines == (
        Line(
            product_id="s1",
            name="Socks",
            categories=("wool",),
            quantity=2,
            unit_price=Money("5", "EUR"),
        ),
        Line(product_id="h1", name="Hat", quantity=1, unit_price=Money("20", "EUR")),
    )
    assert (first.conversion.revenue, first.conversion.quantity) == (Money("30", "EUR"), 3)
    assert first.conversion.occurred_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert [each.line for each in (first, other, again)] == [1, 3, 4]


def test_lines_of_json() -> None:
    """With the quantity of the order beside them, and several categories."""
    lines = [{**SOCKS, "categories": ["wool", "warm"]}, HAT]
    found = entry(lines=lines, revenue="28", quantity=1).conversion

    assert found.order is not None
    assert [line.categories for line in found.order.lines] == [("wool", "warm"), ()]
    assert (found.revenue, found.quantity) == (Money("28", "EUR"), 1)


def test_the_same_reference_without_products_is_no_order() -> None:
    """It is a repeat, which the store judges."""
    assert len(entries({"reference": "1"}, {"reference": "1"}, {"reference": "1", **HAT})) == 3


@pytest.mark.parametrize(
    "said", [{"customer_ref": "k1", "point_of_sale": "web"}, {"customer_ref": "k1"}]
)
def test_customer_and_point_of_sale_are_kept_without_products(said: dict[str, Any]) -> None:
    """Most exports have a row for each order, and its total only."""
    found = entry(**said, revenue="5", quantity="3").conversion

    assert found.order == Order(**said)
    assert (found.revenue, found.quantity) == (Money("5", "EUR"), 3)
    assert entry(revenue="5").conversion.order is None


def test_a_status() -> None:
    """However it is written; no status says nothing."""
    found = [entry(status=status).cancelled for status in ("Paid", "cancelled", "CANCELED", "")]
    assert found == [False, True, True, None]
    assert entry(revenue="5", refunded="2").refunded == Money("2", "EUR")


def test_numbers_of_the_hosts_own() -> None:
    """Integers and Decimals, as a query gives them."""
    found = entry(reference=7, revenue=Decimal("5.10"), quantity=3)
    assert (found.reference, found.conversion.revenue) == ("7", Money("5.10", "EUR"))
    assert found.conversion.quantity == 3
