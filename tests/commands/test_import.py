"""``salestrack import``: past conversions from a file."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.support.rows import row_counts, rows_of
from wsgi_salestrack import StoreError, Tracker
from wsgi_salestrack.stores.sqlite import SQLiteStore

_SALESTRACK = Path(sysconfig.get_path("scripts"), "salestrack")
ORDERS = """\
reference;amount;currency;occurred_at;newsletter
1001;49.95;USD;2026-11-01;2026-10
1002;x;USD;2026-11-02;
=3;20;USD;2026-11-03;
1001;49.95;USD;2026-11-01;2026-10
"""


@pytest.fixture
def orders(tmp_path: Path) -> str:
    """A file with a bad row and a repeat."""
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    return str(file)


def test_a_file_is_imported(run: Run, tracker: Tracker, orders: str) -> None:
    """What was not plainly recorded is printed, and the exit code tells of what was rejected."""
    result = run("import", orders)

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "line  reference  outcome    reason",
        "----  ---------  ---------  ---------------------------------------------------",
        "   3  1002       rejected   revenue is not a plain decimal number such as 49.95",
        "   5  1001       duplicate  it was recorded before",
        "2 recorded, 1 duplicate, 0 enriched, 0 conflict, 1 rejected",
    ]
    assert [row["day"] for row in rows_of(tracker, "conversions")] == ["2026-11-01", "2026-11-03"]


def test_a_good_file_says_only_how_many(run: Run, orders: str) -> None:
    """In the shop's own zone, whose days the dates are."""
    Path(orders).write_text("reference\n1\n2\n")
    result = run("import", orders)
    assert (result.exit_code, result.stdout) == (
        0,
        "2 recorded, 0 duplicate, 0 enriched, 0 conflict, 0 rejected\n",
    )


def test_a_dry_run(run: Run, tracker: Tracker, orders: str) -> None:
    result = run("import", orders, "--dry-run")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == (
        "dry run, nothing was recorded: 2 recorded, 1 duplicate, 0 enriched, 0 conflict, 1 rejected"
    )
    assert row_counts(tracker)["conversions"] == 0


def test_all_rows_for_programs(run: Run, orders: str) -> None:
    """With nothing else on stdout; no reference is a formula."""
    found = json.loads(run("import", orders, "--all", "--format", "json").stdout)
    assert [each["outcome"] for each in found] == ["recorded", "rejected", "recorded", "duplicate"]
    assert found[1] == {
        "line": 3,
        "reference": "1002",
        "outcome": "rejected",
        "reason": "revenue is not a plain decimal number such as 49.95",
    }
    result = run("import", orders, "--all", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [each["reference"] for each in table] == ["1001", "1002", "'=3", "1001"]
    assert "0 recorded, 3 duplicate" in result.stderr


def test_columns_may_be_ignored(run: Run, orders: str) -> None:
    Path(orders).write_text("reference,shipping\n1,5\n")
    refused = run("import", orders)
    assert refused.exit_code == 2
    assert "column 'shipping' is unknown; use reference, revenue" in refused.stderr
    assert run("import", orders, "--ignore", "Shipping").exit_code == 0


def test_bytes_that_are_no_text_are_refused_and_printed(run: Run, orders: str) -> None:
    """In every format, as far as they can be."""
    Path(orders).write_bytes(b"reference,name\n\xff\x1b[2J,\n")
    for form in ("table", "csv", "json"):
        result = run("import", orders, "--format", form)
        assert result.exit_code == 1
        assert "reference is not valid Unicode text" in result.stdout


def test_stdin_is_a_file(config: Path, tracker: Tracker) -> None:
    """A pipe, whose length nobody knows; with a real process."""
    command: list[str | Path] = [_SALESTRACK, "--config", config, "import", "-"]
    done = subprocess.run(command, input=ORDERS, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        1,
        "2 recorded, 1 duplicate, 0 enriched, 0 conflict, 1 rejected",
    )
    assert row_counts(tracker)["conversions"] == 2


def test_a_file_that_is_not_there(run: Run) -> None:
    assert run("import", "nowhere.csv").exit_code == 2


def test_signals_of_a_host_are_sent_or_not(
    run: Run, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the option says."""
    asked = []

    def import_conversions(self: Tracker, rows: object, **how: bool) -> list[object]:
        asked.append(how)
        return []

    monkeypatch.setattr(Tracker, "import_conversions", import_conversions)
    run("import", orders)
    run("import", orders, "--no-signals", "--dry-run")
    assert asked == [{"dry_run": False, "signals": True}, {"dry_run": True, "signals": False}]


def test_what_was_recorded_before_a_failure_is_told(
    run: Run, tracker: Tracker, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do."""
    Path(orders).write_text("reference\n" + "".join(f"{n}\n" for n in range(600)))
    record_many = SQLiteStore.record_many

    def fail(self: SQLiteStore, site: str, arrivals: list[object]) -> object:
        if len(arrivals) < 500:
            raise StoreError("the disk is full")
        return record_many(self, site, arrivals)  # type: ignore[arg-type]  # it is the same

    monkeypatch.setattr(SQLiteStore, "record_many", fail)
    result = run("import", orders)

    assert result.exit_code == 1
    assert "stopped: at least 500 recorded" in result.stderr
    assert "import the same file again" in result.stderr
    assert "Error: the disk is full" in result.stderr
    assert row_counts(tracker)["conversions"] == 500
