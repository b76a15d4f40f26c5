"""What the page on moving from Ubivox says is run: its shop, its server and its commands."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.orders import order_of
from tests.support.required import need_command
from tests.support.shop import SECRET
from wsgi_salestrack import Config
from wsgi_salestrack.model import TRUST

_ROOT = Path(__file__).parents[1]
_PAGE = (_ROOT / "docs" / "moving-from-ubivox-pixels.md").read_text("utf-8")
_ADDRESS = "127.0.0.1:8000"
_PATIENCE = 30  # seconds

_LIMIT = "--limit-request-line 8190"

Start = Callable[..., int]


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


_START, *_COMMANDS = _blocks("sh")


def _environment(folder: Path) -> dict[str, str]:
    """As in a shop's own virtual environment."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": programs, "PYTHONPATH": str(_ROOT), "HOME": str(folder), "COLUMNS": "100"}


def _answers(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    return False


@contextmanager
def _running(command: str, port: int, folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command.replace(_ADDRESS, f'127.0.0.1:{port}')}"],
            cwd=folder,
            env=_environment(folder),
            stdout=log,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + _PATIENCE
            while not _answers(port):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(_PATIENCE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the page's shop with its command; the port comes back."""
    (tmp_path / "shop.py").write_text("\n\n".join(_blocks("python")))
    with ExitStack() as stack:

        def run(limit: str = _LIMIT) -> int:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port: int = free.getsockname()[1]
            assert _LIMIT in _START
            stack.enter_context(_running(_START.replace(_LIMIT, limit), port, tmp_path))
            return port

        yield run


def _run(folder: Path, port: int, script: str) -> str:
    """What the commands of a block print, with the shop where it is."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(_ADDRESS, f"127.0.0.1:{port}")],
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_commands_record_a_target_and_a_signed_order(start: Start, tmp_path: Path) -> None:
    """In the order of the page, one after the other."""
    need_command("curl", "curl")
    need_command("openssl", "openssl")
    port = start()
    link, target, order, report = _COMMANDS

    _run(tmp_path, port, link)
    for command in (target, order):
        headers = _run(tmp_path, port, command)
        assert headers.startswith("HTTP/1.1 200"), headers
        assert "Content-Type: image/gif" in headers
        assert "ST-Error" not in headers
        assert (tmp_path / "pixel.gif").read_bytes().startswith(b"GIF89a")

    assert re.search(r"2026-11 .* 1 .* 1\.50", _run(tmp_path, port, report))
    totals = _run(tmp_path, port, f"{report.strip()} --format csv")
    assert "49.95" in totals


def test_the_order_of_the_view_is_one_that_is_taken(start: Start, tmp_path: Path) -> None:
    """The page's view shows a signed pixel."""
    need_command("curl", "curl")
    port = start()
    _run(tmp_path, port, _COMMANDS[0])

    shown = (
        f"src=$(curl -s http://{_ADDRESS}/thanks | sed 's/.*src=\"//; s/\".*//; s/&amp;/\\&/g')\n"
        f'curl -sD - -o pixel.gif -b cookies.txt "http://{_ADDRESS}$src"'
    )
    headers = _run(tmp_path, port, shown)

    assert headers.startswith("HTTP/1.1 200"), headers
    assert "ST-Error" not in headers


def test_the_setting_for_the_time_of_the_move_is_one() -> None:
    """Orders whose clicks are still at Ubivox are kept."""
    (sources,) = re.findall(r"SALESTRACK_RECORD_UNATTRIBUTED = (\[.*?\])", _PAGE, re.DOTALL)

    config = Config(secret_keys=[SECRET], record_unattributed=json.loads(sources))

    assert config.record_unattributed == set(TRUST)  # and no other source is left out by it


def _query(products: int) -> str:
    """An order of products such as the vendor's, with a digest."""
    order = order_of(products)
    for index in range(products):
        order[f"et_prod_{index}_id"] = str(9040493329 + index)
        order[f"et_prod_{index}_name"] = "Mens black socks"
        order[f"et_prod_{index}_category"] = "socks,mens"
        order[f"et_prod_{index}_unit_price"] = "12.95"
    return urlencode({**order, "et_digest": "0" * 64})


@pytest.mark.parametrize(
    ("limit", "products"),
    [("", 28), (_LIMIT, 57), ("--limit-request-line 0", 450)],
    ids=["default", "8190", "0"],
)
def test_so_many_products_go_through(start: Start, limit: str, products: int) -> None:
    """The table's numbers, give or take a quarter, and what becomes of a longer pixel."""
    assert re.search(rf"^\| .*\| {products} \|", _PAGE, re.MULTILINE)
    port = start(limit)

    def asked(count: int) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        connection.request("GET", f"/et/?{_query(count)}")
        answer = connection.getresponse()
        connection.close()
        return answer.status, answer.headers.get("ST-Error", "")

    assert asked(products * 3 // 4) == (200, "et_digest does not match the parameters")
    status, error = asked(products * 5 // 4)
    if products == 450:
        assert (status, error) == (200, "the query string is longer than 64 KiB")
    else:
        assert status in (400, 414)
