from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.stores.traced_file import TracedFile, insert
from tests.stores.waiting import succeeds, threads_that_wait_for_a_commit, wait_until
from wsgi_salestrack import StoreError
from wsgi_salestrack.stores import group_commit
from wsgi_salestrack.stores.file_lock import FileLock
from wsgi_salestrack.stores.group_commit import GroupCommit

TIMEOUT = 1.0


@pytest.fixture
def file(tmp_path: Path) -> TracedFile:
    return TracedFile(tmp_path / "numbers.db")


@pytest.fixture
def writer(file: TracedFile) -> Iterator[GroupCommit]:
    """One that gives up after a short while."""
    with closing(GroupCommit(file, timeout=TIMEOUT)) as made:
        made.run(lambda _: None)
        yield made


@pytest.fixture
def somebody_else(file: TracedFile) -> Iterator[FileLock]:
    """The lock, as another process sees it."""
    with closing(FileLock(file.file_lock.path)) as lock:
        yield lock


def test_a_caller_gives_up_while_somebody_keeps_the_lock(
    writer: GroupCommit, file: TracedFile, somebody_else: FileLock
) -> None:
    """After the time-out, not before, with words about whom to ask."""
    somebody_else.acquire()
    began = time.monotonic()
    with pytest.raises(StoreError, match=r"within 1 s.*lock"):
        writer.run(insert(1))
    waited = time.monotonic() - began
    somebody_else.release()

    assert TIMEOUT <= waited < 20
    assert file.numbers() == set()


def test_what_was_given_up_is_not_written_later(
    writer: GroupCommit, file: TracedFile, somebody_else: FileLock
) -> None:
    """The callers were told that it failed; and soon the next one is served."""
    somebody_else.acquire()
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(writer.run, insert(number)) for number in range(8)]
    assert all(isinstance(future.exception(), StoreError) for future in futures)
    somebody_else.release()

    wait_until(lambda: succeeds(lambda: writer.run(insert(100))))

    assert file.numbers() == {100}


def test_who_comes_while_the_lock_is_kept_is_served_when_it_is_free(
    file: TracedFile, somebody_else: FileLock
) -> None:
    """Within the time-out it is only a delay."""
    with closing(GroupCommit(file, timeout=30)) as patient, ThreadPoolExecutor(1) as pool:
        somebody_else.acquire()
        future = pool.submit(patient.run, insert(1))
        wait_until(lambda: threads_that_wait_for_a_commit() == 1)
        assert not future.done()
        somebody_else.release()
        future.result()

    assert file.numbers() == {1}


def writer_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "salestrack-writer"}


def test_a_writer_that_nobody_uses_keeps_no_thread_and_no_memory(
    file: TracedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that makes an application for each of its tests makes thousands."""
    monkeypatch.setattr(group_commit, "_ENDS_AFTER", 0.01)
    others = writer_threads()
    writer = GroupCommit(file, timeout=30)
    for number in range(3):
        writer.run(insert(number))
        wait_until(lambda: writer_threads() <= others)
    writer.close()
    forgotten = weakref.ref(writer)

    del writer
    gc.collect()

    assert forgotten() is None
    assert file.numbers() == {0, 1, 2}


def test_work_that_comes_while_the_thread_is_ending_is_done(
    file: TracedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is always somebody who sees it."""
    monkeypatch.setattr(group_commit, "_ENDS_AFTER", 0.0)

    def count(first: int) -> None:
        for number in range(first, first + 100):
            hasty.run(insert(number))

    with closing(GroupCommit(file, timeout=20)) as hasty, ThreadPoolExecutor(3) as pool:
        list(pool.map(count, (0, 100, 200)))

    assert file.numbers() == set(range(300))


def test_a_database_that_cannot_be_opened_fails_at_once(tmp_path: Path) -> None:
    """Nobody waits for the time-out; when it can be opened again, all is well."""
    folder = tmp_path / "missing"
    file = TracedFile(folder / "numbers.db")
    with closing(GroupCommit(file, timeout=30)) as writer:
        began = time.monotonic()
        with pytest.raises(StoreError):
            writer.run(insert(1))
        assert time.monotonic() - began < 20

        folder.mkdir()
        writer.run(insert(1))

    assert file.numbers() == {1}


def run_program(program: str, folder: Path) -> None:
    """In a new interpreter, which can import what this one can."""
    command = [sys.executable, "-c", program, str(folder / "numbers.db")]
    subprocess.run(command, cwd=Path(__file__).parents[2], check=True, timeout=120)


def test_a_writer_works_on_both_sides_of_a_fork(tmp_path: Path) -> None:
    """Without waiting for a thread that the child does not have, nor for the parent's lock."""
    program = """if True:
        import os, signal, sys
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path
        from tests.stores.traced_file import TracedFile, insert
        from wsgi_salestrack.stores.group_commit import GroupCommit

        file = TracedFile(Path(sys.argv[1]))
        writer = GroupCommit(file, timeout=20)
        writer.run(insert(0))
        firsts = range(1000, 5000, 1000)
        with ThreadPoolExecutor(4) as pool:
            busy = [pool.submit(writer.run, insert(number)) for number in range(100, 400)]
            children = []
            for first in firsts:
                child = os.fork()
                if child == 0:
                    signal.alarm(30)
                    for number in range(first, first + 20):
                        writer.run(insert(number))
                    os._exit(0)
                children.append(child)
            for future in busy:
                future.result()
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        of_children = {number for first in firsts for number in range(first, first + 20)}
        assert file.numbers() == {0, *range(100, 400), *of_children}
    """
    run_program(program, tmp_path)


def test_a_machine_that_has_no_thread_to_spare_is_a_store_error(tmp_path: Path) -> None:
    """A checkout goes on; and when there is one again, its sales are recorded."""
    program = """if True:
        import resource, sys, threading
        from pathlib import Path
        from tests.stores.traced_file import TracedFile, insert
        from wsgi_salestrack import StoreError
        from wsgi_salestrack.stores.group_commit import GroupCommit

        file = TracedFile(Path(sys.argv[1]))
        writer = GroupCommit(file, timeout=20)
        limits = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, limits[1]))
        threading.stack_size(4 << 30)
        try:
            writer.run(insert(1))
        except StoreError as error:
            assert "thread" in str(error), error
        else:
            raise SystemExit("there was a thread")
        resource.setrlimit(resource.RLIMIT_AS, limits)
        threading.stack_size(0)
        writer.run(insert(2))
        assert file.numbers() == {2}
    """
    run_program(program, tmp_path)
