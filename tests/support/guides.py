"""A guide's shop in a folder of its own, and the guide's commands as a reader runs them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from tests.support.documents import ROOT, run

_SHOP = "shop.example"


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
    return (
        text.replace(f"@{_SHOP}", f"@127.0.0.1:{port}")
        .replace("https://", "http://")
        .replace(f"//{_SHOP}", f"//127.0.0.1:{port}")
    )


def shell(commands: str, port: int) -> str:
    """What commands print."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", here(commands, port)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": programs, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


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
