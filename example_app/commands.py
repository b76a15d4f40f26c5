"""How to call Python and Flask from this folder, also where no environment is activated."""

import shutil
import sys
from pathlib import Path

__all__ = ["flask_command", "python_command"]


def flask_command() -> str:
    """Say how to call Flask.

    :returns: what to type before ``--app``.
    """
    beside = Path(sys.executable).with_name("flask")
    return _as_typed(beside) if beside.exists() else f"{sys.executable} -m flask"


def python_command() -> str:
    """Say how to call the Python that runs this.

    :returns: what to type before ``-m``.
    """
    return _as_typed(Path(sys.executable))


def _as_typed(program: Path) -> str:
    if shutil.which(program.name) == str(program):
        return program.name
    here = Path.cwd()
    return str(program.relative_to(here)) if program.is_relative_to(here) else str(program)
