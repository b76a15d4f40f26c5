from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from tests.importing.purchases import purchases
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker
from wsgi_salestrack import Conversion, Money, StoreError, Touch, Tracker
from wsgi_salestrack.importing import Imported
from wsgi_salestrack.model import Arrival, Recorded
from wsgi_salestrack.stores.base import Store

Rows = Iterable[Mapping[str, object]]

SOCKS = {"product_id": "s1", "name": "Socks", "quantity": "2", "unit_price": "5.00"}
MIXED: list[dict[str, object]] = [
    {"reference": "1", "revenue": "10"},
    {"reference": "1", "revenue": "10"},
    {"reference": "1", "revenue": "11"},
    {"reference": "2", "revenue": "1e5"},
    {"reference": "3", **SOCKS, "customer_ref": "k1"},
    {"reference": "4", "newsletter": "n1", "clicked_at": "2026-11-20", "occurred_at": "2026-11-21"},
    {"reference": "4", "publisher": "p7"},
    {"reference": "5", "newsletter": "n1", "clicked_at": "2025-01-01"},
]
BECOMES = [
    (1, "1", "recorded", ""),
    (2, "1", "duplicate", "it was recorded before"),
    (3, "1", "conflict", "it was recorded before with another revenue, which stays"),
    (4, "2", "rejected", "revenue is not a plain decimal number such as 49.95"),
    (5, "3", "recorded", ""),
    (6, "4", "recorded", ""),
    (7, "4", "enriched", "it was recorded before, and lacked something or was less trusted"),
    (
        *(8, "5", "recorded"),
        "credited to nobody: clicked_at is after the sale, or too long before it",
    ),
]


def told(results: Iterable[Imported]) -> list[tuple[int, str | None, str, str]]:
    """What became of each."""
    return [(each.line, each.reference, each.outcome, each.reason) for each in results]


def outcomes(results: Iterable[Imported]) -> Counter[str]:
    """How many of each."""
    return Counter(each.outcome for each in results)


def test_each_row_is_recorded_once_and_told(tracker: Tracker) -> None:
    """Bad ones stop no other, and importing the same again changes nothing."""
    assert told(tracker.import_conversions(MIXED)) == BECOMES
    before = [rows_of(tracker, table) for table in ("conversions", "lines", "conflicts")]

    again = told(tracker.import_conversions(MIXED))

    assert [outcome for _, _, outcome, _ in again] == [
        *("duplicate", "duplicate", "conflict", "rejected"),
        *("duplicate", "duplicate", "duplicate", "duplicate"),
    ]
    assert [rows_of(tracker, table) for table in ("conversions", "lines", "conflicts")] == before
    assert rows_of(tracker, "hits") == []


def test_a_dry_run_says_the_same_and_records_nothing(tracker: Tracker, listen: Listen) -> None:
    """Nor does it send any signal."""
    receivers = listen(tracker)

    assert told(tracker.import_conversions(MIXED, dry_run=True)) == BECOMES
    assert row_counts(tracker)["conversions"] == 0
    assert receivers.calls == []

    tracker.record(Conversion(reference="1", revenue=Money("9", "USD")))
    (first, *_) = tracker.import_conversions(MIXED, dry_run=True)
    assert first.outcome == "conflict"


def test_what_was_recorded_has_its_time_and_its_touches(tracker: Tracker) -> None:
    row = {
        "reference": "1",
        "revenue": "10",
        "occurred_at": "2025-03-02T10:00:00+01:00",
        "newsletter": "2025-03",
        "contact": "c81",
        "clicked_at": "2025-03-01T10:00:00Z",
    }
    assert outcomes(tracker.import_conversions([row])) == {"recorded": 1}

    (found,) = rows_of(tracker, "conversions")
    assert (found["source"], found["day"]) == ("import", "2025-03-02")
    assert (found["touch_contact"], found["touch_newsletter"]) == ("c81", "2025-03")
    assert found["recorded_at"] == int(NOON.timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("source", "outcome"), [("api", "conflict"), ("target", "enriched"), ("splio", "enriched")]
)
def test_the_shops_own_file_is_trusted_more_than_a_pixel(
    tracker: Tracker, source: str, outcome: str
) -> None:
    """As much as its own call, which came first."""
    tracker.record(Conversion(source=source, reference="1", revenue=Money("9", "USD")))

    assert outcomes(tracker.import_conversions(MIXED[:1])) == {outcome: 1}


def test_signals_are_sent_as_of_any_conversion(tracker: Tracker, listen: Listen) -> None:
    """Once; what would not have been sent is sent by a replay."""
    receivers = listen(tracker)
    list(tracker.import_conversions(MIXED))

    assert [each.conversion.reference for each in receivers.recorded] == ["1", "3", "4", "5"]
    assert [each.conversion.reference for each in receivers.enriched] == ["4"]
    assert list(tracker.replay()) == []


def test_signals_may_be_left_out(tracker: Tracker, listen: Listen) -> None:
    """For good."""
    receivers = listen(tracker)
    list(tracker.import_conversions(MIXED, signals=False))

    assert receivers.calls == []
    assert list(tracker.replay()) == []


def test_conversions_without_credit_are_kept_only_where_they_are_wanted(
    make_tracker: MakeTracker,
) -> None:
    tracker = make_tracker(record_unattributed=["api"])
    for dry_run in (True, False):
        found = list(tracker.import_conversions(MIXED[4:6], dry_run=dry_run))
        assert [each.outcome for each in found] == ["rejected", "recorded"]
        assert "record_unattributed" in found[0].reason


def test_nothing_is_recorded_before_it_is_asked_for(tracker: Tracker) -> None:
    """However many there are: an endless file can be imported."""

    def endless() -> Iterator[dict[str, object]]:
        number = 0
        while True:
            number += 1
            yield {"reference": number, "revenue": 1}

    results = tracker.import_conversions(endless())
    assert row_counts(tracker)["conversions"] == 0
    assert outcomes(islice(results, 1200)) == {"recorded": 1200}


def test_without_a_store_nothing_can_be_imported(make_tracker: MakeTracker) -> None:
    with pytest.raises(StoreError, match="database is None"):
        make_tracker(database=None).import_conversions([])


class Poisoned:
    """A store that refuses some references, as a database may that knows few characters."""

    def __init__(self, store: Store, bad: set[str]) -> None:
        self._store = store
        self._bad = bad

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def record_many(self, site: str, arrivals: list[Arrival]) -> list[Recorded]:
        """All of them, or none."""
        if any(arrival.conversion.reference in self._bad for arrival in arrivals):
            raise StoreError("it does not fit")
        return self._store.record_many(site, arrivals)


def test_what_the_store_refuses_costs_no_other(tracker: Tracker, make_tracker: MakeTracker) -> None:
    """Each of a transaction that failed is tried alone."""
    poisoned = make_tracker(database=Poisoned(tracker.store, {"3"}))
    rows = [{"reference": number} for number in range(1, 6)]

    found = [each.outcome for each in poisoned.import_conversions(rows)]

    assert found == ["recorded", "recorded", "rejected", "recorded", "recorded"]
    assert row_counts(tracker)["conversions"] == 4


def test_a_store_that_fails_ends_the_import(tracker: Tracker, make_tracker: MakeTracker) -> None:
    """And not at each row after a time-out; what was said to be recorded is."""
    broken = make_tracker(database=Poisoned(tracker.store, {"601", "602"}))
    results = broken.import_conversions({"reference": number} for number in range(1, 1001))

    first = outcomes(islice(results, 500))
    with pytest.raises(StoreError, match="it does not fit"):
        next(results)

    assert first == {"recorded": 500}
    assert row_counts(tracker)["conversions"] == 600


def test_cdnows_purchases_add_up(tracker: Tracker) -> None:
    """To the cent and by newsletter, against a sum of the file's own; twice is once."""
    rows = purchases(3000)
    sums = Counter[str]()
    for row in rows:
        sums[str(row["newsletter"])] += int(Decimal(str(row["revenue"])) * 100)

    assert outcomes(tracker.import_conversions(rows)) == {"recorded": 3000}
    assert outcomes(tracker.import_conversions(rows)) == {"duplicate": 3000}

    report = tracker.report(by="newsletter")
    assert {row.dimension: Decimal(row.revenue or 0) * 100 for row in report.rows} == sums
    assert next(day.dimension for day in tracker.report(by="day").rows) == "1997-01-01"


def test_a_touch_that_is_given_takes_part_like_a_click(tracker: Tracker) -> None:
    """Of the newsletter and of the publisher, each within the window."""
    at = NOON - timedelta(days=10)
    row = {
        "reference": "1",
        "occurred_at": NOON,
        "clicked_at": at,
        "newsletter": "n",
        "publisher": "p7",
    }
    list(tracker.import_conversions([row]))

    ((recorded, _),) = list(tracker.replay(NOON))
    assert isinstance(recorded, Recorded)
    assert recorded.touch == Touch(at=at, newsletter="n", publisher="p7")
    assert recorded.referral == recorded.touch
    assert tracker.commissions() == []
