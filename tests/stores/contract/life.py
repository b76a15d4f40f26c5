from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.stores.conftest import OpenStore
from tests.stores.values import HERO, NOON, all_of, arrival, click, line, order
from wsgi_salestrack import Money, Recorded
from wsgi_salestrack.model import TRUST
from wsgi_salestrack.stores.base import Selection, Store

THREADS = 8


class LifeContract:
    """Opening, closing, and many threads at once."""

    def test_the_tables_are_made_once(self, store: Store, open_store: OpenStore) -> None:
        """Each step is told by the call that took it, and by no other."""
        steps = store.migrate()

        assert len(steps) >= 1
        assert list(store.migrate()) == []
        assert list(open_store().migrate()) == []

    def test_nothing_has_to_be_migrated_by_hand(self, store: Store, site: str) -> None:
        """Whatever is asked of an empty database first."""
        assert store.totals(site, Selection(by=("day",))) == []
        assert all_of(store, site) == []

    def test_a_healthy_database_has_no_problem(self, store: Store) -> None:
        """And every finding says what was looked at."""
        findings = store.examine()

        assert findings
        assert all(finding.subject for finding in findings)
        assert [finding for finding in findings if finding.problem and finding.serious] == []

    def test_a_store_that_was_closed_opens_again(self, store: Store, site: str) -> None:
        """At the next call, and it may be closed at any time."""
        store.close()
        first = store.record(site, arrival("1"))
        store.close()
        store.close()

        assert all_of(store, site) == [first]
        assert store.record(site, arrival("1")).outcome == "duplicate"

    def test_threads_that_race_for_a_reference_record_it_once(
        self, store: Store, site: str
    ) -> None:
        """Exactly one of them is told that it was the first, and all of them the same id."""
        together = Barrier(THREADS)

        def race(_: int) -> list[Recorded]:
            found = []
            for number in range(10):
                together.wait()
                found.append(store.record(site, arrival(str(number))))
            return found

        with ThreadPoolExecutor(THREADS) as pool:
            rounds = zip(*pool.map(race, range(THREADS)), strict=True)

        for answers in rounds:
            outcomes = Counter(answer.outcome for answer in answers)
            assert outcomes == {"recorded": 1, "duplicate": THREADS - 1}
            assert len({answer.id for answer in answers}) == 1
        assert len(all_of(store, site)) == 10

    def test_stores_that_race_for_a_reference_record_it_once(
        self, open_store: OpenStore, site: str
    ) -> None:
        """Each with connections of its own, as processes have, opening the database together."""
        together = Barrier(4)

        def race(store: Store) -> list[Recorded]:
            together.wait()
            return [store.record(site, arrival(str(number))) for number in range(20)]

        with ThreadPoolExecutor(4) as pool:
            rounds = zip(*pool.map(race, [open_store() for _ in range(4)]), strict=True)

        for answers in rounds:
            assert Counter(answer.outcome for answer in answers)["recorded"] == 1
            assert len({answer.id for answer in answers}) == 1

    def test_of_sources_that_race_with_other_values_one_stands(
        self, open_store: OpenStore, site: str
    ) -> None:
        """The first of the most trusted, whatever came between: no change is overwritten unseen."""
        sources = ("target", "splio", "affiliate", "api", "xmlrpc", "bluehornet")
        revenues = {source: Money(str(n), "USD") for n, source in enumerate(sources, start=1)}
        trusted = {source for source in sources if TRUST[source] == TRUST["api"]}
        together = Barrier(len(sources))
        stores = {source: open_store() for source in sources}

        def race(source: str) -> list[Recorded]:
            found = []
            for number in range(10):
                together.wait()
                arriving = arrival(str(number), source=source, revenue=revenues[source])
                found.append(stores[source].record(site, arriving))
            return found

        with ThreadPoolExecutor(len(sources)) as pool:
            answers = dict(zip(sources, pool.map(race, sources), strict=True))

        stored = {each.conversion.reference: each for each in all_of(stores["api"], site)}
        for number in range(10):
            outcomes = {source: answers[source][number].outcome for source in sources}
            standing = stored[str(number)].conversion
            assert list(outcomes.values()).count("recorded") == 1
            assert standing.source in trusted
            assert standing.revenue == revenues[standing.source]
            assert outcomes[standing.source] in {"recorded", "enriched"}
            assert {outcomes[source] for source in trusted - {standing.source}} == {"conflict"}

    def test_threads_read_and_write_at_once(self, store: Store, site: str) -> None:
        """No reader meets half an order, and nobody waits for ever."""

        def work(number: int) -> None:
            bought = order(line("s1"), line("s2"))
            for step in range(5):
                store.record(site, arrival(f"{number}-{step}", order=bought, revenue=None))
                store.add_click(site, click(HERO))
                assert store.last_click(site, HERO, NOON) == HERO.at
                assert all(found.conversion.order == bought for found in all_of(store, site))
                (total,) = store.totals(site, Selection(by=("newsletter",)))
                assert total.quantity == 2 * total.count

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))

        assert len(all_of(store, site)) == 5 * THREADS

    def test_a_store_may_be_closed_while_others_use_it(self, store: Store, site: str) -> None:
        """What they were told is written, and they go on."""

        def work(number: int) -> None:
            for step in range(10):
                store.record(site, arrival(f"{number}-{step}"))
                if step % 3 == number % 3:
                    store.close()

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))

        assert len(all_of(store, site)) == 10 * THREADS
