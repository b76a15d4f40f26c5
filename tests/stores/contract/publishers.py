from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stores.contract.ledger import FLAT, TEN
from wsgi_salestrack import Publisher
from wsgi_salestrack.errors import BadValue
from wsgi_salestrack.stores.base import Store


class PublishersContract:
    """Affiliates who were written down."""

    def test_publishers_come_back_as_they_were_given(self, store: Store, site: str) -> None:
        parent = Publisher(id="p1", name="Ann's \N{SNOWMAN}", tier1=TEN)
        child = Publisher(id="p0", parent="p1", tier2=FLAT)
        for publisher in (parent, child):
            store.add_publisher(site, publisher)
        assert store.publishers(site) == [child, parent]

        assert store.publishers(f"{site}-other") == []

    def test_only_what_is_given_of_a_publisher_changes(self, store: Store, site: str) -> None:
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p0", name="Ann", parent="p1", tier2=FLAT))
        changed = store.set_publisher(site, "p0", {"parent": None, "contact": "c1"})

        assert changed == Publisher(id="p0", name="Ann", tier2=FLAT, contact="c1")
        assert store.publishers(site) == [changed, Publisher(id="p1")]

    def test_two_who_change_different_things_at_once_keep_both(
        self, store: Store, site: str
    ) -> None:
        store.add_publisher(site, Publisher(id="p1"))
        texts = [str(number) for number in range(40)]

        def set_each(field: str) -> list[bool]:
            """Whether what it has set is still there; nobody else sets it."""
            return [
                getattr(store.set_publisher(site, "p1", {field: text}), field) == text
                and getattr(store.publishers(site)[0], field) == text
                for text in texts
            ]

        with ThreadPoolExecutor() as threads:
            kept = [*threads.map(set_each, ("name", "contact", "customer_ref"))]

        assert kept == [[True] * len(texts)] * 3

    def test_a_publisher_is_added_once_and_set_when_known(self, store: Store, site: str) -> None:
        store.add_publisher(site, Publisher(id="p1", name="Ann"))
        with pytest.raises(BadValue, match=r"publisher 'p1' is there already"):
            store.add_publisher(site, Publisher(id="p1", name="Bob"))
        with pytest.raises(BadValue, match=r"publisher 'p2' is unknown; add it first"):
            store.set_publisher(site, "p2", {})

        assert store.publishers(site) == [Publisher(id="p1", name="Ann")]

    def test_a_parent_must_be_known(self, store: Store, site: str) -> None:
        store.add_publisher(site, Publisher(id="p1"))
        with pytest.raises(BadValue, match=r"parent 'p9' is unknown; add it first"):
            store.add_publisher(site, Publisher(id="p2", parent="p9"))
        with pytest.raises(BadValue, match=r"parent 'p9' is unknown; add it first"):
            store.set_publisher(site, "p1", {"parent": "p9"})
        with pytest.raises(BadValue, match="parent is the publisher itself"):
            Publisher(id="p1", parent="p1")

    def test_two_publishers_are_not_each_others_parents(self, store: Store, site: str) -> None:
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p2", parent="p1"))

        with pytest.raises(BadValue, match=r"parent 'p2' has 'p1' as a parent"):
            store.set_publisher(site, "p1", {"parent": "p2"})

        assert [each.parent for each in store.publishers(site)] == [None, "p1"]
