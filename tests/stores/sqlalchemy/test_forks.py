from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.databases import DatabaseServer
from tests.support.shop import SECRET


@pytest.fixture(params=["postgresql", "mariadb"])
def running(request: pytest.FixtureRequest) -> DatabaseServer:
    """A server that others use as well."""
    found: DatabaseServer = request.getfixturevalue(request.param)
    return found


def test_processes_that_fork_share_no_connection(running: DatabaseServer) -> None:
    """The parent has written before, as gunicorn's --preload may have it; all of them go on."""
    program = """if True:
        import os, sys
        from wsgi_salestrack import Config, Conversion, Tracker

        tracker = Tracker(Config(secret_keys=[sys.argv[1]], database=sys.argv[2]))
        tracker.record(Conversion(reference="parent"))
        children = []
        for child in range(4):
            pid = os.fork()
            if pid == 0:
                for number in range(25):
                    tracker.record(Conversion(reference=f"{child}-{number}"))
                    tracker.report()
                os._exit(0)
            children.append(pid)
        for number in range(25):
            tracker.record(Conversion(reference=f"parent-{number}"))
        assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 4
        print(sum(row.count for row in tracker.report().rows))
        """
    with running.fresh_database() as url:
        command = [sys.executable, "-c", program, SECRET, url]
        assert subprocess.check_output(command, text=True, timeout=60) == "126\n"
