"""``salestrack explain``."""

from __future__ import annotations

import json
import re

from tests.commands.conftest import Run, sell
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker


def test_a_sale_is_explained(run: Run, tracker: Tracker) -> None:
    """To a person, with all that became of it."""
    sell(tracker, "1001")
    tracker.refund("1001", amount="2.50")

    lines = run("explain", "1001").output.splitlines()

    minute = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"  # in whatever locale
    assert re.fullmatch(f"1001: 10.00 USD, by affiliate, {minute}", lines[0])
    assert re.fullmatch(f"  refund 2.50 USD, {minute}", lines[1])
    assert lines[2:7] == [
        "  left: 7.50 USD",
        "newsletters: nobody: no touch within 30 days before the sale",
        "publishers: the last touch within 30 days before the sale, as it was recorded",
        "commission of p7, tier 1: 1.00 USD, pending",
        "commission of p7, tier 1: -0.25 USD, pending",
    ]
    assert lines[-1].split()[0] == "publishers"
    assert lines[-1].split()[3:] == ["publisher=p7", "credited", "100.00%", "7.50"]


def test_what_moves_a_terminals_cursor_is_not_printed(run: Run, tracker: Tracker) -> None:
    """A reference comes from a pixel, and the operator's terminal obeys."""
    reference = "1001\x1b[2K\u202e\x07"
    sell(tracker, reference)

    told = run("explain", reference).output, run("cancel", reference).output

    for text in told:
        assert text.startswith("1001\ufffd[2K\ufffd\ufffd")
        assert not {"\x1b", "\u202e", "\x07"} & set(text)


def test_what_somebody_else_said_is_told(run: Run, tracker: Tracker) -> None:
    """All values that a source named, though they do not count."""
    socks = Line(product_id="A1", name="Socks", quantity=2, unit_price=Money("6", "USD"))
    order = Order(customer_ref="k9", point_of_sale="web", lines=(socks,))
    sell(tracker, "1001")
    tracker.record(Conversion(source="affiliate", reference="1001", order=order))

    (told,) = (line for line in run("explain", "1001").output.splitlines() if "conflict" in line)

    said = "12.00 USD, quantity 2, customer k9, point of sale web, 2 x A1 at 6.00 USD"
    assert told.startswith(f"  conflict: affiliate said {said}, ")


def test_touches_are_for_programs_too(run: Run, tracker: Tracker) -> None:
    sell(tracker, "1001")

    (touch,) = json.loads(run("explain", "1001", "--format", "json").output)
    assert (touch["touch"], touch["verdict"], touch["credited"]) == (
        "publisher=p7",
        "credited",
        "10.00",
    )


def test_what_is_unknown_is_said(run: Run) -> None:
    result = run("explain", "1001")

    assert result.exit_code == 1
    assert "no conversion has this reference in the scope order" in result.stderr
