from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from threading import Event, Thread

import pytest

from tests.stores.values import arrival
from tests.support.databases import execute
from tests.support.galera import GaleraCluster
from wsgi_salestrack.errors import StoreError
from wsgi_salestrack.model import Outcome
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

SELLERS = 2  # threads on each node
KILLED = 2  # the node
TURN = 0.05  # seconds in which all sellers report one sale that is the same for all
SALES = 100  # by each seller, before the kill, while the node is away, and after it came back
PATIENCE = 45.0  # seconds
SITE = "shop"


class Seller(Thread):
    """Reports sales through one node: its own, and each turn one that all others report too.

    :param begun: when the first turn began, on the monotonic clock.
    """

    def __init__(self, name: str, node: int, store: SQLAlchemyStore, begun: float) -> None:
        super().__init__(name=name, daemon=True)
        self.node = node
        self.answers: list[tuple[str, Outcome]] = []
        self.refused: list[tuple[str, StoreError]] = []
        self._store = store
        self._begun = begun
        self._leaving = Event()

    def run(self) -> None:
        """Report until it is told to leave; what fails is not reported again."""
        turn, sale = -1, 0
        while not self._leaving.is_set():
            sale += 1
            self._report(f"{self.name}-{sale}")
            now = int((time.monotonic() - self._begun) / TURN)
            if now != turn:
                turn = now
                self._report(f"shared-{turn}")

    def leave(self) -> None:
        """Stop it."""
        self._leaving.set()
        self.join()

    def _report(self, reference: str) -> None:
        try:
            recorded = self._store.record(SITE, arrival(reference))
        except StoreError as error:
            self.refused.append((reference, error))
            self._leaving.wait(0.02)
        else:
            self.answers.append((reference, recorded.outcome))


@contextmanager
def selling(urls: Sequence[str]) -> Iterator[list[Seller]]:
    """Sellers at work on each node, until the end of the block."""
    with ExitStack() as stack:
        stores = [stack.enter_context(closing(SQLAlchemyStore(url))) for url in urls]
        stores[0].migrate()
        begun = time.monotonic()
        sellers = [
            Seller(f"node{node}-{number}", node, store, begun)
            for node, store in enumerate(stores)
            for number in range(SELLERS)
        ]
        for seller in sellers:
            seller.start()
            stack.callback(seller.leave)
        yield sellers


def await_sales(sellers: Sequence[Seller]) -> None:
    """Wait until each has sold a hundred more."""
    wanted = [len(seller.answers) + SALES for seller in sellers]
    wait_until(
        lambda: all(len(s.answers) >= count for s, count in zip(sellers, wanted, strict=True)),
        sellers,
    )


def wait_until(reached: Callable[[], bool], sellers: Sequence[Seller]) -> None:
    """Wait, and tell of the last errors where it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        errors = {seller.name: seller.refused[-1:] for seller in sellers}
        assert time.monotonic() < deadline, f"they stand still: {errors}"
        assert all(seller.is_alive() for seller in sellers), "one has failed"
        time.sleep(0.01)


def rows(url: str) -> list[Sequence[object]]:
    """All that a node has of each sale."""
    return execute(url, "SELECT * FROM salestrack_conversions ORDER BY id")


def references(url: str) -> Counter[str]:
    """How often a node has each reference."""
    return Counter(
        reference for (reference,) in execute(url, "SELECT reference FROM salestrack_conversions")
    )


@pytest.mark.slow
def test_a_cluster_keeps_every_acknowledged_sale_once_while_a_node_is_killed_and_comes_back(
    galera: GaleraCluster,
) -> None:
    """Three nodes are written to at once; commits of the same sale meet each other."""
    with galera.fresh_database() as urls:
        with selling(urls) as sellers:
            staying = [seller for seller in sellers if seller.node != KILLED]
            await_sales(sellers)
            galera.kill(KILLED)
            await_sales(staying)
            galera.start_node(KILLED)
            await_sales(sellers)
        galera.catch_up()
        everywhere = [references(url) for url in urls]
        assert rows(urls[0]) == rows(urls[1]) == rows(urls[2])

    answers = [answer for seller in sellers for answer in seller.answers]
    refused = {reference for seller in sellers for reference, _ in seller.refused}
    recorded = Counter(reference for reference, outcome in answers if outcome == "recorded")
    for found in everywhere:
        assert set(found.values()) == {1}, "a sale is there twice"
        assert {reference for reference, _ in answers} <= set(found), "acknowledged and lost"
    assert set(recorded.values()) == {1}, "two were told that the sale is new"
    # Who was refused may have been the one: its node ended between the commit and the answer.
    assert {reference for reference, _ in answers} - set(recorded) <= refused
    assert {outcome for _, outcome in answers} == {"recorded", "duplicate"}
    # No commit ends until the node is given up, which takes as long as a store waits for a row.
    others_noticed = [refusal for seller in staying for refusal in seller.refused]
    for reference, error in others_noticed:
        assert reference.startswith("shared-"), "a sale that nobody else reported"
        assert "another transaction keeps what this one waits for" in str(error)
    assert all(seller.refused for seller in sellers if seller.node == KILLED)
