from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from example_app.clients.__main__ import main
from example_app.credentials import kept_credentials
from tests.example_app.processes import ROOT, environment, running_shop
from tests.example_app.rows import rows_in
from tests.support.server import Serve
from tests.support.shop import page

SALES = "SELECT touch_newsletter, COUNT(*) FROM conversions GROUP BY touch_newsletter"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process looks for a shop's files; there is none."""
    monkeypatch.setenv("EXAMPLE_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


def play(instance: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the clients in the folder of a shop."""
    return subprocess.run(
        [sys.executable, "-m", "example_app.clients", *arguments],
        cwd=ROOT,
        env=environment(instance, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def answers(text: str) -> list[str]:
    """What came back, line by line."""
    return [line.strip() for line in text.splitlines() if line.startswith("      ")]


def test_every_dialect_is_played_twice(tmp_path: Path) -> None:
    """Each line has its answer, reports and commissions follow; and a second run counts anew.

    Also where the shop calls itself by its public name.
    """
    instance = tmp_path / "instance"
    with running_shop(instance) as address:
        done = play(instance, "--url", address)
    with running_shop(instance, SALESTRACK_BASE_URL="https://shop.example") as address:
        again = play(instance, "--url", f"{address}/")

    assert (done.returncode, done.stderr) == (0, "")
    assert [
        re.sub(r"(<img).*|, known or not", r"\1", answer) for answer in answers(done.stdout)
    ] == [
        "redirected to /p/ridge-socks, with a cookie that remembers the click",
        "redirected to /p/ridge-socks, with a cookie that remembers the click",
        "an image without ST-Error: saved",
        "an image, but not recorded: st_revenue or st_quantity is required",
        "an image without ST-Error: saved",
        "an image, but not recorded: et_digest does not match the parameters",
        "<img",
        "an image without ST-Error: the reader is tied to the order",
        "true",
        "true",
        "true",
        "an image without ST-Error: saved",
        "saved or not, the buyer is led on to /",
        "201 Conversion will be saved and processed later",
        "201 Conversion will be saved and processed later",
        "an image, as always: this dialect never tells whether it was saved",
        "order 1001 is placed",
        "an image without ST-Error: saved",
        "an image without ST-Error: saved",
        "true",
    ]
    assert "the report counts it once" in done.stdout
    for total in (
        "2026-11     USD           9         5   543.34",
        "1 Sale         USD           2",
    ):
        assert total in done.stdout
    assert done.stdout.count("cold-feet") == done.stdout.count("knit-network") == 3
    assert (again.returncode, again.stderr) == (0, "")
    assert "the report counts it once" in again.stdout
    # Nine of each run, and the cancelled one, which no page ever showed to the reader.
    assert sorted(rows_in(f"sqlite:///{instance}/salestrack.db", SALES), key=str) == [
        ("2026-11", 18),
        (None, 2),
    ]
    keys = [path.read_text("ascii") for path in instance.glob("*_*")]
    assert len(keys) == 6
    for key in keys:
        assert key[:12] not in done.stdout


def test_broken_tracking_is_told_in_plain_words(tmp_path: Path) -> None:
    """Nothing is recorded, and each dialect says so in its own way; the shop sells."""
    instance = tmp_path / "instance"
    with running_shop(instance, BREAK_TRACKING="1") as address:
        done = play(instance, "--url", address, BREAK_TRACKING="1")

    assert done.returncode == 0, done.stderr
    assert "status 503 Service Unavailable" in done.stdout
    assert "an image, but not recorded: the store failed" in done.stdout
    assert "503 not recorded: the store failed" in done.stdout
    assert "order 1001 is placed" in done.stdout
    assert "the report counts it not at all" in done.stdout


def test_without_a_shop_the_error_says_how_to_start_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, and no folder is made."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert main(["--url", f"http://127.0.0.1:{port}"]) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith(f"No shop answers at http://127.0.0.1:{port}. Start it in another")
    assert line.endswith(f" -m example_app --port {port}")
    assert not folder.exists()


def test_another_folders_shop_is_not_played_with(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without its keys, or with another's, one line says where to start this."""
    with running_shop(tmp_path / "its own") as address:
        assert main(["--url", address]) == 1
        without = capsys.readouterr()
        assert not folder.exists()
        folder.mkdir()
        kept_credentials(folder)
        assert main(["--url", address]) == 1

    for printed, problem in (
        (without, "are not in"),
        (capsys.readouterr(), "has other keys than"),
    ):
        (line,) = printed.err.splitlines()
        assert problem in line
        assert line.endswith("start this in the shop's folder.")


def test_what_is_no_example_shop_is_told(
    folder: Path, serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """Something else listens on that port."""
    folder.mkdir()
    kept_credentials(folder)
    address = f"http://127.0.0.1:{serve(page)}"

    assert main(["--url", address]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"What answers at {address} is not the example shop")


@pytest.mark.parametrize("url", ["127.0.0.1:5000", "https://a.example", "http://", "http://a:b"])
def test_what_is_no_address_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is asked for."""
    with pytest.raises(SystemExit, match="2"):
        main(["--url", url])

    assert "an address is such as http://127.0.0.1:5000" in capsys.readouterr().err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """The two commands in the order in which they are typed."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    text = capsys.readouterr().out
    assert text.index("python -m example_app  ") < text.index("python -m example_app.clients --url")
