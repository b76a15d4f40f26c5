from __future__ import annotations

from datetime import timedelta

from tests.stores.values import BEFORE_ALL, NOON
from wsgi_salestrack.hits import KEPT_FOR, Hit
from wsgi_salestrack.stores.base import Store


class HitsContract:
    """The log of hits that recorded nothing."""

    def test_hits_come_back_as_they_were_logged(self, store: Store, site: str) -> None:
        """The oldest first, those of the very moment included; each with an id."""
        first = Hit(at=NOON, protocol="target", outcome="rejected", reason="no", parameters=("t",))
        later = NOON + timedelta(seconds=1)
        second = Hit(at=later, protocol="api", outcome="duplicate", reason="it was there")
        for hit in (first, second):
            store.log_hit(site, hit)

        assert [hit for _, hit in store.hits_since(site, NOON)] == [first, second]
        assert [hit for _, hit in store.hits_since(site, later)] == [second]
        assert len({id for id, _ in store.hits_since(site, BEFORE_ALL)}) == 2
        assert store.hits_since(f"{site}-other", BEFORE_ALL) == []

    def test_old_hits_are_deleted_by_the_next(self, store: Store, site: str) -> None:
        """They are kept for thirty days and no longer."""
        for at in (NOON, NOON + timedelta(days=1), NOON + KEPT_FOR + timedelta(seconds=1)):
            store.log_hit(site, Hit(at=at, protocol="t", outcome="rejected", reason=str(at)))

        found = [hit.at for _, hit in store.hits_since(site, BEFORE_ALL)]
        assert found == [NOON + timedelta(days=1), NOON + KEPT_FOR + timedelta(seconds=1)]
