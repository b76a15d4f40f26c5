"""The shop as people run it: a server process, and Flask's command line beside it."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """Environment variables for a process: the settings of this one's shop and no others."""
    inherited = {name: value for name, value in os.environ.items() if "EXAMPLE_" not in name}
    chosen = {f"EXAMPLE_{name}": value for name, value in settings.items()}
    # Of the connections of a pool, which are open until a shop's process ends, newer Pythons warn.
    warnings = "error,ignore::ResourceWarning"
    return {**inherited, "PYTHONWARNINGS": warnings, "EXAMPLE_INSTANCE": str(instance), **chosen}


@contextmanager
def running_shop(instance: Path, *, program: str = "example_app", **settings: str) -> Iterator[str]:
    """Run ``python -m example_app`` on a free port; the shop's address, without a last slash.

    :param program: another one that prints its address first.
    """
    log = instance.with_name(f"{instance.name}.log")
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", program, "--port", "0"],
            cwd=ROOT,
            env=environment(instance, **settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            greeting = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", greeting)
            assert found, f"{greeting}{log.read_text()}"
            yield found.group()
        finally:
            process.terminate()


def flask_command(
    instance: Path, *arguments: str, program: str = "example_app", **settings: str
) -> str:
    """What ``flask --app example_app ...`` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", program, *arguments],
        cwd=ROOT,
        env=environment(instance, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def sales_by(dimension: str, instance: Path, **settings: str) -> dict[str, tuple[str, str, str]]:
    """The tracker's report from the command line: name -> (currency, count, revenue)."""
    text = flask_command(
        instance, "salestrack", "report", "--by", dimension, "--format", "csv", **settings
    )
    return {
        row[dimension]: (row["currency"], row["count"], row["revenue"])
        for row in csv.DictReader(text.splitlines())
    }
