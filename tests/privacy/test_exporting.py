"""The document that is handed out to whoever asks what is stored of them."""

from __future__ import annotations

import json
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from tests.privacy.canary import CONTACT, CUSTOMER, SUBSCRIPTION, order
from tests.support.clock import NOON, ManualClock
from tests.support.dialects import Shop
from tests.support.rows import rows_of
from wsgi_salestrack import Click, Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.personal_data import SECTIONS

HOSTILE = '"}],\n\\ \u202e\U0001f9e6 </script>'


def document(tracker: Tracker, contact: str = CONTACT) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(tracker.export(contact)))
    return found


def test_all_that_the_tables_have_is_in_it(told: Shop) -> None:
    """Row by row; times are ISO 8601, money is text with its currency, ids are text."""
    found = document(told.tracker)

    assert (found["contact"], found["site"]) == (CONTACT, "default")
    assert found["exported_at"] == "2026-11-21T12:01:00Z"
    assert (found["customer_refs"], found["subscriptions"]) == ([CUSTOMER], [SUBSCRIPTION])
    own = [row for row in rows_of(told.tracker, "clicks") if row["visitor"]]
    assert [click["id"] for click in found["clicks"]] == [str(row["id"]) for row in own]
    assert found["clicks"][0]["destination"] == own[0]["destination"]
    sales = [row for row in rows_of(told.tracker, "conversions") if row["reference"][0] == "1"]
    assert [sale["reference"] for sale in found["conversions"]] == [
        row["reference"] for row in sorted(sales, key=lambda row: int(row["id"]))
    ]
    by_reference = {sale["reference"]: sale for sale in found["conversions"]}
    called = by_reference["1-call"]
    assert called["revenue"] == {"amount": "10.00", "currency": "USD"}
    assert called["refunded"] == {"amount": "1.00", "currency": "USD"}
    assert called["occurred_at"] == "2026-11-21T12:01:00Z"
    assert called["touch"]["newsletter"] == f"for {CONTACT}"
    assert called["lines"] == [
        {
            "product_id": "s1",
            "name": "Socks",
            "categories": ["warm"],
            "quantity": 1,
            "unit_price": {"amount": "10.00", "currency": "USD"},
        }
    ]
    assert [each["reference"] for each in called["adjustments"]] == [f"R-{CONTACT}"]
    assert [each["customer_ref"] for each in called["conflicts"]] == ["canary-k9"]
    assert by_reference["1-pixel"]["cancelled"]
    assert [each["reference"] for each in found["claims"]] == ["9"]
    assert [each["customer_ref"] for each in found["identities"]] == [CUSTOMER]
    assert [each["apart"] for each in found["separations"]] == [True]
    assert [each["publisher"] for each in found["publishers"]] == ["p9"]


def test_a_publisher_gets_their_accounts(told: Shop, clock: ManualClock) -> None:
    """What they have earned, and what they were paid; not by whom it was bought."""
    tracker = told.tracker
    tracker.add_publisher("p7", name="Seven", tier1=("percent", "12.5"), contact="seven")
    assert told.tell("affiliate", order(CUSTOMER), "2") == ""
    open_ones = [entry.id for entry in tracker.commissions(publisher="p7", state="pending")]
    tracker.set_commission_state(open_ones, "approved")
    clock.advance(timedelta(days=40))
    (payout,) = tracker.prepare_payouts()

    found = document(tracker, "seven")

    assert found["publishers"][0]["tier1"] == ["percent", "12.5"]
    entries = tracker.commissions(publisher="p7")
    assert [each["earned"]["amount"] for each in found["commissions"]] == [
        str(entry.amount) for entry in entries
    ]
    assert [each["paid"]["amount"] for each in found["payouts"]] == [str(payout.amount)]
    assert CUSTOMER not in json.dumps(found)
    assert '"1-' not in json.dumps(found)


def test_of_a_contact_that_nobody_knows_every_list_is_empty(tracker: Tracker) -> None:
    found = document(tracker, "nobody")

    assert list(found)[-len(SECTIONS) :] == list(SECTIONS.values())
    assert [found[name] for name in SECTIONS.values()] == [[]] * len(SECTIONS)


def test_any_text_comes_back_as_it_is(tracker: Tracker) -> None:
    """Whatever is in a name."""
    price = Money("1", "USD")
    line = Line(product_id=HOSTILE, name=HOSTILE, quantity=1, unit_price=price)
    bought = Order(customer_ref=HOSTILE, lines=(line,))
    touch = Touch(at=NOON, contact=HOSTILE, newsletter=HOSTILE)
    tracker.record(Conversion(reference=HOSTILE, order=bought), touch=touch)

    (sale,) = document(tracker, HOSTILE)["conversions"]

    assert sale["reference"] == sale["customer_ref"] == sale["lines"][0]["name"] == HOSTILE
    assert sale["touch"]["contact"] == HOSTILE


def test_a_long_history_is_never_in_memory_as_a_whole(
    tracker: Tracker, clock: ManualClock, folder: Path
) -> None:
    """Only a page at a time; and the store may be written to between two pieces."""
    assert folder.is_dir()
    touch = Touch(at=clock.now, contact="c81", newsletter="n" * 100, link="l" * 100)
    made = Click(
        id=0, touch=touch, day="2026-11-21", visitor=7, verdict="valid", destination="/" + "p" * 900
    )
    clicks = [msgspec.structs.replace(made, id=new_id(clock.now)) for _ in range(4000)]
    for click in clicks[:1]:
        tracker.store.add_click("default", click)
    fill(tracker, clicks[1:])
    pieces = tracker.export("c81")
    size, peak = 0, 0
    tracemalloc.start()
    for number, piece in enumerate(pieces):
        size += len(piece)
        if number == 5:
            tracker.record(Conversion(reference="meanwhile"))
            tracemalloc.reset_peak()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size > 4000 * 1200
    assert peak < size / 3


def fill(tracker: Tracker, clicks: list[Click]) -> None:
    """Write many clicks at once, past the library."""
    import sqlite3  # noqa: PLC0415
    from contextlib import closing  # noqa: PLC0415

    from wsgi_salestrack.stores import rows, statements  # noqa: PLC0415

    path = tracker.config.database
    assert isinstance(path, Path)
    with closing(sqlite3.connect(path)) as connection, connection:
        statement = statements.insert_many("clicks", statements.CLICK_COLUMNS, 1)
        connection.executemany(statement, [rows.click_values("default", each) for each in clicks])
