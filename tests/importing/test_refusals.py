from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importing.entries import ASSUMED, HAT, SOCKS, entries, problem
from wsgi_salestrack.importing import (
    IMPORT_COLUMNS,
    RECONCILE_COLUMNS,
    Entry,
    Refused,
    Row,
    read_entries,
)


def test_a_bad_line_of_an_order_refuses_all_of_it() -> None:
    """Named by that line; and so do lines beside it that can't be read."""
    bad: dict[str, object] = {"reference": "1", **HAT, "unit_price": "x"}
    (found,) = entries({"reference": "1", **SOCKS}, bad)
    assert found == Refused(
        line=2, reference="1", problem="unit_price is not a plain decimal number such as 49.95"
    )

    unreadable = Row(line=2, problem="line is not CSV")
    before, itself, after, far = entries(
        Row(line=1, values={"reference": "1", **SOCKS}),
        unreadable,
        Row(line=3, values={"reference": "2", **SOCKS}),
        Row(line=4, values={"reference": "3", **SOCKS}),
    )
    assert itself == Refused(line=2, reference=None, problem="line is not CSV")
    for each, line in ((before, 1), (after, 3)):
        assert isinstance(each, Refused)
        assert each.line == line
        assert each.problem == "line 2 can't be read, and may be one of this order's"
    assert isinstance(far, Entry)


def test_a_line_that_cannot_be_read_costs_no_order_without_products() -> None:
    """For such an order is one line."""
    found = entries({"reference": "1"}, Row(line=2, problem="p"), {"reference": "3"})
    assert [isinstance(each, Entry) for each in found] == [True, False, True]


def test_a_product_without_a_reference_is_perhaps_the_order_befores() -> None:
    """As where a spreadsheet writes the reference once."""
    first, second = entries({"reference": "1", **SOCKS}, HAT)
    assert isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert second.problem == "reference is missing"


LONG = "x" * 1001
NAMES = ("contact", "subscription", "list", "newsletter", "link", "publisher")
NO_REFERENCES: tuple[object, ...] = ("", None, "x" * 256, "a\0", "\udcff", 1.5)
NO_AMOUNTS: tuple[object, ...] = (49.95, True, [], Decimal("NaN"))
LISTS: tuple[object, ...] = ("x", {}, [1], [{"sku": "1", **HAT}], 0, True)
BAD_AMOUNTS = ("NaN", "1e5", "1,000.00", "49,95", "-1", "٤", "1_0", "5.001", "100000000", "+1")


@pytest.mark.parametrize(
    ("values", "column"),
    [
        *(({"reference": bad}, "reference") for bad in NO_REFERENCES),
        *(({"revenue": bad}, "revenue") for bad in (*BAD_AMOUNTS, *NO_AMOUNTS)),
        *(({"currency": bad, "revenue": "1"}, "currency") for bad in ("usd", "XXX", "US", 1.5)),
        *(({"quantity": bad}, "quantity") for bad in ("0", "-1", "1.0", "٤", "1e3", "9" * 10)),
        *(
            ({"occurred_at": bad}, "occurred_at")
            for bad in (
                *("21.11.2026", "2026-W47", "2026-13-01", "2026-11-01T25:00", "x" * 50),
                "٢026-11-01",
                *("2026-11-23", "2027-01-01T00:00Z", "0001-01-01", "9999-12-31", 5),
            )
        ),
        *(({"clicked_at": bad, "link": "l"}, "clicked_at") for bad in ("yesterday", "0001-01-01")),
        *(({"scope": bad}, "scope") for bad in ("x" * 101, "a\0", "\udcff")),
        *(({"target": bad}, "target") for bad in ("x" * 101, "a\0", "\udcff")),
        *(({name: bad}, name) for name in NAMES for bad in ("x" * 101, "a\0", "\udcff", False)),
        *(({**SOCKS, "customer_ref": bad}, "customer_ref") for bad in ("x" * 256, "\0")),
        *(({**SOCKS, "point_of_sale": bad}, "point_of_sale") for bad in ("x" * 256, "\0")),
        *(({**SOCKS, name: ""}, name) for name in ("product_id", "name", "quantity", "unit_price")),
        *(({**SOCKS, "name": bad}, "name") for bad in (LONG, "\0", "\udcff")),
        *(({**SOCKS, "category": bad}, "categories") for bad in ("x" * 256, "\0")),
        *(({**SOCKS, "unit_price": bad}, "unit_price") for bad in BAD_AMOUNTS),
        *(({"lines": bad}, "lines") for bad in LISTS),
        ({"lines": [HAT], **SOCKS}, "product_id"),
        ({"lines": [{**HAT, "categories": "wool"}]}, "categories"),
        ({"lines": [{**HAT, "quantity": True}]}, "quantity"),
        *(({"status": bad}, "status") for bad in ("refunded", "1", "\udcff")),
        *(({"refunded": bad, "revenue": "1"}, "refunded") for bad in (*BAD_AMOUNTS, "1.01")),
        ({"refunded": "1"}, "refunded"),
    ],
)
def test_a_bad_value_names_its_column(values: dict[str, Any], column: str) -> None:
    """Whichever it is, and what it holds."""
    assert problem(**values).split()[0] == column


@pytest.mark.parametrize("column", ["revenue", "currency", "customer_ref", "occurred_at", "link"])
def test_lines_of_an_order_may_not_contradict_each_other(column: str) -> None:
    (found,) = entries(
        {"reference": "1", column: "1", **SOCKS}, {"reference": "1", column: "2", **HAT}
    )
    assert isinstance(found, Refused)
    assert found.problem == f"{column} is not the same in all lines of the order"


values = st.one_of(
    st.none(),
    st.text(max_size=5),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.datetimes(),
    st.dates(),
    st.sampled_from(["1", "5.00", "USD", "2026-11-01", "paid", [SOCKS], [{}], {}]),
)


@given(st.lists(st.dictionaries(st.sampled_from(RECONCILE_COLUMNS), values), max_size=4))
def test_any_rows_are_entries_or_refused(rows: list[dict[str, object]]) -> None:
    """In their order, and every one of them."""
    found = list(read_entries(rows, ASSUMED))
    lines = [each.line for each in found]
    assert lines == sorted(lines)
    assert bool(found) is bool(rows)
    for each in found:
        if isinstance(each, Refused):
            assert each.problem.split()[0] in {*IMPORT_COLUMNS, *RECONCILE_COLUMNS} | {
                *("categories", "line")
            }
            (each.reference or "").encode()
