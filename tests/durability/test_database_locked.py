from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Thread

import pytest

from tests.durability.conftest import Open, Start
from tests.durability.holders import lock_held, transaction_held
from tests.durability.host import click_target
from tests.durability.promises import (
    LONGEST_WAIT,
    assert_acknowledged,
    assert_only_tracking_fails,
    assert_unharmed,
    await_recovery,
)
from tests.durability.sales import assert_whole, references
from tests.durability.servers import Server
from wsgi_salestrack import Conversion, StoreError, Tracker

Hold = Callable[[Path], AbstractContextManager[None]]

HOLDS = pytest.mark.parametrize("hold", [transaction_held, lock_held])


@HOLDS
def test_a_database_that_somebody_holds_costs_the_shop_nothing(
    start: Start, bare_server: Server, database: Path, hold: Hold
) -> None:
    """Nobody waits for the time-out of another as well, and what was refused is never recorded."""
    server = start()
    with server.each_worker() as workers:
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


@HOLDS
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


@HOLDS
def test_no_call_waits_longer_than_the_time_out(
    open_shop: Open, database: Path, hold: Hold
) -> None:
    """Nor do those that the shop makes itself, in its checkout, its pages or when it ends."""
    calls: list[Callable[[Tracker], None]] = [_record, _record_with_a_token, _report, _close]
    trackers = {call: open_shop(database)[1] for call in calls}
    for tracker in trackers.values():
        tracker.record(Conversion(reference="before"))
    # No pool: it would wait at its end for a call that never comes back.
    ended: dict[str, BaseException | None] = {}
    threads = [Thread(target=_try, args=(*pair, ended), daemon=True) for pair in trackers.items()]

    with hold(database):
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + LONGEST_WAIT
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        in_time = ended.copy()

    assert in_time == dict.fromkeys((call.__name__ for call in calls), None)
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
    call: Callable[[Tracker], None], tracker: Tracker, ended: dict[str, BaseException | None]
) -> None:
    try:
        call(tracker)
    except BaseException as error:  # noqa: BLE001  # the test compares it
        ended[call.__name__] = error
    else:
        ended[call.__name__] = None
