"""A guide's shop in a folder of its own, and the guide's commands as a reader runs them."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask

from tests.support.documents import ROOT, run

_SHOP = "shop.example"
_LOCAL = re.compile(r"\b127\.0\.0\.1:[58]000\b")
_PATIENCE = 30  # seconds


def shop_of(snippet: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app that a guide's ``shop.py`` makes, whose database is in the folder."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr("flask.app.Flask.auto_find_instance_path", lambda app: str(folder / "here"))
    (folder / "shop.py").write_text(snippet, "utf-8")
    app = run([snippet])["app"]
    assert isinstance(app, Flask)
    return app


def here(text: str, port: int) -> str:
    """A snippet or command with the shop where it is."""
    return _LOCAL.sub(
        f"127.0.0.1:{port}",
        text.replace(f"@{_SHOP}", f"@127.0.0.1:{port}")
        .replace("https://", "http://")
        .replace(f"//{_SHOP}", f"//127.0.0.1:{port}"),
    )


def shell(commands: str, port: int) -> str:
    """What commands print."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", here(commands, port)],
        check=False,
        capture_output=True,
        text=True,
        env=_environment(),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def server(command: str, port: int) -> Iterator[None]:
    """Run a server by a command, until the end of the block.

    :param port: where it is to listen, as the command says.
    """
    with Path("server.log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"], env=_environment(), stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + _PATIENCE
            while not _is_listening(port):
                assert process.poll() is None, Path("server.log").read_text("utf-8")
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _is_listening(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    return False


def _environment() -> dict[str, str]:
    """As in a shop's own virtual environment."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": programs, "PYTHONPATH": str(ROOT)}


def flask(app: Flask, command: str) -> str:
    """What one of ``flask``'s commands prints, without the second that a new process takes."""
    program, option, module, *arguments = shlex.split(command)
    assert (program, option, module) == ("flask", "--app", "shop")
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    return result.output


def table(text: str) -> list[list[str]]:
    """The cells of a printed listing that has no spaces in any."""
    return [line.split() for line in text.splitlines()]
