"""A server written in C, as uWSGI is, may fork without telling Python of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.databases import DatabaseServer
from tests.support.shop import SECRET

# PyDLL keeps the interpreter for itself while it forks, as such a server does. No thread may wait
# for the interpreter just then: Python's own lock would stop the child for good, whatever it runs.
_PROGRAM = """if True:
    import ctypes, os, re, sys, time
    from pathlib import Path
    from wsgi_salestrack import Config, Conversion, SalesTrackError, SalesTrackMiddleware, Tracker

    def work(child):
        begin = time.monotonic()
        try:
            for number in range(10):
                tracker.record(Conversion(reference=f"{child}-{number}"))
            return str(sum(row.count for row in tracker.report().rows) >= 10)
        except SalesTrackError as error:
            return f"after {time.monotonic() - begin:.0f} s: {error}"

    def state_of_other_threads():
        others = {*Path("/proc/self/task").iterdir()} - {Path(f"/proc/self/task/{os.getpid()}")}
        states = [(other / "status").read_text() for other in others]
        return [re.findall("State.*|.*_switches.*", state) for state in states]

    tracker = Tracker(Config(secret_keys=[sys.argv[1]], database=sys.argv[2]))
    SalesTrackMiddleware(None, tracker)  # as an application that is loaded before
    for before in sys.argv[3:]:
        getattr(tracker, before)(*[Conversion(reference="parent")] * (before == "record"))
    earlier, now = None, state_of_other_threads()
    while now != earlier or "running" in str(now):
        time.sleep(0.2)
        earlier, now = now, state_of_other_threads()
    fork = ctypes.PyDLL(None).fork
    children = []
    for child in range(4):
        read_end, write_end = os.pipe()
        if fork() == 0:
            os.write(write_end, work(child).encode())
            os._exit(0)
        os.close(write_end)
        children.append(read_end)
    for read_end in children:
        print(os.read(read_end, 1000).decode())
    tracker.close()
    print(sum(row.count for row in tracker.report().rows))
    """


@pytest.mark.parametrize("before", [(), ("record",), ("report",)])
@pytest.mark.parametrize("database", ["postgresql", "mariadb"])
def test_workers_share_no_connection_to_a_server(
    database: str, before: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    server: DatabaseServer = request.getfixturevalue(database)
    with server.fresh_database() as url:
        printed = _printed(url, *before)

    assert printed == [*["True"] * 4, str(40 + ("record" in before))]


@pytest.mark.parametrize("before", [(), ("record", "close"), ("report", "close")])
def test_workers_of_an_application_that_let_go_of_its_file_record(
    tmp_path: Path, before: tuple[str, ...]
) -> None:
    printed = _printed(str(tmp_path / "sales.db"), *before)

    assert printed == [*["True"] * 4, str(40 + ("record" in before))]


@pytest.mark.parametrize("before", ["record", "report"])
def test_workers_that_inherit_an_open_file_refuse_at_once_and_name_the_remedy(
    tmp_path: Path, before: str
) -> None:
    """To use it, or another connection beside it, may damage the file: so says SQLite."""
    database = tmp_path / "sales.db"

    *workers, recorded = _printed(str(database), before)

    remedy = (
        f"after 0 s: {database} was open when this server forked, and Python was not told of it; "
        "with uWSGI, set py-call-uwsgi-fork-hooks or lazy-apps"
    )
    assert workers == [remedy] * 4
    assert recorded == str(int(before == "record"))


def _printed(database: str, *before: str) -> list[str]:
    command = [sys.executable, "-c", _PROGRAM, SECRET, database, *before]
    return subprocess.check_output(command, text=True, timeout=60).splitlines()
