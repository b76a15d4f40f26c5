from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from tests.stores.values import NOON, all_of, arrival, line, order
from wsgi_salestrack import Money, StoreError
from wsgi_salestrack.stores.base import Store

HOUR = timedelta(hours=1)


class TogetherContract:
    """Many conversions at once, and finding them by their references or by when they occurred."""

    def test_many_are_recorded_in_their_order(self, store: Store, site: str) -> None:
        """Each as it would be alone, what repeats an earlier one among them."""
        store.record(site, arrival("0", source="target"))

        outcomes = store.record_many(
            site,
            [
                arrival("0", revenue=Money("11", "USD")),
                arrival("1", order=order(line(quantity=2)), revenue=None),
                arrival("1", order=order(line(quantity=2)), revenue=None),
                arrival("1", revenue=Money("12", "USD")),
                arrival("2"),
            ],
        )

        assert [each.outcome for each in outcomes] == [
            *("enriched", "recorded", "duplicate", "conflict", "recorded"),
        ]
        assert [each.conversion.revenue for each in all_of(store, site)] == [
            *(Money("11", "USD"), Money("20", "USD"), Money("10", "USD")),
        ]
        assert store.record_many(site, []) == []

    def test_all_of_them_are_recorded_or_none(
        self, store: Store, site: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where one fails."""

        def fail(stored: object, arriving: object) -> None:
            raise StoreError("the disk is full")

        good, bad = arrival("1"), arrival("2", source="target")
        store.record(site, bad)
        monkeypatch.setattr("wsgi_salestrack.stores.recording.decide", fail)

        with pytest.raises(StoreError, match="disk is full"):
            store.record_many(site, [good, bad])

        assert [each.conversion.reference for each in all_of(store, site)] == ["2"]

    def test_conversions_are_found_by_their_references(self, store: Store, site: str) -> None:
        """Of that scope and site, with their lines; those without dedupe have no key."""
        kept = store.record(site, arrival("1", order=order()))
        store.record(site, arrival("2", scope="target:1"))
        store.record(site, arrival("3", deduped=False))
        store.record("elsewhere", arrival("4"))

        assert store.stored(site, "order", ["1", "2", "3", "4", "5"]) == {"1": kept}
        assert store.stored(site, "order", []) == {}
        store.forget_site("elsewhere")

    def test_conversions_are_found_by_when_they_occurred(self, store: Store, site: str) -> None:
        """From a moment to before another, the oldest first."""
        for reference, hours in (("late", 2), ("first", 0), ("between", 1), ("early", -1)):
            at = NOON + hours * HOUR
            store.record(site, msgspec.structs.replace(arrival(reference, at=at), at=NOON))
        store.record(site, arrival("target", scope="target:1"))

        found = [
            each.conversion.reference
            for each in store.occurred(site, "order", NOON, NOON + 2 * HOUR)
        ]

        assert found == ["first", "between"]
