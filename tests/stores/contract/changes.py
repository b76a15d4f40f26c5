from __future__ import annotations

from datetime import timedelta

from tests.stores.values import (
    BEFORE_ALL,
    HERO,
    MICROSECOND,
    NOON,
    all_of,
    arrival,
    line,
    order,
)
from wsgi_salestrack import Money
from wsgi_salestrack.stores.base import Store

LATER = NOON + timedelta(hours=1)
LAST = NOON + timedelta(hours=2)


class ChangesContract:
    """What came or changed since a moment, for a replay of the signals."""

    def test_what_came_since_is_recorded(self, store: Store, site: str) -> None:
        """By when it arrived, the oldest first, the very moment included."""
        second = store.record(site, arrival("2", at=LATER, occurred_at=BEFORE_ALL))
        first = store.record(site, arrival("1", at=NOON))

        assert all_of(store, site) == [first, second]
        assert list(store.changed_since(site, LATER)) == [second]
        assert list(store.changed_since(site, LATER + MICROSECOND)) == []

    def test_what_came_before_and_changed_since_is_enriched(self, store: Store, site: str) -> None:
        """In the order of the changes; what changed and came since is only recorded."""
        store.record(site, arrival("1", source="target"))
        second = store.record(site, arrival("2", at=LATER))
        changed = store.record(site, arrival("1", at=LAST, revenue=Money("11", "USD")))

        assert list(store.changed_since(site, LATER)) == [second, changed]
        assert [found.outcome for found in all_of(store, site)] == ["recorded", "recorded"]
        assert list(store.changed_since(site, LAST)) == [changed]

    def test_a_touch_that_was_filled_in_is_a_change(self, store: Store, site: str) -> None:
        """A receiver that credits somebody wants to know."""
        store.record(site, arrival())
        changed = store.record(site, arrival(source="target", touch=HERO, at=LATER))

        assert list(store.changed_since(site, LATER)) == [changed]

    def test_a_duplicate_and_a_conflict_are_no_change(self, store: Store, site: str) -> None:
        """Their receivers heard of a duplicate, and a replay says nothing else."""
        store.record(site, arrival(touch=HERO))
        for again in (
            arrival(touch=HERO, at=LATER),
            arrival(at=LATER, source="target", target="1"),
            arrival(at=LATER, revenue=Money("11", "USD")),
        ):
            assert store.record(site, again).outcome in {"duplicate", "conflict"}

        assert list(store.changed_since(site, LATER)) == []

    def test_a_trusted_duplicate_is_no_change(self, store: Store, site: str) -> None:
        """It only makes sure of what an untrusted source said."""
        store.record(site, arrival(source="target"))
        assert store.record(site, arrival(at=LATER)).outcome == "duplicate"

        assert list(store.changed_since(site, LATER)) == []

    def test_each_comes_with_its_own_lines(self, store: Store, site: str) -> None:
        bought = [order(line(product_id), line("s9")) for product_id in ("s1", "s2")]
        for number, each in enumerate(bought):
            store.record(site, arrival(str(number), order=each, revenue=None))
        store.record(site, arrival("3"))

        orders = [found.conversion.order for found in all_of(store, site)]
        assert orders == [*bought, None]

    def test_a_receiver_may_record_while_it_listens(self, store: Store, site: str) -> None:
        """Neither waits for the other, and what it adds does not make the replay endless."""
        for number in range(5):
            store.record(site, arrival(str(number)))

        for found in store.changed_since(site, NOON):
            store.record(site, arrival(f"{found.conversion.reference}-again"))

        assert len(all_of(store, site)) == 10

    def test_a_reader_may_stop_at_any_time(self, store: Store, site: str) -> None:
        """The store goes on as if nobody had read."""
        for number in range(5):
            store.record(site, arrival(str(number)))

        changes = store.changed_since(site, NOON)
        next(changes)
        del changes

        assert store.record(site, arrival("5")).outcome == "recorded"
        assert len(all_of(store, site)) == 6

    def test_changes_are_each_shops_own(self, store: Store, site: str) -> None:
        store.record(site, arrival())

        assert all_of(store, f"{site}-other") == []
