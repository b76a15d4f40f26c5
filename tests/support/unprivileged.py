"""Folders and commands of a user without privileges, for servers: as root they would not run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.guard import identity

_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of its own is made in there


def unprivileged_user() -> str:
    """The name of one where this process is root's; else there is no need for another."""
    return "nobody" if os.geteuid() == 0 else ""


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that such a user may write to, removed at the end."""
    # Not pytest's: those are root's alone. In memory, where that is: servers that sync each commit
    # to it are as fast as those that never do.
    with TemporaryDirectory(
        prefix="salestrack-", dir=_MEMORY if _MEMORY.is_dir() else None
    ) as name:
        folder = Path(name)
        give_away(folder)
        yield folder


def give_away(folder: Path) -> None:
    """Let such a user own a folder and all that is in it."""
    if user := unprivileged_user():
        subprocess.run(["chown", "-R", user, folder], check=True)


def copy(folder: Path, into: Path) -> None:
    """Copy a folder as it is, owners and all."""
    subprocess.run(["cp", "-a", folder, into], check=True)


def run(command: Sequence[str | Path], folder: Path, text: str = "") -> None:
    """Run a command as such a user.

    :param folder: where it is run.
    :param text: for its standard input.
    """
    done = subprocess.run(  # noqa: PLW1510  # its output says more than its exit code
        command,
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        **identity(unprivileged_user()),
    )
    assert done.returncode == 0, done.stdout + done.stderr
