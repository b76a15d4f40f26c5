"""What a wrong database says to the operator: one line that names the key and the remedy."""

from __future__ import annotations

import builtins
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from flask_salestrack import SalesTrack
from tests.support.daemons import free_ports
from tests.support.databases import DatabaseServer
from tests.support.shop import SECRET
from wsgi_salestrack import (
    Config,
    ConfigError,
    Conversion,
    SalesTrackMiddleware,
    StoreError,
    Tracker,
)
from wsgi_salestrack.cli import main

PASSWORD = "s3cret-of-the-shop"


def tracker_of(database: Any) -> Tracker:
    return Tracker(Config(secret_keys=[SECRET], database=database))


def run(folder: Path, url: str, *arguments: str) -> Result:
    file = folder / "salestrack.toml"
    file.write_text(f"secret_keys = ['{SECRET}']\ndatabase = '{url}'\n")
    return CliRunner().invoke(main, ["--config", str(file), *arguments])


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("postgresql+psycopg://h:port/x", ["postgresql+psycopg://user"], id="port"),
        pytest.param("nosuch://h/x", ["nosuch", "postgresql+psycopg://user"], id="dialect"),
        pytest.param("postgresql+nosuch://h/x", ["postgresql+nosuch"], id="driver-name"),
        pytest.param("oracle+oracledb://h/x", ["pip install oracledb"], id="driver-missing"),
        pytest.param("sqlite://", ["memory", "file"], id="memory"),
        pytest.param("://", ["postgresql+psycopg://user"], id="nothing"),
    ],
)
def test_a_url_that_can_not_be_used_is_refused_at_start(
    url: str, words: list[str], tmp_path: Path
) -> None:
    """Before any hit; the same by Python, Flask and the command line."""
    with pytest.raises(ConfigError, match=r"^database ") as refused:
        tracker_of(url)
    assert all(word in str(refused.value) for word in words)
    assert "\n" not in str(refused.value)

    app = Flask("shop")
    app.config.update(SECRET_KEY=SECRET, SALESTRACK_DATABASE=url)
    with pytest.raises(ConfigError, match=r"^SALESTRACK_DATABASE "):
        SalesTrack(app)

    result = run(tmp_path, url, "migrate")
    assert result.exit_code == 1
    assert all(word in result.stderr for word in [*words, "salestrack.toml", "database"])


def test_without_sqlalchemy_a_url_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    import_ = builtins.__import__

    def without(name: str, *arguments: Any, **keywords: Any) -> Any:
        if name.partition(".")[0] == "sqlalchemy" and not (
            arguments and len(arguments) > 3 and arguments[3]
        ):
            raise ModuleNotFoundError("No module named 'sqlalchemy'", name="sqlalchemy")
        return import_(name, *arguments, **keywords)

    for module in list(sys.modules):
        if module.startswith("wsgi_salestrack.stores.sqlalchemy"):
            monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    with pytest.raises(ConfigError, match=r'pip install "flask-salestrack\[sqlalchemy\]"'):
        tracker_of("postgresql+psycopg://h/x")


@pytest.fixture(params=["postgresql", "mariadb"])
def running(request: pytest.FixtureRequest) -> DatabaseServer:
    """A server that others use as well."""
    found: DatabaseServer = request.getfixturevalue(request.param)
    return found


def wrong_urls(server: DatabaseServer, url: str) -> dict[str, tuple[str, str]]:
    """What may be wrong with a URL, and a word of its remedy."""
    (closed,) = free_ports(1)
    return {
        "nobody listens": (url.replace(f":{server.port}/", f":{closed}/"), "start the server"),
        "no such database": (url.replace("/test_", "/missing_"), "database"),
        "wrong password": (url.replace(f":{server.password}@", f":{PASSWORD}@"), "password"),
        "no rights": (server.url_of_user_without_rights(url), "grant"),
    }


@pytest.mark.parametrize(
    "wrong", ["nobody listens", "no such database", "wrong password", "no rights"]
)
def test_a_database_that_can_not_be_used_says_why(
    running: DatabaseServer, wrong: str, tmp_path: Path
) -> None:
    """By the doctor, by migrate and by whoever records; no password is ever told."""
    with running.fresh_database() as url:
        mistaken, remedy = wrong_urls(running, url)[wrong]

        migrated = run(tmp_path, mistaken, "migrate")
        assert migrated.exit_code == 1
        (line,) = migrated.stderr.splitlines()
        assert "database " in line
        assert remedy in line

        doctor = run(tmp_path, mistaken, "doctor")
        assert doctor.exit_code == 1
        (found,) = [each for each in doctor.stdout.splitlines() if each.startswith("WRONG")]
        assert remedy in found

        tracker = tracker_of(mistaken)
        with pytest.raises(StoreError, match=remedy) as failure:
            tracker.record(Conversion(reference="1"))
        tracker.close()
        told = line + found + str(failure.value)
        assert PASSWORD not in told
        assert running.password not in told


def test_the_start_says_so_and_the_shop_starts_all_the_same(
    running: DatabaseServer, caplog: pytest.LogCaptureFixture
) -> None:
    """One line in the log for each mistake; a database that is well is not talked about."""
    with running.fresh_database() as url:
        for mistaken, remedy in wrong_urls(running, url).values():
            if remedy == "grant":
                continue  # what is not there yet can't be refused: the first hit says so
            caplog.clear()
            with closing(tracker_of(mistaken)) as tracker:
                SalesTrackMiddleware(_no_shop, tracker)
            (record,) = caplog.records
            assert record.levelname == "ERROR"
            assert remedy in record.getMessage()
            assert "\n" not in record.getMessage()

        caplog.clear()
        with closing(tracker_of(url)) as tracker:
            SalesTrackMiddleware(_no_shop, tracker)
        assert not caplog.records


def _no_shop(_environ: Any, _start_response: Any) -> list[bytes]:
    return []


def test_a_healthy_database_passes_the_doctor(running: DatabaseServer, tmp_path: Path) -> None:
    """Its durability is looked at, and a trial sale goes in and out; by a URL without options."""
    with running.fresh_database() as fresh:
        url = fresh.partition("?")[0]
        assert run(tmp_path, url, "migrate").output.splitlines()[-1] == "the tables are up to date"
        doctor = run(tmp_path, url, "doctor")

    assert doctor.exit_code == 0, doctor.output
    assert "WRONG" not in doctor.output
    durable = "fsync (on)" if "postgresql" in url else "innodb_flush_log_at_trx_commit (1)"
    assert durable in doctor.output


def test_a_url_that_calls_mariadb_mysql_says_how_to_write_it(
    mariadb: DatabaseServer, tmp_path: Path
) -> None:
    """Their collations differ, and the tables would not be the same."""
    with mariadb.fresh_database() as url:
        result = run(tmp_path, url.replace("mariadb+", "mysql+"), "migrate")

    assert result.exit_code == 1
    assert "mariadb+pymysql://" in result.stderr


def test_a_server_that_may_lose_sales_is_told_by_the_doctor(
    own_mariadb: DatabaseServer, tmp_path: Path
) -> None:
    """With what to set."""
    own_mariadb.run("SET GLOBAL innodb_flush_log_at_trx_commit = 0")
    with own_mariadb.fresh_database() as url:
        doctor = run(tmp_path, url, "doctor")

    assert doctor.exit_code == 1
    assert "innodb_flush_log_at_trx_commit (0): it is 0" in doctor.stdout
    assert "set it to 1" in doctor.stdout
