from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.stores.waiting import lock_held_by_another_process
from wsgi_salestrack.stores.file_lock import AVAILABLE, FileLock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sales.db.lock"


@pytest.fixture
def lock(path: Path) -> Iterator[FileLock]:
    with closing(FileLock(path)) as made:
        yield made


def is_free(path: Path) -> bool:
    """Whether somebody else could take it at once."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_posix_has_the_lock() -> None:
    """Where it is missing, the doctor says so."""
    assert AVAILABLE


def test_a_lock_that_is_held_excludes_everybody_else(path: Path, lock: FileLock) -> None:
    """Until it is released, and as often as it is taken."""
    for _ in range(3):
        lock.acquire()
        assert not is_free(path)
        lock.release()
        assert is_free(path)


def test_who_holds_it_may_take_it_again(path: Path, lock: FileLock) -> None:
    """Nobody waits for themselves; one release is enough."""
    lock.acquire()
    lock.acquire()

    lock.release()

    assert is_free(path)


def test_a_lock_that_somebody_holds_is_not_waited_for(path: Path, lock: FileLock) -> None:
    """By who only tries; nor is it theirs afterwards."""
    with lock_held_by_another_process(path.with_suffix("")):
        assert not lock.try_acquire()

    assert is_free(path)
    assert lock.try_acquire()
    assert not is_free(path)


def test_what_was_never_taken_can_be_released_and_closed(path: Path, lock: FileLock) -> None:
    """And leaves no file."""
    lock.release()
    lock.close()

    assert not path.exists()


def test_closing_releases_and_it_can_be_taken_again(path: Path, lock: FileLock) -> None:
    lock.acquire()
    lock.close()
    assert is_free(path)

    lock.acquire()

    assert not is_free(path)


def test_threads_with_locks_of_their_own_take_turns(path: Path) -> None:
    """As processes do: what one reads nobody else changes before it writes."""
    counter = path.with_name("counter")
    counter.write_text("0")

    def count(_: int) -> None:
        with closing(FileLock(path)) as lock:
            for _ in range(50):
                lock.acquire()
                counter.write_text(str(int(counter.read_text()) + 1))
                lock.release()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))

    assert counter.read_text() == "200"


def test_it_waits_for_another_process(path: Path, lock: FileLock) -> None:
    """And has it as soon as that lets go."""
    with ThreadPoolExecutor(1) as pool:
        with lock_held_by_another_process(path.with_suffix("")):
            assert not is_free(path)
            taken = pool.submit(lock.acquire)
            assert not taken.done()
        taken.result(timeout=20)

    assert not is_free(path)


def test_a_process_that_is_killed_lets_go(path: Path) -> None:
    """The kernel sees to it; there is nothing to clean up."""
    program = """if True:
        import sys
        from pathlib import Path
        from wsgi_salestrack.stores.file_lock import FileLock
        lock = FileLock(Path(sys.argv[1]))
        lock.acquire()
        print("held", flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert not is_free(path)
        process.kill()

    assert is_free(path)


def test_a_program_that_is_started_meanwhile_does_not_keep_it(path: Path, lock: FileLock) -> None:
    """Its copy of the descriptor would hold the lock when we have closed ours."""
    lock.acquire()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False) as process:
        lock.close()
        assert is_free(path)
        assert process.stdin is not None


def test_a_folder_that_does_not_exist_is_an_os_error(tmp_path: Path) -> None:
    """The store turns it into words."""
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "missing" / "lock").acquire()


def test_the_file_may_be_used_by_the_servers_group(path: Path, lock: FileLock) -> None:
    """Whoever may write the database may take its lock: the umask decides."""
    umask = os.umask(0o002)
    try:
        lock.acquire()
    finally:
        os.umask(umask)

    assert path.stat().st_mode & 0o777 == 0o664
