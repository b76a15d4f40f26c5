"""``docs/moving-from-ubivox-xmlrpc.md``: its snippets, commands and faults are as they stand there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from tests.support.documents import ROOT, blocks, run
from tests.support.required import need_command
from tests.support.server import Serve

_DOCUMENT = "docs/moving-from-ubivox-xmlrpc.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_SHOP, _SEND, _REPORT, _CANCEL, _IDENTIFY = blocks(_DOCUMENT, "python")
_LINK, _PING, _SOLD, _CONTACTS = blocks(_DOCUMENT, "sh")
_API = "https://shop:a-password-of-yours@shop.example/xmlrpc/"

Names = dict[str, Any]
Shell = Callable[[str], str]


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """What the page's ``shop.py`` makes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "flask.app.Flask.auto_find_instance_path", lambda app: str(tmp_path / "instance")
    )
    (tmp_path / "shop.py").write_text(_SHOP, "utf-8")
    made = run([_SHOP])
    yield made
    made["app"].extensions["salestrack"].close()


@pytest.fixture
def port(names: Names, serve: Serve) -> int:
    """Where the shop is."""
    return serve(cast("Flask", names["app"]))


def _here(text: str, port: int) -> str:
    """A snippet or command of the page, for the shop where it is."""
    return text.replace("https://", "http://").replace("shop.example", f"127.0.0.1:{port}")


def _do(names: Names, snippet: str, port: int) -> Names:
    """What a client's snippet leaves behind."""
    exec(_here(snippet, port), names)  # noqa: S102  that is the test
    return names


@pytest.fixture
def shell(port: int) -> Shell:
    """Runs commands as a reader does; what they print comes back."""
    need_command("curl", "curl")

    def execute(script: str) -> str:
        # The link has the configured hostname, so curl is told where that is.
        curl = f'curl() {{ command curl --connect-to "shop.example:443:127.0.0.1:{port}" "$@"; }}\n'
        script = script.replace('"$link"', '"${link/https:\\/\\/shop.example/http://SERVER}"')
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", curl + _here(script, port)
             .replace("SERVER", f"127.0.0.1:{port}")],
            check=True,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
            },
        )
        return done.stdout

    return execute
