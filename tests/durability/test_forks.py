"""Neither a SQLite connection nor a lock's descriptor may cross a fork.

A connection used on both sides damages the file; an inherited lock excludes nobody, or everybody.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.durability.forking import HOW
from tests.durability.host import DATABASE, PIXEL
from tests.durability.programs import run_program
from tests.durability.sales import assert_whole, references
from tests.durability.servers import gunicorn
from tests.durability.wire import Request
from tests.stores.waiting import wait_until


@pytest.mark.parametrize("how", HOW)
def test_a_tracker_works_on_both_sides_of_a_fork(how: str, tmp_path: Path) -> None:
    """Whatever the parent's threads do, a child begins with no file of the database open."""
    database = tmp_path.resolve() / "sales.db"

    acknowledged, inherited = json.loads(
        run_program("tests.durability.forking", how, str(database))
    )

    assert acknowledged
    assert references(database) == Counter(acknowledged)
    assert inherited == []
    assert_whole(database)


def test_gunicorn_may_load_a_tracker_that_has_written_before_it_forks(tmp_path: Path) -> None:
    """``--preload``: the workers start without the master's descriptors, and all record."""
    database = tmp_path.resolve() / "sales.db"
    with gunicorn(
        "tracked_since_before_the_fork",
        environment={DATABASE: str(database)},
        options=["--preload"],
    ) as server:
        # A worker that was forked this moment has still to close what it inherited.
        wait_until(
            lambda: [_open_files_below(database, worker) for worker in server.workers()] == [[], []]
        )
        assert references(database) == {"before the fork": 1}

        with server.each_worker() as workers:
            for number in range(40):
                answer = workers[number % 2](Request(target=f"{PIXEL}{number}"))
                assert answer.header("ST-Error") is None
        assert all(_open_files_below(database, worker) for worker in server.workers())

    assert references(database) == Counter(["before the fork", *map(str, range(40))])
    assert_whole(database)


@pytest.mark.parametrize("application", ["tracked", "tracked_since_before_the_fork"])
def test_workers_that_become_cooperative_after_it_was_loaded_record(
    application: str, tmp_path: Path
) -> None:
    """Gunicorn's gevent worker replaces threads and locks when it starts, after ``--preload``."""
    database = tmp_path.resolve() / "sales.db"
    with (
        gunicorn(
            application,
            environment={DATABASE: str(database)},
            options=["--preload", "--worker-class", "gevent"],
        ) as server,
        server.each_worker() as workers,
    ):
        for number in range(20):
            answer = workers[number % 2](Request(target=f"{PIXEL}{number}"))
            assert answer.header("ST-Error") is None

    recorded = references(database)
    del recorded["before the fork"]
    assert recorded == Counter(map(str, range(20)))


def _open_files_below(database: Path, process: int) -> list[str]:
    names = []
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed this moment
            names.append(str(descriptor.readlink()))
    return [name for name in names if name.startswith(str(database))]
