"""The rival that needs older libraries than ours, in an environment that is made when needed."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import subprocess
import tempfile
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.progress import say
from benchmarks.servers import ROOT, Server, gunicorn
from benchmarks.track_usage_app import DATABASE_VARIABLE

# The last versions that it runs with.
_REQUIREMENTS = [
    "flask-track-usage==2.0.0",
    "flask==2.2.5",
    "werkzeug==2.2.3",
    "sqlalchemy==1.4.54",
    "six==1.17.0",  # it imports this, but its metadata does not say so
]
_INSTALL_TIMEOUT = 300.0


def default_folder() -> Path:
    """Where the environment is kept from run to run, if no other folder is named."""
    return Path(tempfile.gettempdir()) / f"salestrack-benchmark-peers-{os.getuid()}"


@contextlib.contextmanager
def track_usage(folder: Path, database: Path) -> Iterator[Server]:
    """Run the pixel of flask-track-usage with its SQLite storage, under the same gunicorn as ours.

    :param folder: of the environment.
    :param database: the SQLite file to make.
    :raises BenchmarkError: the environment cannot be made, or the server does not start.
    """
    python = _environment(folder / "flask-track-usage")
    variables = {DATABASE_VARIABLE: str(database)}
    module = "benchmarks.track_usage_app"
    _run([python, "-m", module], "flask-track-usage does not work", variables)
    with gunicorn(
        "flask-track-usage", f"{module}:track_usage", environment=variables, python=python
    ) as server:
        yield server


def _environment(folder: Path) -> str:
    """Make the environment unless it is there; give its interpreter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        # In a folder that everyone may write to, somebody may have put one there for us to run.
        raise BenchmarkError(f"{folder} belongs to someone else; name another with --peers")
    requirements = [*_REQUIREMENTS, f"gunicorn=={importlib.metadata.version('gunicorn')}"]
    python = str(folder / "bin" / "python")
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text() != "\n".join(requirements):
        say(f"  installing flask-track-usage and its old libraries into {folder}")
        venv.create(folder, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*command, *requirements], "flask-track-usage could not be installed", {})
        installed.write_text("\n".join(requirements))
    return python


def _run(command: list[str], failure: str, variables: Mapping[str, str]) -> None:
    completed = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=_INSTALL_TIMEOUT,
        check=False,
    )
    if completed.returncode != 0:
        raise BenchmarkError(f"{failure}\n{completed.stderr.strip()}")
