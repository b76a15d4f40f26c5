"""``docs/moving-from-bluehornet.md``: its snippets and commands work as they stand there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.support.browser import Browser
from tests.support.documents import ROOT, blocks, run
from tests.support.required import need_command
from tests.support.server import Serve

_DOCUMENT = "docs/moving-from-bluehornet.md"
_CALLS, _REPORT = blocks(_DOCUMENT, "sh")


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """What the document's Python makes, run as the ``shop.py`` that its commands name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "flask.app.Flask.auto_find_instance_path", lambda app: str(tmp_path / "instance")
    )
    shop, links = blocks(_DOCUMENT, "python")
    (tmp_path / "shop.py").write_text(shop, "utf-8")
    made = run([shop, links])
    yield made
    _app(made).extensions["salestrack"].close()


def _app(names: dict[str, object]) -> Flask:
    app = names["app"]
    assert isinstance(app, Flask)
    return app


def _shell(command: str, port: int) -> str:
    """What a command prints, with the shop where it is."""
    done = subprocess.run(  # noqa: S602  as a reader runs it
        command.replace("https://shop.example", f"http://127.0.0.1:{port}"),
        shell=True,
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


def test_a_link_a_call_by_each_way_and_the_report(
    names: dict[str, object], serve: Serve, tmp_path: Path
) -> None:
    """The link is followed, its ``roi_data`` handed back with the real curl, and counted once."""
    need_command("curl", "curl")
    port = serve(_app(names))
    click = urlsplit(str(names["link"]))
    assert click.netloc == "shop.example"

    landing = Browser(port).get(click.path).headers["Location"]
    (roi_data,) = parse_qs(urlsplit(landing).query)["roi_data"]
    (request,) = blocks(_DOCUMENT, "xml")
    (tmp_path / "order.xml").write_text(request.replace("ROI_DATA", roi_data), "utf-8")
    commands = _CALLS.splitlines()
    answers = [_shell(command, port) for command in commands]

    assert len(answers) == 2
    for answer in answers:
        assert "<responseCode>201</responseCode>" in answer
    report = [line.split()[:5] for line in _shell(_REPORT, port).splitlines()]
    assert ["2026-11", "USD", "1", "0", "152.99"] in report


def test_the_request_as_it_stands_has_no_click(
    names: dict[str, object], serve: Serve, tmp_path: Path
) -> None:
    """Whoever forgets to write one into it is told so."""
    need_command("curl", "curl")
    port = serve(_app(names))
    (request,) = blocks(_DOCUMENT, "xml")
    (tmp_path / "order.xml").write_text(request, "utf-8")

    answers = [_shell(command, port) for command in _CALLS.splitlines()]

    for answer in answers:
        assert "<responseCode>403</responseCode>" in answer
