from __future__ import annotations

from tests.stores.values import HERO, NOON, all_of, arrival, click, line, order
from wsgi_salestrack import Money
from wsgi_salestrack.stores.base import Selection, Store


def fill(store: Store, site: str) -> None:
    """A click, an order and a conflict."""
    store.add_click(site, click(HERO))
    store.record(site, arrival(order=order(line(name=f"Socks of {site}")), revenue=None))
    store.record(site, arrival(revenue=Money("11", "USD")))


class SitesContract:
    """Several shops in one database."""

    def test_a_site_that_is_forgotten_leaves_nothing(self, store: Store, site: str) -> None:
        """It can be filled again like a new one; a product has its old name no more."""
        fill(store, site)

        store.forget_site(site)

        assert all_of(store, site) == []
        assert store.totals(site, Selection(by=("day",))) == []
        assert store.last_click(site, HERO, NOON) is None
        forged = arrival(order=order(line(name="New")), revenue=None, source="target")
        assert store.record(site, forged).outcome == "recorded"
        assert [found.conversion for found in all_of(store, site)] == [forged.conversion]

    def test_the_others_keep_everything(self, store: Store, site: str) -> None:
        other = f"{site}-other"
        fill(store, site)
        fill(store, other)
        before = all_of(store, other)

        store.forget_site(site)

        assert all_of(store, other) == before
        assert len(before) == 1
        assert store.last_click(other, HERO, NOON) == HERO.at

    def test_a_site_that_nobody_knows_can_be_forgotten(self, store: Store, site: str) -> None:
        store.forget_site(site)

        assert all_of(store, site) == []
