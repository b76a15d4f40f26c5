"""``tracker.verify()`` while others record, refund and pay: it sees one moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event

import pytest

from tests.support.clock import ManualClock
from tests.support.databases import DatabaseServer
from tests.support.shop import MakeTracker
from wsgi_salestrack import BadValue, Conversion, Line, Money, Order, Touch, Tracker
from wsgi_salestrack.terms import Rule, Terms

WRITERS = 2
SALES = 25
# So often each writer writes meanwhile, and at most so often is verified.
TURNS, MOST = 5, 2000
TERMS = Terms(tier1=Rule.of("tier1", "percent", "12.5"))
SOCKS = Line(product_id="s1", name="Socks", quantity=3, unit_price=Money("3.33", "USD"))


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def shop(
    request: pytest.FixtureRequest, make_tracker: MakeTracker, clock: ManualClock
) -> Iterator[Tracker]:
    """One with some sales already, on each kind of database."""
    if request.param == "sqlite":
        yield _filled(make_tracker(), clock)
        return
    server: DatabaseServer = request.getfixturevalue(request.param)
    with server.fresh_database() as url:
        tracker = _filled(make_tracker(database=url), clock)
        yield tracker
        tracker.close()


def _filled(tracker: Tracker, clock: ManualClock) -> Tracker:
    for number in range(SALES):
        _sell(tracker, f"old-{number}", random.Random(number))
    clock.advance(timedelta(days=40))
    tracker.set_commission_state([each.id for each in tracker.commissions()], "approved")
    return tracker


def _sell(tracker: Tracker, reference: str, chance: random.Random) -> None:
    """A sale that a newsletter and a publisher take part in."""
    touch = Touch(
        at=tracker.now(),
        contact=f"c{chance.randrange(9)}",
        newsletter=f"n{chance.randrange(3)}",
        publisher=f"p{chance.randrange(4)}",
    )
    order = Order(customer_ref=f"k{chance.randrange(9)}", lines=(SOCKS,))
    sale = Conversion(
        source="affiliate", scope="order", reference=reference, order=order, terms=TERMS
    )
    tracker.record(sale, touch=touch)


def _write_on(tracker: Tracker, writer: int, stop: Event, turns: list[int]) -> None:
    """Sell and take back, until told to stop; count how often."""
    chance = random.Random(writer)
    # Verifying takes the longer the more there is, so it must not be outrun.
    while not stop.wait(0.03):
        _sell(tracker, f"{writer}-{turns[writer]}", chance)
        with suppress(BadValue):  # nothing is left of it, or it was cancelled before
            _take_back(tracker, f"old-{chance.randrange(SALES)}", chance)
        turns[writer] += 1
        if turns[writer] % 5 == 0:
            tracker.prepare_payouts(publisher=f"p{chance.randrange(4)}")


def _take_back(tracker: Tracker, reference: str, chance: random.Random) -> None:
    way = chance.randrange(4)
    if way == 0:
        tracker.refund(reference, amount="1")
    elif way == 1:
        tracker.refund(reference, lines={"s1": 1})
    elif way == 2:
        tracker.cancel(reference)
    else:
        tracker.reinstate(reference)


@contextmanager
def written_meanwhile(tracker: Tracker) -> Iterator[list[int]]:
    """Writers that never rest: how often each of them wrote until now."""
    stop = Event()
    turns = [0] * WRITERS
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [
            pool.submit(_write_on, tracker, number, stop, turns) for number in range(WRITERS)
        ]
        try:
            yield turns
        finally:
            stop.set()
        for writer in writers:
            writer.result()


def test_nothing_is_wrong_while_others_write(shop: Tracker) -> None:
    """Sales, commissions, payouts and all models are read as they were at one moment."""
    with written_meanwhile(shop) as turns:
        for _ in range(MOST):
            assert [found for found in shop.verify() if found.problem is not None] == []
            if min(turns) >= TURNS:
                break

    assert min(turns) >= TURNS


def test_a_moment_stays_what_it_was(shop: Tracker) -> None:
    """Also where products came back after it, of a sale of which some had come back before."""
    shop.refund("old-1", lines={"s1": 1})
    with shop.store.snapshot(shop.config.site) as snapshot:
        for _ in range(2):
            assert [found for found in snapshot.verify() if found.problem is not None] == []
            shop.refund("old-1", lines={"s1": 1})
