from __future__ import annotations

import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from example_app import create_app
from example_app.database import transaction
from example_app.keys import kept_key
from tests.example_app.conftest import OpenShop
from tests.example_app.processes import ROOT, environment, flask_command
from tests.example_app.rows import change, close, rows


def start(instance: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "example_app", *arguments],
        cwd=ROOT,
        env=environment(instance),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_named_plainly(tmp_path: Path) -> None:
    """No traceback, but what is wrong and what to type instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = start(tmp_path, "--port", str(port))

    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 can't be used" in done.stderr
    assert "--port 0" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "http", "5_000"])
def test_what_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    """Before anything is made."""
    done = start(tmp_path / "instance", f"--port={port}")

    assert done.returncode == 2
    assert "a port is a number from 0 to 65535" in done.stderr
    assert not (tmp_path / "instance").exists()


def test_flask_finds_the_shop(tmp_path: Path) -> None:
    """``flask --app example_app`` needs no further word."""
    assert "/p/<slug>" in flask_command(tmp_path / "instance", "routes")


def test_keys_are_made_once_and_kept_from_others(open_shop: OpenShop) -> None:
    """One for the sessions, others for the tracker; long, and readable by their owner only."""
    first, second = open_shop(), open_shop()

    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"]
    assert first.config["SECRET_KEY"] not in first.config["SALESTRACK_SECRET_KEYS"]
    names = ["secret_key", "salestrack_key", "tamper_key", "xmlrpc_password", "bluehornet_secret"]
    assert len({(Path(first.instance_path) / name).read_text() for name in names}) == len(names)
    for name in names:
        path = Path(first.instance_path) / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(bytes.fromhex(path.read_text())) == 32


def test_workers_that_start_together_agree_on_a_key(tmp_path: Path) -> None:
    """One of them makes it, and no draft is left behind."""
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_key(path), range(64)))

    assert len(keys) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_workers_that_start_together_seed_once(tmp_path: Path) -> None:
    """Four processes' first starts at once leave eight products."""
    start = "import sys, example_app; example_app.create_app({'INSTANCE': sys.argv[1]})"
    command = [sys.executable, "-c", start, str(tmp_path)]
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]

    assert [worker.wait(60) for worker in workers] == [0] * 4
    app = create_app({"INSTANCE": tmp_path})
    assert rows(app, "SELECT COUNT(*) FROM products") == [(8,)]
    close(app)


def test_a_second_start_leaves_the_data_alone(open_shop: OpenShop, shop: Flask) -> None:
    """Only empty tables are filled."""
    change(shop, "UPDATE products SET stock = 7 WHERE slug = 'ridge-socks'")

    again = open_shop()

    assert rows(again, "SELECT stock FROM products WHERE slug = 'ridge-socks'") == [(7,)]


def test_the_database_refuses_what_makes_no_sense(shop: Flask) -> None:
    """Foreign keys and checks stand behind the code."""
    with shop.app_context():
        for statement in (
            "INSERT INTO order_lines VALUES (999, 'ridge-socks', 'x', 1, 1)",
            "UPDATE products SET stock = -1",
            "UPDATE products SET cents = 0",
        ):
            with pytest.raises(IntegrityError), transaction() as database:
                database.execute(text(statement))


def test_settings_come_from_the_environment_and_the_mapping_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EXAMPLE_ before a name sets it, for salestrack's own keys as well."""
    monkeypatch.setenv("EXAMPLE_INSTANCE", str(tmp_path / "from the environment"))
    monkeypatch.setenv("EXAMPLE_BREAK_TRACKING", "1")
    monkeypatch.setenv("EXAMPLE_SALESTRACK_BASE_URL", "https://shop.example")

    app = create_app()
    other = create_app({"INSTANCE": tmp_path / "mine", "BREAK_TRACKING": False})

    assert Path(app.instance_path) == tmp_path / "from the environment"
    assert app.config["BREAK_TRACKING"] == 1
    assert app.config["SALESTRACK_BASE_URL"] == "https://shop.example"
    assert Path(other.instance_path) == tmp_path / "mine"
    assert other.config["BREAK_TRACKING"] is False
    for opened in (app, other):
        close(opened)
