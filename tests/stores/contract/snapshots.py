from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tests.stores.conftest import OpenStore
from tests.stores.values import HERO, arrival, click
from wsgi_salestrack.stores.base import Selection, Store
from wsgi_salestrack.stores.base_reports import ReportStore
from wsgi_salestrack.stores.journey_rows import JourneyRows

BY_DAY = Selection(by=("day",))


def counted(store: ReportStore, site: str) -> list[int]:
    """Conversions by their totals, as rows of the models, and clicks."""

    def read(rows: JourneyRows) -> list[int]:
        return [_length(rows.touches), _length(rows.sales)]

    touches, sales = store.journeys(site, BY_DAY, timedelta(days=30), read)
    conversions = sum(total.count for total in store.totals(site, BY_DAY))
    clicks = sum(total.clicks for total in store.clicks(site, BY_DAY))
    return [int(conversions), sales, clicks, touches]


def _length(rows: Iterable[Any]) -> int:
    return sum(1 for _ in rows)


class SnapshotsContract:
    """A site as it is at one moment."""

    def test_what_is_written_meanwhile_is_not_seen(
        self, store: Store, open_store: OpenStore, site: str
    ) -> None:
        """In no query, also not in one that is asked later than it was written."""
        other = open_store()
        store.record(site, arrival("1", touch=HERO))
        store.add_click(site, click(HERO))

        with store.snapshot(site) as snapshot:
            first = sum(total.count for total in snapshot.totals(site, BY_DAY))
            other.record(site, arrival("2", touch=HERO))
            other.add_click(site, click(HERO))
            other.record_many(site, [arrival("3"), arrival("4")])
            assert first == 1
            assert counted(snapshot, site) == [1, 1, 1, 1]
            assert all(found.problem is None for found in snapshot.verify())
            assert counted(other, site) == [4, 4, 2, 2]

        assert counted(store, site) == [4, 4, 2, 2]

    def test_nobody_waits_for_a_snapshot(
        self, store: Store, open_store: OpenStore, site: str
    ) -> None:
        """The same sale is changed and deleted meanwhile; and the store itself goes on."""
        store.record(site, arrival("1"))

        with store.snapshot(site) as snapshot:
            assert counted(snapshot, site) == [1, 1, 0, 0]
            assert store.record(site, arrival("1", touch=HERO)).outcome == "enriched"
            open_store().forget_site(site)
            assert counted(snapshot, site) == [1, 1, 0, 0]

        assert counted(store, site) == [0, 0, 0, 0]

    def test_after_a_snapshot_the_store_sees_all_again(self, store: Store, site: str) -> None:
        """Its connection is used again, as any other."""
        for number in range(5):
            with store.snapshot(site) as snapshot:
                assert counted(snapshot, site)[0] == number
            store.record(site, arrival(str(number)))
            assert counted(store, site)[0] == number + 1
