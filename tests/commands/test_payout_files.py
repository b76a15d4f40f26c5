"""``salestrack payout export --output``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.commands.test_payouts import earn, the_payout
from wsgi_salestrack import Tracker

_NOTHING = timedelta(0)


def test_a_file_is_written_again_byte_for_byte(run: Run, tracker: Tracker, tmp_path: Path) -> None:
    """Whatever happened to the sales and the publisher meanwhile."""
    tracker.add_publisher("p7", name="Sock news")
    earn(tracker, "1", "2")
    tracker.prepare_payouts(holding=_NOTHING)
    id = str(the_payout(tracker).id)
    run("payout", "approve", id)
    file = tmp_path / "payouts.csv"

    assert run("payout", "export", "--all", "--output", str(file)).output == ""
    first = file.read_bytes()
    tracker.set_publisher("p7", name="Other")
    tracker.cancel("1")
    assert run("payout", "export", id, id, "--output", str(file)).exit_code == 0

    assert file.read_bytes() == first
    assert first.count(b"\r\n") == 2


def test_a_file_that_cannot_be_written_can_be_asked_for_again(
    run: Run, tracker: Tracker, tmp_path: Path
) -> None:
    earn(tracker, "1")
    tracker.prepare_payouts(holding=_NOTHING)
    run("payout", "approve", "--all")

    file = tmp_path / "none" / "payouts.csv"
    failed = run("payout", "export", "--all", "--output", str(file))

    assert failed.exit_code == 1
    id = str(the_payout(tracker).id)
    assert f"{str(file)!r}: No such file or directory" in failed.stderr.replace("\n", "")
    assert f"the list is written by: payout export {id}" in failed.stderr
    assert run("payout", "export", id).output.count("\n") == 2


@pytest.mark.parametrize("to_file", [True, False])
def test_a_list_stays_where_nothing_is_left_to_be_exported(
    run: Run, tracker: Tracker, tmp_path: Path, *, to_file: bool
) -> None:
    """The same command once more, as by a script that failed later."""
    earn(tracker, "1")
    tracker.prepare_payouts(holding=_NOTHING)
    run("payout", "approve", "--all")
    file = tmp_path / "payouts.csv"
    run("payout", "export", "--all", "--output", str(file))
    first = file.read_bytes()
    output = ["--output", str(file)] if to_file else []

    again = run("payout", "export", "--all", *output)

    assert (again.exit_code, again.stdout) == (1, "")
    assert "no payout is approved, nothing was written" in again.stderr
    assert file.read_bytes() == first
    assert first.count(b"\r\n") == 2
    assert list(tmp_path.glob(".payouts*")) == []


def test_a_refused_export_leaves_the_old_list(run: Run, tracker: Tracker, tmp_path: Path) -> None:
    file = tmp_path / "payouts.csv"
    file.write_text("the old list")

    refused = run("payout", "export", "7", "--output", str(file))

    assert (refused.exit_code, file.read_text()) == (2, "the old list")
    assert [path.name for path in tmp_path.glob("*payouts*")] == ["payouts.csv"]
