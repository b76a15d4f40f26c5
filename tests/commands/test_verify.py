"""``salestrack verify``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.commands.conftest import Run, sell
from wsgi_salestrack import Tracker


def test_what_holds_and_what_does_not(run: Run, tracker: Tracker, config: Path) -> None:
    """With an exit code for scripts."""
    sell(tracker, "1001")
    assert run("verify").output.splitlines()[-1] == "nothing to mend"

    path = config.parent / "sales.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE conversions SET refunded = 5")
    result = run("verify")

    assert result.exit_code == 1
    (wrong,) = [line for line in result.stdout.splitlines() if not line.startswith("ok ")]
    assert wrong.startswith("WRONG every adjustment is in its sale, and no net is negative: 1001")
    assert result.stderr.splitlines()[-1] == "Error: 1 to mend"
