"""Whoever is forgotten is in no byte of the store, and every total is what it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.privacy.canary import CONTACT, CUSTOMER, files_with, order
from tests.privacy.conftest import WAYS, see_snippet
from tests.support.dialects import Shop
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker
from wsgi_salestrack import BadValue, Conversion, StoreError, Tracker
from wsgi_salestrack.privacy import Forgotten

# By what nobody is named; but newsletters, for one is called as the contact is.
DIMENSIONS = ("link", "publisher", "list", "target", "day", "product", "source", "month")


def totals(tracker: Tracker) -> object:
    """All that is reported, and the ledger."""
    reports = [tracker.report(dimension).rows for dimension in DIMENSIONS]
    by_newsletter = tracker.report("newsletter").rows
    figures = [[row.net, row.count, row.revenue, row.refunded] for row in by_newsletter]
    commissions = [(entry.amount, entry.state) for entry in tracker.commissions()]
    return reports, sorted(figures), commissions


def visitors_of(database: Tracker) -> list[bytes]:
    """The ids of all visitors, as SQLite stores them."""
    rows = [*rows_of(database, "clicks"), *rows_of(database, "conversions")]
    found = {row["visitor"] for row in rows if row["visitor"]}
    return [visitor.to_bytes(8, "big") for visitor in found]


def test_whoever_is_forgotten_is_in_no_byte(told: Shop, folder: Path) -> None:
    """Of no file: neither by name nor by the id in their cookie; and nothing is miscounted."""
    tracker = told.tracker
    visitors = visitors_of(tracker)
    before = totals(tracker)
    assert set(files_with(folder, b"canary")) >= {"sales.db-wal"}
    assert files_with(folder, *visitors)

    forgotten = tracker.forget(CONTACT)

    assert files_with(folder, b"canary") == {}
    assert files_with(folder, *visitors) == {}
    assert totals(tracker) == before
    assert [finding for finding in tracker.verify() if finding.problem] == []
    assert forgotten.remains is None
    assert (forgotten.clicks, forgotten.conversions, forgotten.claims) == (2, len(WAYS), 1)
    assert tracker.forget(CONTACT) == Forgotten()


def test_everybody_else_is_as_they_were(told: Shop) -> None:
    """Byte by byte, but for what is called after the one who is forgotten."""
    others = "SELECT * FROM conversions WHERE reference LIKE 'o%' ORDER BY id"
    path = told.tracker.config.database
    assert isinstance(path, Path)
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute(others).fetchall()
        told.tracker.forget(CONTACT)

        assert connection.execute(others).fetchall() == before
        assert len(before) == 120


def by_pixels(shop: Shop) -> None:
    for way in WAYS:
        shop.tell(way, order(CUSTOMER), f"1-{way}")


def by_other_ways(shop: Shop) -> None:
    """Each of a more trusted source than before."""
    for way in WAYS:
        shop.tell("call", order(CUSTOMER), f"1-{way}")


def by_the_snippet(shop: Shop) -> None:
    """Of an order that was recorded before."""
    snippet = str(shop.tracker.order_snippet(CUSTOMER, "1-xmlrpc"))
    assert shop.visitor.get(snippet.partition('src="')[2].partition('"')[0]).error is None


def by_a_webhook(shop: Shop) -> None:
    """With what the shop has kept on the order."""
    token = shop.tracker.attribution_token(shop.visitor.environ)
    assert token
    shop.tracker.record(Conversion(reference="1-call", order=order(CUSTOMER)), token=token)


def by_an_import(shop: Shop) -> None:
    row = {"reference": "1-call", "customer_ref": CUSTOMER, "contact": CONTACT, "newsletter": "n"}
    (imported,) = shop.tracker.import_conversions([row])
    assert imported.outcome in {"duplicate", "enriched"}


def by_a_replay(shop: Shop) -> None:
    for _ in shop.tracker.replay(shop.tracker.now().date()):
        pass


@pytest.mark.parametrize(
    "again",
    [by_pixels, by_other_ways, by_the_snippet, by_a_webhook, by_an_import, by_a_replay],
)
def test_a_repeat_does_not_bring_them_back(
    told: Shop, folder: Path, again: Callable[[Shop], None]
) -> None:
    """Though their cookie, their page and the shop's own orders still have their names."""
    told.tracker.forget(CONTACT)
    (before,) = told.tracker.report("day").rows

    again(told)

    assert files_with(folder, b"canary") == {}
    (after,) = told.tracker.report("day").rows
    assert (after.count, after.net) == (before.count, before.net)


def test_a_new_order_is_a_new_event(told: Shop, folder: Path) -> None:
    """Who clicks and buys again is known again, and may be forgotten again."""
    told.tracker.forget(CONTACT)

    told.tell("call", order(CUSTOMER), "2")
    see_snippet(told)

    assert files_with(folder, b"canary")
    assert told.tracker.forget(CONTACT).conversions == 1
    assert files_with(folder, b"canary") == {}


def test_what_was_deleted_before_goes_as_well(told: Shop, folder: Path) -> None:
    """By a program whose SQLite only marks pages as free."""
    path = folder / "sales.db"
    told.tracker.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA secure_delete=OFF")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.execute(
            "UPDATE conversions SET point_of_sale = 'canary-place' || id || hex(zeroblob(900))"
        )
        other.execute("UPDATE conversions SET point_of_sale = NULL")
        other.commit()
    assert files_with(folder, b"canary-place")

    told.tracker.forget(CONTACT)

    assert files_with(folder, b"canary") == {}


@pytest.mark.parametrize("page", [1, 2, 5, 11])
def test_where_it_stops_half_way_another_call_goes_on(
    told: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """As if the process had ended there."""
    monkeypatch.setattr("wsgi_salestrack.stores.sql_privacy._PAGE", 1)
    before = totals(told.tracker)
    taken = 0

    def stop(_what: str, _done: int, _of: int) -> None:
        nonlocal taken
        taken += 1
        if taken == page:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        told.tracker.forget(CONTACT, watch=stop)
    assert files_with(folder, b"canary")

    told.tracker.forget(CONTACT)

    assert files_with(folder, b"canary") == {}
    assert totals(told.tracker) == before


@pytest.mark.parametrize("contact", ["", "c" * 101, "c\0", 81, None])
def test_a_contact_that_is_none_is_refused(tracker: Tracker, contact: Any) -> None:
    for asked in (tracker.forget, tracker.export):
        with pytest.raises(BadValue) as refused:
            asked(contact)
        assert refused.value.field == "contact"


def test_nothing_can_be_forgotten_where_nothing_is_stored(make_tracker: MakeTracker) -> None:
    tracker = make_tracker(database=None)

    for asked in (tracker.forget, tracker.export):
        with pytest.raises(StoreError, match="database is None"):
            asked(CONTACT)
