"""``salestrack tail``: hits as they come."""

from __future__ import annotations

import json
import signal
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.commands.conftest import Run, sell
from wsgi_salestrack import Tracker

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
    assert run("tail", "--no-follow", "--since", "2030-01-01").output.count("\n") == 1


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
    assert "Traceback" not in error
