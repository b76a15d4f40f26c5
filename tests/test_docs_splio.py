"""``docs/moving-from-splio.md``: its snippets and commands work as they stand there."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.browser import Browser
from tests.support.documents import ROOT, blocks, run
from tests.support.server import Serve
from tests.support.splio import address_in, assert_silent

_DOCUMENT = "docs/moving-from-splio.md"
_BEFORE = (
    '<img src="https://s3s.fr/sales.php?universe=myuniverse&amount=10000.00&id=123456acdef"'
    ' width="0" height="0" border="0" alt=""/>\n'
)


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The snippets put their databases where they run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flask.app.Flask.auto_find_instance_path", lambda app: str(tmp_path))
    return tmp_path


def _run(snippets: list[str]) -> Iterator[Flask]:
    app = run(snippets)["app"]
    assert isinstance(app, Flask)
    yield app
    app.extensions["salestrack"].close()


@pytest.fixture
def shop(own_folder: Path) -> Iterator[Flask]:
    """The shop of the first snippet, with the receiver of the second."""
    yield from _run(blocks(_DOCUMENT, "python")[:2])


@pytest.fixture
def shop_with_checkout(own_folder: Path) -> Iterator[Flask]:
    """The shop of the last snippet, which stands for itself."""
    yield from _run(blocks(_DOCUMENT, "python")[2:])


def _commands(program: str) -> list[str]:
    lines = "".join(blocks(_DOCUMENT, "sh")).splitlines()
    return [line for line in lines if line.startswith(program)]


def test_the_command_makes_splios_snippet_the_one_shown(own_folder: Path) -> None:
    """Only the hostname changes."""
    template = own_folder / "templates" / "thank_you.html"
    template.parent.mkdir()
    template.write_text(f"<p>Thank you!</p>\n{_BEFORE}", "utf-8")
    (command,) = _commands("sed ")

    subprocess.run(command, shell=True, check=True)  # noqa: S602  as a reader runs it

    (shown,) = blocks(_DOCUMENT, "html")
    assert template.read_text("utf-8") == f"<p>Thank you!</p>\n{shown}"
    assert shown == _BEFORE.replace("s3s.fr", "shop.example")


def test_the_snippet_is_credited_to_the_printed_link(shop: Flask, serve: Serve) -> None:
    """Link, click, picture, and each of the reports that the table names."""
    visitor = Browser(serve(shop, https=True))
    (command,) = _commands("flask salestrack link")
    link = shop.test_cli_runner().invoke(args=shlex.split(command)[1:]).output.strip()
    (snippet,) = blocks(_DOCUMENT, "html")

    assert visitor.get(link).status == 302
    for _ in range(2):
        assert_silent(visitor.get(address_in(snippet)))

    tracker = shop.extensions["salestrack"]
    for by, name in (("newsletter", "2026-11"), ("contact", "c81"), ("link", "hero")):
        (row,) = tracker.report(by).rows
        assert (row.dimension, row.currency, row.count) == (name, "EUR", 1)
        assert str(row.revenue) == "10000.00"


def test_the_trial_hits_are_in_the_report(shop: Flask, serve: Serve, own_folder: Path) -> None:
    """By GET and by POST, with the real curl."""
    if shutil.which("curl") is None:
        pytest.skip("the commands of this document need curl")
    port = serve(shop, https=True)
    for command in _commands("curl "):
        here = command.replace("https://shop.example", f"http://127.0.0.1:{port}")
        subprocess.run(here, shell=True, check=True, capture_output=True)  # noqa: S602
        assert (own_folder / "saved.gif").read_bytes().startswith(b"GIF89a")

    (command,) = _commands("flask salestrack report")
    output = shop.test_cli_runner().invoke(args=shlex.split(command)[1:]).output

    assert "myuniverse  EUR           2         0    20.00\n" in output


def test_the_receiver_tells_why_a_hit_was_refused(
    shop: Flask, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """Plain http, as behind a proxy that does not tell."""
    (snippet,) = blocks(_DOCUMENT, "html")

    assert_silent(Browser(serve(shop)).get(address_in(snippet)))

    assert "splio: https is required" in caplog.messages


def test_call_and_picture_of_an_order_are_one_sale(shop_with_checkout: Flask, serve: Serve) -> None:
    """With the scope that the last snippet configures."""
    visitor = Browser(serve(shop_with_checkout, https=True))
    (snippet,) = blocks(_DOCUMENT, "html")

    assert visitor.post("/checkout", b"").text == "Thank you!"
    assert_silent(visitor.get(address_in(snippet)))

    (row,) = shop_with_checkout.extensions["salestrack"].report().rows
    assert (row.count, str(row.revenue)) == (1, "10000.00")


def test_the_reports_named_in_the_table_run(shop: Flask) -> None:
    """Also those that are not in a block of their own."""
    table = [line for line in _lines() if line.startswith("| ") and "`flask " in line]
    assert len(table) == 4
    for line in table:
        command = line.split("`")[1]
        assert shop.test_cli_runner().invoke(args=shlex.split(command)[1:]).exit_code == 0


def _lines() -> list[str]:
    return (ROOT / _DOCUMENT).read_text("utf-8").splitlines()
