"""What the processes ask the kernel for.

SIGKILL cannot see a missing sync, for the kernel keeps what was written; a power failure could.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.durability.host import DATABASE, PIXEL, make_tracker
from tests.durability.sales import references
from tests.durability.servers import gunicorn
from tests.durability.system_calls import STRACE, Call, read_calls
from tests.durability.wire import Request
from wsgi_salestrack import Conversion

HITS = 60


@dataclass
class Trace:
    """What a server did while one customer bought, one sale after the other."""

    calls: list[Call]
    acknowledged: list[str]
    database: Path

    @property
    def wal(self) -> str:
        """The name of the file that a commit is written to."""
        return f"{self.database}-wal"

    def syncs(self) -> list[Call]:
        """Those of the write-ahead log that were done."""
        names = ("fdatasync", "fsync")
        return [call for call in self.calls if call.name in names and call.file == self.wal]


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """One worker of gunicorn under strace."""
    _require_strace()
    folder = tmp_path_factory.mktemp("traced").resolve()
    database, output = folder / "sales.db", folder / "trace"
    acknowledged = []
    with gunicorn(
        "tracked",
        environment={DATABASE: str(database)},
        workers=1,
        under=(*STRACE, "-o", str(output)),
    ) as server:
        for number in range(HITS):
            reference = f"reference-{number:03}-"
            answer = server.ask(Request(target=PIXEL + reference))
            if answer.header("ST-Error") is None:
                acknowledged.append(reference)
        server.stop()  # so that strace writes down all that it saw
    return Trace(read_calls(output), acknowledged, database)


def _require_strace() -> None:
    missing = ""
    if shutil.which("strace") is None:
        missing = "strace is not installed: apt-get install strace"
    elif not _may_trace():
        missing = "strace may not trace here; a container needs --cap-add SYS_PTRACE"
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    elif missing:
        pytest.skip(missing)


def _may_trace() -> bool:
    tried = subprocess.run([*STRACE, "-o", os.devnull, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def test_each_acknowledged_sale_has_a_sync_of_its_own(trace: Trace) -> None:
    """One customer, so there is nobody to share a commit with."""
    assert len(trace.acknowledged) == len(references(trace.database)) == HITS
    assert all(sync.result == 0 for sync in trace.syncs())
    assert len(trace.syncs()) >= HITS


def test_the_answer_leaves_after_the_sale_is_on_disk(trace: Trace) -> None:
    """The sale is written to the log, then the log is synced, and only then the pixel goes out."""
    for reference in trace.acknowledged:
        asked = _first(trace.calls, "recvfrom", reference)
        answered = next(
            call
            for call in trace.calls
            if call.name == "sendto" and call.file == asked.file and call.begun > asked.begun
        )
        assert "HTTP/1.1 200 OK" in answered.text
        between = [call for call in trace.calls if asked.begun < call.begun < answered.begun]
        writes = [call for call in between if call.name == "pwrite64" and call.file == trace.wal]
        assert writes, f"{reference} was answered before it was written"
        assert any(
            _end(writes[-1]) <= sync.begun and _end(sync) < answered.begun for sync in trace.syncs()
        ), f"{reference} was answered before it was synced"


def test_the_folder_is_synced_before_the_first_answer(trace: Trace) -> None:
    """A file that is on disk is lost all the same while its name is not."""
    first = _first(trace.calls, "sendto", "image/gif")
    folder = str(trace.database.parent)
    assert any(
        call.name in ("fsync", "fdatasync") and call.file == folder and _end(call) < first.begun
        for call in trace.calls
    )


def test_the_connection_that_writes_waits_for_the_disk(tmp_path: Path) -> None:
    """The pragmas of the very connection that wrote, found among all objects of the process."""
    database = tmp_path / "sales.db"
    with closing(make_tracker(database)) as tracker:
        tracker.record(Conversion(reference="1001"))

        (writer,) = [
            connection
            for connection in gc.get_objects()
            # Not isinstance(), for which other people's lazy objects load what they stand for.
            if issubclass(type(connection), sqlite3.Connection)
            and _is_open_to(connection, database)
        ]
        assert writer.total_changes > 0
        pragmas = {
            name: writer.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def _is_open_to(connection: sqlite3.Connection, database: Path) -> bool:
    try:
        files = [file for _, _, file in connection.execute("PRAGMA database_list")]
    except sqlite3.Error:
        return False  # closed, or another thread's
    return str(database) in files


def _first(calls: list[Call], name: str, text: str) -> Call:
    return next(call for call in calls if call.name == name and text in call.text)


def _end(call: Call) -> int:
    assert call.done is not None
    return call.done
