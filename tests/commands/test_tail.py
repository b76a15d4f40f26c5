"""``salestrack tail``: hits as they come."""

from __future__ import annotations

import json
import signal
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands.conftest import Run, sell
from tests.support.clock import ManualClock
from tests.support.shop import MakeTracker
from wsgi_salestrack import Tracker
from wsgi_salestrack.commands.watching import Newest

_SALESTRACK = Path(sysconfig.get_path("scripts"), "salestrack")


@contextmanager
def _following(config: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command: list[str | Path] = [_SALESTRACK, "--config", config, "tail", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        try:
            yield run
        finally:
            run.kill()


def test_what_came_is_printed(run: Run, tracker: Tracker) -> None:
    """Recorded and not, in the shop's time; no line break of a hit's breaks the table."""
    sell(tracker, "1001\n")
    sell(tracker, "1001\n")
    tracker.reject("target", "st_revenue is wrong", {}, text="st_revenue=1&x=2")
    # Nobody waits for these; another process sees them once they are written.
    assert len(tracker.hits(datetime.now(UTC) - timedelta(hours=1))) == 3

    lines = run("tail", "--no-follow").output.splitlines()

    assert lines[0].split() == ["at", "protocol", "outcome", "what", "parameters"]
    assert [line[19:].split() for line in lines[1:]] == [
        ["affiliate", "recorded", "1001\N{REPLACEMENT CHARACTER},", "10.00", "USD"],
        ["affiliate", "duplicate", "it", "was", "recorded", "before"],
        ["target", "rejected", "st_revenue", "is", "wrong", "st_revenue"],
    ]


@pytest.mark.parametrize("since", ["2999-01-01", "9999-12-31"])
def test_what_is_still_to_come_is_no_beginning(run: Run, tracker: Tracker, since: str) -> None:
    """Nothing would be printed, and nobody would know why."""
    result = run("tail", "--no-follow", "--since", since)

    assert result.exit_code == 2
    assert "--since is in the future" in result.stderr


def test_a_beginning_leaves_out_what_came_before(
    run: Run, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process's ids only grow, and other tests' clocks were ahead.
    monkeypatch.setattr("wsgi_salestrack.identity._process.last", 0)
    sell(tracker, "1")
    first = datetime.now(UTC)
    time.sleep(0.5)  # the machine's clock may be put right by less
    sell(tracker, "2")

    since = (first + timedelta(seconds=0.25)).isoformat()
    lines = run("tail", "--no-follow", "--since", since, "--format", "json").output.splitlines()

    assert [json.loads(line)["what"] for line in lines] == ["2, 10.00 USD"]


def test_each_is_taken_once_and_then_forgotten(
    make_tracker: MakeTracker, clock: ManualClock
) -> None:
    """However long it goes on; also what is written down some seconds after it came."""
    tracker = make_tracker()
    newest = Newest(tracker, clock() - timedelta(minutes=10))
    taken, most = list[str](), 0
    for number in range(60):
        for name, late in (("now", 0), ("now too", 0), ("late", 8)):
            clock.advance(timedelta(seconds=-late))
            tracker.reject("target", f"{number} {name}", {})
            clock.advance(timedelta(seconds=late))
        taken += [hit.reason for hit in newest.take()]
        most = max(most, len(newest.taken))
        clock.advance(timedelta(seconds=3))

    names = ("now", "now too", "late")
    assert sorted(taken) == sorted(f"{number} {name}" for number in range(60) for name in names)
    # Those of the last ten seconds and of the round before, and not all 180.
    assert most < 20


def test_each_line_is_for_programs_too(run: Run, tracker: Tracker) -> None:
    for reference in ("1", "2"):
        sell(tracker, reference)

    lines = run("tail", "--no-follow", "--format", "json").output.splitlines()
    assert [json.loads(line)["what"] for line in lines] == ["1, 10.00 USD", "2, 10.00 USD"]
    table = run("tail", "--no-follow", "--format", "csv").output.splitlines()
    assert table[0] == "at,protocol,outcome,what,parameters"


def test_it_goes_on_until_it_is_stopped(config: Path, tracker: Tracker) -> None:
    """Each hit is printed once, whichever process it came to."""
    sell(tracker, "1")
    with _following(config, "--format", "json") as tail:
        assert tail.stdout is not None
        seen = [json.loads(tail.stdout.readline())["what"]]
        sell(tracker, "2")
        seen.append(json.loads(tail.stdout.readline())["what"])
        sell(tracker, "3")
        seen.append(json.loads(tail.stdout.readline())["what"])
        tail.send_signal(signal.SIGINT)
        _, error = tail.communicate(timeout=20)

    assert seen == ["1, 10.00 USD", "2, 10.00 USD", "3, 10.00 USD"]
    assert (tail.returncode, error) == (0, "")
