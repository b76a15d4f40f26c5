"""Programs of the tests, each run in an interpreter of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.durability.servers import ROOT

_PATIENCE = 40  # seconds


def run_program(module: str, *arguments: str) -> str:
    """What ``python -m module ...`` prints; it must succeed, and complain about nothing.

    It may fork with threads, which Python 3.12 warns of: a server that is written in Python does
    the same.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore::DeprecationWarning"},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", done.stderr
    return done.stdout
