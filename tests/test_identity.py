from __future__ import annotations

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from threading import Barrier

import pytest

from wsgi_salestrack.identity import new_id, new_visitor_id

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def ids_of_a_new_process(*times: datetime) -> list[int]:
    """What a process that has made no ids yet makes at these times."""
    program = """if True:
        import json, sys
        from datetime import datetime
        from wsgi_salestrack.identity import new_id
        print(json.dumps([new_id(datetime.fromisoformat(time)) for time in sys.argv[1:]]))
    """
    arguments = [time.isoformat() for time in times]
    output = subprocess.check_output([sys.executable, "-c", program, *arguments])
    ids: list[int] = json.loads(output)
    return ids


def test_ids_increase_while_the_clock_stands_still() -> None:
    """More of them than one microsecond has room for."""
    ids = [new_id(NOW) for _ in range(10_000)]

    assert all(earlier < later for earlier, later in pairwise(ids))


def test_ids_increase_in_threads() -> None:
    """In each thread, and no two threads ever make the same one."""
    together = Barrier(8)

    def make_many(_: int) -> list[int]:
        together.wait()
        return [new_id(NOW) for _ in range(2_000)]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make_many, range(8)))

    assert all(earlier < later for ids in made for earlier, later in pairwise(ids))
    assert len({id_ for ids in made for id_ in ids}) == 16_000


def test_ids_increase_while_the_clock_goes_back() -> None:
    """As it does when it is set by hand."""
    hour = timedelta(hours=1)
    first, second, third = ids_of_a_new_process(NOW, NOW - hour, NOW)

    assert first < second < third


def test_ids_of_different_processes_are_in_the_order_of_their_times() -> None:
    """To two microseconds, whichever process made them."""
    (later,) = ids_of_a_new_process(NOW + 2 * MICROSECOND)
    (earlier,) = ids_of_a_new_process(NOW)

    assert earlier < later


def test_an_id_has_63_bits_until_the_year_2091() -> None:
    """Any database's signed integer can hold it."""
    wrong_clock, next_to_last = ids_of_a_new_process(
        datetime(1970, 1, 1, tzinfo=UTC), datetime(2090, 12, 31, tzinfo=UTC)
    )

    assert 0 <= wrong_clock < 2**41
    assert 2**62 < next_to_last < 2**63


def test_a_time_zone_makes_no_difference() -> None:
    """The moment counts."""
    in_tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    one, other = ids_of_a_new_process(NOW - 1000 * MICROSECOND, in_tokyo)

    assert abs((other >> 12) - (one >> 12) - 1000) <= 1


def test_ids_go_on_after_a_fork() -> None:
    """Even if another thread is just making one, and they are other ids than the parent's."""
    program = """if True:
        import os, signal, threading
        from datetime import UTC, datetime
        from wsgi_salestrack.identity import new_id

        def make_ids():
            while True:
                new_id(datetime.now(UTC))

        for _ in range(4):
            threading.Thread(target=make_ids, daemon=True).start()
        for _ in range(25):
            before = new_id(datetime.now(UTC))
            child = os.fork()
            if child == 0:
                signal.alarm(10)
                ids = [new_id(datetime.now(UTC)) for _ in range(100)]
                os._exit(0 if before < ids[0] and ids == sorted(set(ids)) else 1)
            assert os.waitpid(child, 0)[1] == 0
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_processes_that_fork_from_one_do_not_make_the_same_ids() -> None:
    """Their random bits are drawn anew, so that a store seldom has to ask twice."""
    program = """if True:
        import os, sys
        from datetime import datetime
        from wsgi_salestrack.identity import new_id
        for _ in range(20):
            child = os.fork()
            if child == 0:
                print(new_id(datetime.fromisoformat("2026-11-21T12:00Z")), flush=True)
                os._exit(0)
            os.waitpid(child, 0)
    """
    output = subprocess.check_output([sys.executable, "-c", program], timeout=60)

    assert len(set(output.split())) > 10


def test_before_the_clock_is_set_processes_do_not_make_the_same_ids() -> None:
    """As on a machine without a battery, which believes for a while that it is 1970."""
    program = """if True:
        import os, sys
        from datetime import datetime
        from wsgi_salestrack.identity import new_id
        def show():
            print([new_id(datetime.fromisoformat("1970-01-01T00:00Z")) for _ in range(100)])
        show()
        for _ in range(5):
            sys.stdout.flush()
            if os.fork() == 0:
                show()
                sys.stdout.flush()
                os._exit(0)
            os.wait()
    """
    output = "".join(
        subprocess.check_output([sys.executable, "-c", program], text=True, timeout=60)
        for _ in range(2)
    )

    made = [json.loads(line) for line in output.splitlines()]
    assert all(earlier < later for ids in made for earlier, later in pairwise(ids))
    assert len({id_ for ids in made for id_ in ids}) == len(made) * 100 == 1200


@pytest.mark.parametrize("at", [None, datetime(2088, 1, 1, tzinfo=UTC)])
def test_a_visitors_id_has_63_bits_and_is_not_to_be_guessed(at: datetime | None) -> None:
    """Not even by who knows the state of the other random generator."""
    random.seed(1)
    some = {new_visitor_id(at) for _ in range(1_000)}
    random.seed(1)
    others = {new_visitor_id(at) for _ in range(1_000)}

    assert len(some | others) == 2_000
    assert min(some) >= 0
    assert max(id_.bit_length() for id_ in some) == 63


def test_visitors_who_come_later_have_larger_ids() -> None:
    """By seconds; an index of them grows at its end."""
    clock = [NOW, NOW + timedelta(seconds=1), NOW + timedelta(days=365)]
    ids = [[new_visitor_id(at) for _ in range(100)] for at in clock]

    assert all(max(earlier) < min(later) for earlier, later in pairwise(ids))
    assert 0 <= new_visitor_id(datetime(1970, 1, 1, tzinfo=UTC)) < 2**32
