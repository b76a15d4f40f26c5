"""What every command does where it can't print, or not every character."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

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


def test_a_reader_that_has_seen_enough_ends_it_silently(redirected: Redirected) -> None:
    """As ``head`` does."""
    done = redirected("report", "| true")

    assert done.stderr == ""
