"""What every command does where it can't print, or not every character as it is."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.support.processes import run_command
from wsgi_salestrack import Conversion, Money, Touch, Tracker

_SALESTRACK = Path(sysconfig.get_path("scripts"), "salestrack")
_NAME = "日本-é-🧦"
_PRINTING = ("report --by contact", f"export {_NAME}", "migrate")

Redirected = Callable[[str, str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def sale(tracker: Tracker) -> None:
    touch = Touch(at=datetime.now(UTC), newsletter="2026-11", contact=_NAME)
    tracker.record(Conversion(reference="7", revenue=Money("49.95", "USD")), touch=touch)
    tracker.close()


@pytest.fixture
def redirected(config: Path, sale: None) -> Redirected:
    """Runs a command by a shell, with a redirection behind it."""

    def run(command: str, redirection: str) -> subprocess.CompletedProcess[str]:
        line = f'exec "$0" --config "$1" {command} {redirection}'
        return run_command(["/bin/sh", "-c", line, _SALESTRACK, config], config.parent)

    return run


@pytest.mark.parametrize(
    "command",
    ["segment", "explain 7", f"export {_NAME}", "report --by contact --format json"],
)
@pytest.mark.usefixtures("sale")
def test_a_charset_that_lacks_a_character_gets_its_number(config: Path, command: str) -> None:
    done = run_command(
        [_SALESTRACK, "--config", config, *command.split()],
        config.parent,
        PYTHONIOENCODING="koi8-r:strict",
        PYTHONUTF8="1",  # for the arguments
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u65e5\\u672c" in done.stdout
    if "json" in command:
        assert json.loads(done.stdout)[0]["contact"] == _NAME


@pytest.mark.parametrize("command", _PRINTING)
def test_a_full_disk_is_told_in_a_line(redirected: Redirected, command: str) -> None:
    done = redirected(command, ">/dev/full")

    assert done.returncode == 1
    assert done.stderr == "Error: stdout: No space left on device; not all of it was printed\n"


@pytest.mark.parametrize("command", _PRINTING[:1])
def test_a_closed_stdout_is_told_in_a_line(redirected: Redirected, command: str) -> None:
    done = redirected(command, ">&-")

    assert done.returncode == 1
    assert done.stderr == "Error: stdout is closed; there is nowhere to print to\n"


@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        ("replay", "0 sent again, 0 of them failed"),
        ("import orders.csv", "1 recorded, 0 duplicate, 0 enriched, 0 conflict, 0 rejected"),
    ],
)
def test_a_job_is_mailed_nothing_but_its_outcome(
    config: Path, redirected: Redirected, command: str, outcome: str
) -> None:
    """No progress, where nobody waits."""
    orders = "reference,revenue,currency,occurred_at\n1001,5,USD,2026-11-21\n"
    (config.parent / "orders.csv").write_text(orders)

    done = redirected(command, "2>&1")

    assert done.stdout == f"{outcome}\n"


def test_a_reader_that_has_seen_enough_ends_it_silently(redirected: Redirected) -> None:
    """As ``head`` does."""
    done = redirected("report", "| true")

    assert done.stderr == ""


_MOVING = "c\x1b[2J\x1b[31m8\x9b1\u202e\x7f"


@pytest.mark.parametrize(
    "command",
    [
        "report --by contact --format csv",
        "segment --format json",
        "tail --no-follow --format csv",
        f"export {_MOVING}",
        f"identify {_MOVING} {_MOVING}",
        f"publisher add {_MOVING}",
        f"cancel 1 --scope {_MOVING}",
    ],
)
def test_no_name_moves_a_terminal_s_cursor(config: Path, tracker: Tracker, command: str) -> None:
    _sell_to(tracker, _MOVING)

    shown = _on_a_terminal([str(_SALESTRACK), "--config", str(config), *command.split(" ")])

    assert "\N{REPLACEMENT CHARACTER}" in shown
    assert not {"\x1b", "\x9b", "\u202e", "\x7f"} & set(shown)


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("command", ["report --by contact", "segment", "tail --no-follow"])
def test_a_program_gets_each_name_as_it_is(
    run: Run, tracker: Tracker, command: str, form: str
) -> None:
    """Two names that differ in a colour stay two."""
    _sell_to(tracker, _MOVING)

    done = run(*command.split(), "--format", form)

    shown = _MOVING if form == "csv" else json.dumps(_MOVING, ensure_ascii=False)[1:-1]
    assert shown in done.stdout


def _sell_to(tracker: Tracker, name: str) -> None:
    touch = Touch(at=datetime.now(UTC), newsletter="2026-11", contact=name)
    tracker.record(Conversion(reference=name, revenue=Money("49.95", "USD")), touch=touch)
    tracker.close()


def _on_a_terminal(command: list[str]) -> str:
    """What a terminal is sent while a command runs in it."""
    ours, its = pty.openpty()
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its) as run:
        os.close(its)
        sent = b"".join(iter(lambda: _read(ours), b""))
        run.wait()
    os.close(ours)
    return sent.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # its other end is closed
        return b""
