"""``docs/deploying.md``: what it lists is all there is, and its commands do what they are for."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.support.documents import ROOT, blocks, cells
from tests.support.guides import flask, shell, shop_of
from tests.support.required import need_command
from tests.support.rows import rows_of
from wsgi_salestrack import Conversion
from wsgi_salestrack.stores.sqlalchemy.dialects import spelling_of
from wsgi_salestrack.stores.sqlalchemy.engines import engine_of
from wsgi_salestrack.stores.statements import TABLES

_DOCUMENT = "docs/deploying.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_INSTALL, _MIGRATE, _BACKUP = blocks(_DOCUMENT, "sh")
*_, _PROXY = blocks(_DOCUMENT, "python")


def test_citus_distributes_every_table() -> None:
    """In an order in which none refers to one that is not distributed yet."""
    (statements,) = blocks(_DOCUMENT, "sql")

    tables = re.findall(r"create_distributed_table\('salestrack_(\w+)', 'site'\);", statements)

    assert tables == [*TABLES]


def test_what_is_to_be_installed_is_an_extra_of_ours_and_a_driver_that_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for line in _INSTALL.splitlines():
        _pip, _install, ours, driver = shlex.split(line, comments=True)
        name, extra = ours.rstrip("]").split("[")
        assert name == project["name"]
        assert extra in extras
        assert any(each.startswith(f"{driver}>=") for each in extras["test"])


@pytest.mark.parametrize(("_server", "url"), cells(_DOCUMENT, "server"))
def test_a_url_of_the_table_is_one_that_is_taken(_server: str, url: str) -> None:
    """With a driver that is there, and SQL for it; nobody is connected to."""
    engine = engine_of(url)

    assert engine.dialect.name == make_url(url).get_backend_name()
    assert spelling_of(engine)


def test_the_tables_are_made_and_a_copy_of_them_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the file is in use, and its last sale is in the write-ahead log."""
    need_command("sqlite3", "sqlite3")
    app = shop_of(_PROXY, tmp_path, monkeypatch)
    migrate, doctor = (
        command.replace("flask ", "flask --app shop ") for command in _MIGRATE.splitlines()
    )
    assert flask(app, migrate).endswith("the tables are up to date\n")
    assert flask(app, doctor).endswith("nothing to mend\n")
    tracker = app.extensions["salestrack"]
    tracker.record(Conversion(reference="1001"))
    monkeypatch.chdir(tmp_path / "here")

    shell(_BACKUP, 0)

    copy = Path(shlex.split(_BACKUP)[-1].split()[-1])
    assert [row["reference"] for row in rows_of(copy, "conversions")] == ["1001"]
    assert [path.name for path in Path().glob("*.db")].count("salestrack.db") == 1
    tracker.close()


def test_nginx_sets_what_the_snippet_trusts() -> None:
    """No more, and no less: what it leaves out, a visitor may say."""
    (block,) = blocks(_DOCUMENT, "nginx")
    told = {name.lower() for name in re.findall(r"proxy_set_header X-Forwarded-(\w+) ", block)}

    trusted = re.findall(r"x_(\w+)=1", _PROXY)

    assert told == set(trusted) <= {"for", "proto", "host", "port", "prefix"}
    assert ProxyFix(lambda *_: [], **{f"x_{name}": 1 for name in trusted}).x_prefix == 1


@pytest.mark.parametrize("command", re.findall(r"`(gunicorn .*?)`", _PAGE))
def test_gunicorn_takes_the_options(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the page's own shop."""
    monkeypatch.chdir(tmp_path)
    Path("shop.py").write_text(_PROXY, "utf-8")
    program, *options = shlex.split(command)

    done = subprocess.run(
        [sys.executable, "-m", program, "--check-config", *options], check=False, cwd=tmp_path
    )

    assert done.returncode == 0
