"""Commands as a person runs them: a process of their own, with nothing of this one's."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

_PATIENCE = 60  # seconds


def run_command(
    arguments: Sequence[str | Path], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end.

    :param folder: where it is run.
    :param variables: of its environment, beside this process's own.
    """
    ours = ("FLASK_", "SALESTRACK_", "PYTEST_")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(  # noqa: PLW1510  # the exit code is what the tests look at
        list(arguments),
        cwd=folder,
        env={**environment, "NO_COLOR": "1", "COLUMNS": "100", **variables},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
    )
