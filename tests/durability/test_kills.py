from __future__ import annotations

import json
import random
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.durability.customers import Customer, buying
from tests.durability.host import DATABASE, make_tracker
from tests.durability.programs import run_program
from tests.durability.sales import assert_whole, references
from tests.durability.servers import Server, gunicorn, listening
from wsgi_salestrack import Conversion

KILLS = 20
CUSTOMERS = 8
EARLY_KILLS = 40
LONGEST_ROUND = 0.4  # seconds under load
PATIENCE = 30.0  # seconds


def _acknowledged(customers: list[Customer]) -> list[str]:
    return [reference for customer in customers for reference in customer.acknowledged]


def _await_more_than(count: int, customers: list[Customer], server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(_acknowledged(customers)) <= count:
        refused = {reason for customer in customers for _, reason in customer.refused}
        assert time.monotonic() < deadline, f"nothing acknowledged: {refused} {server.logged}"
        time.sleep(0.005)


def test_every_acknowledged_sale_outlives_twenty_kills(tmp_path: Path) -> None:
    """All workers at once, in the middle of their work; and nothing is recorded twice."""
    database = tmp_path / "sales.db"
    moments = random.Random(KILLS)
    with listening() as listener, buying(CUSTOMERS, listener.getsockname()[1]) as customers:
        for _ in range(KILLS):
            before = len(_acknowledged(customers))
            with gunicorn(
                "tracked",
                environment={DATABASE: str(database)},
                listener=listener,
                workers=2,
                threads=4,
            ) as server:
                _await_more_than(before, customers, server)
                time.sleep(moments.uniform(0, LONGEST_ROUND))  # the moment is the point
                server.kill()

    recorded = references(database)
    acknowledged = Counter(_acknowledged(customers))
    assert acknowledged - recorded == Counter(), "acknowledged and lost"
    assert set(recorded.values()) == {1}, "recorded twice"
    assert_whole(database)
    # Without these the above would say little: there was work, and each kill met some.
    assert len(acknowledged) >= 50 * KILLS
    assert sum(len(customer.unanswered) for customer in customers) >= KILLS
    assert [customer.refused for customer in customers] == [[]] * CUSTOMERS


def test_a_process_killed_while_it_makes_the_database_leaves_one_that_works(tmp_path: Path) -> None:
    """The first sale of all makes the tables, too; killed anywhere in it, the next one does."""
    printed = run_program("tests.durability.killed_early", str(EARLY_KILLS), str(tmp_path))
    acknowledged: list[int] = json.loads(printed)

    for number, sales in enumerate(acknowledged):
        database = tmp_path / f"{number}.db"
        with closing(make_tracker(database)) as tracker:
            tracker.record(Conversion(reference="the next"))
        recorded = references(database)
        # The last one may be recorded and the child killed before it could say so.
        assert recorded - Counter(map(str, range(sales + 1))) == Counter(["the next"])
        assert recorded >= Counter(map(str, range(sales)))
        assert_whole(database)
    assert len(acknowledged) == EARLY_KILLS
    assert 0 < acknowledged.count(0) < EARLY_KILLS, (
        "killed always before the first, or always after"
    )
