"""``tracker.verify()``: whether all that is stored adds up, and what does not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.support.clock import ManualClock
from wsgi_salestrack import Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.terms import Rule, Terms


@pytest.fixture
def filled(tracker: Tracker, clock: ManualClock) -> Tracker:
    """One with sales of all kinds, some refunded or cancelled, and a payout."""
    terms = Terms(tier1=Rule.of("tier1", "percent", "12.5"))
    line = Line(product_id="s1", name="Socks", quantity=3, unit_price=Money("3.33", "USD"))
    for number in range(12):
        currency = ("USD", "JPY", "BHD")[number % 3]
        order = Order(lines=(line,)) if currency == "USD" else None
        revenue = None if order else Money(str(100 + number), currency)
        tracker.record(
            Conversion(
                source="affiliate",
                reference=str(number),
                revenue=revenue,
                order=order,
                terms=terms,
            ),
            touch=Touch(newsletter=f"n{number % 2}", publisher=f"p{number % 5}"),
        )
    tracker.cancel("1")
    tracker.refund("2", amount="3")
    tracker.refund("3", lines={"s1": 1})
    clock.advance(timedelta(days=40))
    tracker.set_commission_state([each.id for each in tracker.commissions()], "approved")
    tracker.prepare_payouts()
    tracker.refund("5")
    tracker.reinstate("1")
    return tracker


def wrong(tracker: Tracker) -> list[str]:
    """What does not hold."""
    return [
        f"{found.subject}: {found.problem}"
        for found in tracker.verify()
        if found.problem is not None
    ]


def run(tracker: Tracker, statement: str) -> None:
    """Change rows behind the library's back."""
    path = tracker.config.database
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute(statement)


def test_what_was_recorded_adds_up(filled: Tracker) -> None:
    """Each of what must hold is named, and five models are among it."""
    findings = filled.verify()

    assert [found.problem for found in findings] == [None] * 13
    assert findings[-1].subject == "the model decay credits the net revenue, to the minor unit"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE conversions SET refunded = 100 WHERE reference = '2'",
            "every adjustment is in its sale, and no net is negative: 2: is not",
        ),
        (
            "UPDATE conversions SET cancelled = 1 WHERE reference = '4'",
            "every adjustment is in its sale, and no net is negative: 4: is not",
        ),
        (
            "UPDATE conversions SET refunded = revenue + 1 WHERE reference = '6'",
            "every adjustment is in its sale, and no net is negative: 6: is not",
        ),
        (
            (
                "UPDATE commissions SET amount = amount + 1 WHERE conversion IN "
                "(SELECT id FROM conversions WHERE reference = '7')"
            ),
            "every commission is what its sale earns: 7: is not",
        ),
        ("DELETE FROM products", "every line belongs to a sale and a product: line 0 of"),
        ("UPDATE payouts SET amount = amount - 1", "every payout is the sum of its commissions"),
    ],
)
def test_what_was_tampered_with_is_found(filled: Tracker, statement: str, problem: str) -> None:
    """And named by its reference."""
    run(filled, statement)

    assert any(found.startswith(problem) for found in wrong(filled)), wrong(filled)


def test_a_reference_that_is_there_twice_is_found(filled: Tracker) -> None:
    """Where somebody dropped the unique key, and it was needed."""
    columns = [row[1] for row in _columns(filled)]
    copied = ", ".join("id + 1" if name == "id" else name for name in columns)
    run(filled, "ALTER TABLE conversions RENAME TO kept")
    run(filled, "CREATE TABLE conversions AS SELECT * FROM kept")
    run(filled, f"INSERT INTO conversions SELECT {copied} FROM kept WHERE reference = '8'")  # noqa: S608

    assert wrong(filled)[0] == (
        "every reference is recorded once: 8 in order: is recorded more than once"
    )


def _columns(tracker: Tracker) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(str(tracker.config.database))) as connection:
        return connection.execute("PRAGMA table_info(conversions)").fetchall()
