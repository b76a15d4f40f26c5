from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.conftest import Start
from tests.durability.promises import assert_only_tracking_fails, await_recovery, buy
from tests.durability.sales import assert_whole, references
from tests.durability.servers import Server

MOST_SALES = 5000
ENOUGH_REFUSALS = 30


def _sell_until_refused(server: Server) -> list[str]:
    """Buy from each worker in turn, until nothing fits any more; the references of what did.

    Where one sale has no room, the next one may have: it needs a page less, or SQLite has moved
    what was in its log into the database.
    """
    acknowledged: list[str] = []
    refusals = 0
    with server.each_worker() as workers:
        for number in range(MOST_SALES):
            reference, answer = buy(workers[number % len(workers)])
            if answer.header("ST-Error") is None:
                acknowledged.append(reference)
                refusals = 0
            else:
                refusals += 1
            if refusals == ENOUGH_REFUSALS:
                return acknowledged
    pytest.fail("the disk never became full")


def _assert_survives_a_full_disk(server: Server, alone: Server, database: Path) -> list[str]:
    """Sell until nothing can be written: the shop goes on, and what was acknowledged is there."""
    acknowledged = _sell_until_refused(server)
    refused = assert_only_tracking_fails(server.ask, alone.ask)
    assert "ERROR of salestrack: " in server.logged
    assert not references(database).keys() & set(refused)
    return acknowledged


def _limit_files(processes: list[int], size: int) -> None:
    for process in processes:
        _, most = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, most))


def test_sales_are_refused_while_no_file_may_grow(
    start: Start, bare_server: Server, database: Path
) -> None:
    """The workers' own limit on the size of files; and they record again when it is lifted."""
    server = start()
    workers = server.workers()
    _limit_files(workers, 256 * 1024)

    acknowledged = _assert_survives_a_full_disk(server, bare_server, database)
    _limit_files(workers, resource.RLIM_INFINITY)
    with server.each_worker() as each:
        for ask in each:
            await_recovery(ask, database)

    assert acknowledged
    assert all(references(database)[reference] == 1 for reference in acknowledged)
    assert_whole(database)


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of one megabyte, in the database's folder."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"only root may mount a small disk, outside of a container: {mounted.stderr}")
    yield folder
    # Lazily, for a server may still have a file open.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_sales_are_refused_while_the_disk_is_full(
    small_disk: Path, start: Start, bare_server: Server, database: Path
) -> None:
    """A disk without any room; they are recorded again when somebody makes some."""
    server = start()
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * 512 * 1024)

    acknowledged = _assert_survives_a_full_disk(server, bare_server, database)
    assert os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize < 8192
    ballast.unlink()
    with server.each_worker() as each:
        for ask in each:
            await_recovery(ask, database)

    assert acknowledged
    assert all(references(database)[reference] == 1 for reference in acknowledged)
    assert_whole(database)


def test_a_database_is_made_once_a_full_disk_has_room(
    small_disk: Path, start: Start, bare_server: Server, database: Path
) -> None:
    """Where there was no room even for the tables; none of them is made by half."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * (1024 * 1024 - 20 * 1024))
    server = start()
    assert_only_tracking_fails(server.ask, bare_server.ask)

    ballast.unlink()
    await_recovery(server.ask, database)
    assert_whole(database)
