"""Totals that SQLite keeps beside the rows: always what the rows add up to, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.kept import PRODUCTS, SELECTIONS, Kept
from tests.stores.totals_steps import (
    Adjust,
    Arrive,
    Come,
    Credit,
    Delete,
    MoveMark,
    Rename,
    Run,
    Step,
    arrivals,
    steps,
)
from tests.stores.values import NOON, WITH_A_STORE, arrival, click, line, order
from wsgi_salestrack import Money, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores.sqlite import SQLiteStore


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """One with a file of its own."""
    with closing(SQLiteStore(path)) as opened:
        yield opened


@given(st.lists(arrivals(), min_size=1, max_size=3), st.lists(steps, max_size=6))
@settings(WITH_A_STORE, max_examples=60)
def test_totals_are_what_the_rows_add_up_to_after_every_step(
    store: SQLiteStore, first: list[Arrival], taken: list[Step]
) -> None:
    """Recorded, enriched, credited, adjusted, renamed, deleted, early or late, in any order."""
    kept = Kept(store, f"shop-{new_visitor_id()}")
    for arriving in first:
        store.record(kept.site, arriving)
    kept.move_mark()
    assert kept.kept() != []
    for number, step in enumerate(taken):
        step.on(kept)
        kept.check(SELECTIONS[number % 4 :: 4], PRODUCTS[number % 4 :: 4])
    kept.check(SELECTIONS, PRODUCTS)
    assert kept.problems() == []

    kept.move_mark()

    kept.check(SELECTIONS[::3], PRODUCTS)
    assert kept.problems() == []
    assert all(row.get("conversions", row.get("clicks")) for row in kept.kept())

    store.forget_site(kept.site)

    assert kept.kept() == []
    assert kept.problems() == []


BOUGHT = arrival(
    "1",
    touch=Touch(newsletter="a", link="b"),
    order=order(line("s1", quantity=2), line("s2"), line("s1")),
    revenue=Money("45", "USD"),
    source="ecommerce_pixel",
)
CHANGES: dict[str, list[Step]] = {
    "cancelled": [Adjust("1", Change(kind="cancellation"))],
    "refunded": [Adjust("1", Change(kind="refund", amount="3"))],
    "refunded in whole": [Adjust("1", Change(kind="refund"))],
    "lines refunded": [Adjust("1", Change(kind="refund", lines={"s1": 3}))],
    "reinstated in part": [
        Adjust("1", Change(kind="refund", lines={"s1": 1})),
        MoveMark(),
        Adjust("1", Change(kind="reinstatement", amount="1")),
    ],
    "other lines": [
        Adjust("1", Change(kind="refund", lines={"s1": 1})),
        MoveMark(),
        Arrive(arrival("1", order=order(line("s1"), line("s3")), revenue=Money("45", "USD"))),
    ],
    "another amount": [Arrive(arrival("1", revenue=Money("40", "USD"), quantity=7))],
    "credited to a newsletter": [Credit("2", "c")],
    "another name": [Rename("a")],
    "refunded, and all of it explained by lines": [Adjust("2", Change(kind="refund", amount="3"))],
    "deleted": [Delete("1")],
    "deleted, without lines": [Delete("3")],
    "a click deleted": [Run(("DELETE FROM clicks WHERE site = :site",))],
    "nothing but a line changed": [
        Run(("UPDATE lines SET quantity = 9 WHERE site = :site AND product_id = 's2'",))
    ],
    "nothing but a line added": [
        Run(
            (
                """INSERT INTO lines SELECT site, conversion, 9, product_id, quantity, unit_price,
                0, 0 FROM lines WHERE site = :site AND product_id = 's2'""",
            )
        )
    ],
    "deleted, and there again with its old id": [
        Run(
            (
                """CREATE TEMP TABLE kept AS SELECT * FROM conversions
                WHERE site = :site AND reference = '3'""",
                "DELETE FROM conversions WHERE site = :site AND reference = '3'",
                "UPDATE kept SET revenue = 9999",
                "INSERT INTO conversions SELECT * FROM kept",
                "DROP TABLE kept",
            )
        )
    ],
    "changed and deleted": [Adjust("1", Change(kind="refund", amount="3")), Delete("1")],
    "late": [Arrive(arrival(None, touch=Touch(newsletter="d")), late=True)],
    "late and cancelled": [
        Adjust("3", Change(kind="cancellation")),
        Arrive(arrival(None, touch=Touch(newsletter="a")), late=True),
        Adjust("1", Change(kind="cancellation")),
    ],
    "a late click": [Come(click(Touch(at=NOON, newsletter="d")), late=True)],
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_closed", [False, True], ids=["today", "later"])
def test_what_changes_later_changes_the_totals_as_well(
    store: SQLiteStore, site: str, change: str, is_closed: bool
) -> None:
    """After it was added to them; and when it is added again."""
    kept = Kept(store, site)
    store.record(site, BOUGHT)
    store.record(site, arrival("2", order=order(customer_ref="k1")))
    store.record(site, arrival("3", touch=Touch(newsletter="a")))
    store.add_click(site, click(Touch(at=NOON, newsletter="a", link="b")))
    if is_closed:
        at = NOON + timedelta(days=3)
        store.record(site, arrival(None, at=at, day="2026-11-24"))
        store.add_click(site, click(Touch(at=at, newsletter="a", link="b")))
    kept.move_mark()
    before = kept.kept()
    assert any(row["period"] == "" for row in before) == is_closed

    for step in CHANGES[change]:
        step.on(kept)
        kept.check(SELECTIONS, PRODUCTS)
        assert kept.problems() == []
    kept.move_mark()

    kept.check(SELECTIONS, PRODUCTS)
    assert kept.problems() == []
    assert kept.kept() != before
