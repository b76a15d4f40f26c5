from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from threading import Thread

import pytest

from tests.durability.conftest import Open
from tests.durability.holders import lock_held, transaction_held
from tests.durability.host import DATABASE, click_target
from tests.durability.promises import (
    LONGEST_WAIT,
    assert_acknowledged,
    assert_only_tracking_fails,
    assert_unharmed,
    await_recovery,
)
from tests.durability.sales import assert_whole, references
from tests.durability.servers import Server, gunicorn
from wsgi_salestrack import Conversion, StoreError, Tracker

Hold = Callable[[Path], AbstractContextManager[None]]
Call = Callable[[Tracker], None]


@pytest.fixture
def databases(folder: Path) -> dict[Hold, Path]:
    """One for each way to hold it: they are held at once, for a time-out takes five seconds."""
    holds: tuple[Hold, ...] = (transaction_held, lock_held)
    found = {hold: folder / hold.__name__ / "sales.db" for hold in holds}
    for database in found.values():
        database.parent.mkdir()
    return found


def test_a_database_that_somebody_holds_costs_the_shop_nothing(
    bare_server: Server, databases: dict[Hold, Path]
) -> None:
    """Nobody waits for the time-out of another as well, and what was refused is never recorded."""
    with ThreadPoolExecutor(len(databases)) as pool:
        shops = [
            pool.submit(_assert_it_costs_nothing, hold, database, bare_server)
            for hold, database in databases.items()
        ]
    for shop in shops:
        shop.result()


def _assert_it_costs_nothing(hold: Hold, database: Path, bare_server: Server) -> None:
    with (
        gunicorn("tracked", environment={DATABASE: str(database)}) as server,
        server.each_worker() as workers,
    ):
        for ask in workers:
            assert_acknowledged(ask, database)

        with hold(database):
            refused = assert_only_tracking_fails(server.ask, bare_server.ask)
        assert "ERROR of salestrack: " in server.logged

        for ask in workers:
            await_recovery(ask, database)
        assert_unharmed(server.ask, bare_server.ask)
    assert not references(database).keys() & set(refused)
    assert_whole(database)


@pytest.mark.parametrize("hold", [transaction_held, lock_held])
def test_a_hit_waits_for_a_database_that_is_soon_free(
    open_shop: Open, database: Path, hold: Hold
) -> None:
    """Shorter than the time-out: nobody notices."""
    ask, _ = open_shop(database)
    assert_acknowledged(ask, database)
    with ThreadPoolExecutor(1) as pool:
        with hold(database):
            hit = pool.submit(assert_acknowledged, ask, database)
            with pytest.raises(TimeoutError):
                hit.result(timeout=0.5)
        hit.result()


def test_no_call_waits_longer_than_the_time_out(
    open_shop: Open, databases: dict[Hold, Path]
) -> None:
    """Nor do those that the shop makes itself, in its checkout, its pages or when it ends."""
    calls: list[Call] = [_record, _record_with_a_token, _report, _close]
    trackers = {
        (hold, call): open_shop(database)[1]
        for hold, database in databases.items()
        for call in calls
    }
    for tracker in trackers.values():
        tracker.record(Conversion(reference="before"))
    # No pool: it would wait at its end for a call that never comes back.
    ended: dict[tuple[Hold, Call], BaseException | None] = {}
    threads = [Thread(target=_try, args=(*pair, ended), daemon=True) for pair in trackers.items()]

    with ExitStack() as held:
        for hold, database in databases.items():
            held.enter_context(hold(database))
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + LONGEST_WAIT
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        in_time = ended.copy()

    assert in_time == dict.fromkeys(trackers, None)
    for tracker in trackers.values():
        _await_recovery(tracker)


def _await_recovery(tracker: Tracker) -> None:
    # A thread that has waited for long may need a moment to see that it need not any more.
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            assert tracker.record(Conversion()).outcome == "recorded"
        except StoreError:
            assert time.monotonic() < deadline, "nothing is recorded any more"
            time.sleep(0.01)
        else:
            return


def _record(tracker: Tracker) -> None:
    with pytest.raises(StoreError):
        tracker.record(Conversion(reference="1001"))


def _record_with_a_token(tracker: Tracker) -> None:
    # Looks the click up first.
    with pytest.raises(StoreError):
        tracker.record(Conversion(reference="1002"), token=click_target().rpartition("/")[2])


def _report(tracker: Tracker) -> None:
    assert tracker.report().rows  # readers wait for no writer


def _close(tracker: Tracker) -> None:
    tracker.close()


def _try(
    case: tuple[Hold, Call], tracker: Tracker, ended: dict[tuple[Hold, Call], BaseException | None]
) -> None:
    _, call = case
    try:
        call(tracker)
    except BaseException as error:  # noqa: BLE001  # the test compares it
        ended[case] = error
    else:
        ended[case] = None
