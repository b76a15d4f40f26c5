"""``flask salestrack``: migrate, link and replay, their messages and exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_salestrack import conversion_recorded
from tests.flask.shops import MakeApp, run
from wsgi_salestrack import Conversion

COMMANDS = ("migrate", "link", "report", "replay", "doctor")
# What a command needs to run at all.
ARGUMENTS = {"link": ["/p", "--link", "hero"], "replay": ["--since", "2026-11-21"]}


def test_the_group_lists_its_commands(app: Flask) -> None:
    """Each with what it does."""
    result = run(app, "--help")

    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_has_an_example_that_runs(
    app: Flask, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Copied as it stands, up to what a shell does with its output."""
    monkeypatch.chdir(tmp_path)

    result = run(app, command, "--help")
    lines = [line.strip() for line in result.output.splitlines()]
    examples = [line for line in lines if line.startswith("flask salestrack ")]

    assert result.exit_code == 0
    assert examples
    for example in examples:
        prompt, group, *arguments = example.partition(" > ")[0].split()
        assert (prompt, group) == ("flask", "salestrack")
        ran = run(app, *arguments)
        assert ran.exit_code == 0, ran.output


def test_migrate_says_what_it_did(app: Flask, tmp_path: Path) -> None:
    """The second time there is nothing to do."""
    first, second = run(app, "migrate"), run(app, "migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.startswith("done: ")
    assert first.output.endswith("the tables are up to date\n")
    assert second.output == "the tables are up to date\n"
    assert (tmp_path / "instance" / "salestrack.db").is_file()


@pytest.mark.parametrize(
    ("arguments", "destination", "names"),
    [
        pytest.param(
            ["/p/socks", "--contact", "c81", "--newsletter", "2026-11", "--link", "hero"],
            "/p/socks",
            {"contact": "c81", "newsletter": "2026-11", "link": "hero"},
            id="newsletter",
        ),
        pytest.param(
            ["/p", "--list", "main", "--subscription", "s7"],
            "/p",
            {"list": "main", "subscription": "s7"},
            id="list",
        ),
        pytest.param(
            ["https://partner.example/", "--publisher", "p7", "--offsite"],
            "https://partner.example/",
            {"publisher": "p7"},
            id="publisher",
        ),
    ],
)
def test_link_prints_the_tracked_url(
    app: Flask, arguments: list[str], destination: str, names: dict[str, str]
) -> None:
    """The same that Python makes of it, and nothing else on the line."""
    result = run(app, "link", *arguments)

    tracker = app.extensions["salestrack"]
    assert result.exit_code == 0
    assert result.output == f"{tracker.click_url(destination, offsite=True, **names)}\n"
    assert app.test_client().head(result.output.strip()).headers["Location"] == destination


def test_link_prints_landing_links_with_the_shops_address(make_app: MakeApp) -> None:
    """As a mail needs them."""
    app = make_app(SALESTRACK_BASE_URL="https://shop.example")

    result = run(app, "link", "/p/socks", "--newsletter", "2026-11", "--landing")

    assert result.output.startswith("https://shop.example/p/socks?st_token=")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["/p"], "newsletter", id="nobody to credit"),
        pytest.param([], "DESTINATION", id="no destination"),
        pytest.param(["//evil.example", "--link", "a"], "destination", id="another site"),
        pytest.param(["https://a.example/", "--link", "a"], "offsite", id="offsite not said"),
        pytest.param(["/p", "--link", "x" * 101], "link", id="name too long"),
        pytest.param(["/p", "--campaign", "a"], "--campaign", id="unknown option"),
    ],
)
def test_a_wrong_link_is_a_usage_error(app: Flask, arguments: list[str], message: str) -> None:
    """One that names the argument, with exit code 2."""
    result = run(app, "link", *arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_replay_sends_the_signals_again(app: Flask) -> None:
    """To the application's receivers, and says how many."""
    tracker = app.extensions["salestrack"]
    ids = [tracker.record(Conversion(reference=str(number))).id for number in range(3)]
    heard: list[int] = []

    def receiver(_sender: Flask, *, recorded: Any, environ: object) -> None:
        assert environ is None
        heard.append(recorded.id)

    with conversion_recorded.connected_to(receiver, sender=app):
        everything = run(app, "replay", "--since", "2020-01-01")
        nothing = run(app, "replay", "--since", "2090-01-01T13:00")

    assert (everything.exit_code, nothing.exit_code) == (0, 0)
    assert everything.stdout == "3 sent again, 0 of them failed\n"
    assert nothing.stdout == "0 sent again, 0 of them failed\n"
    assert heard == ids


def test_replay_fails_where_a_receiver_fails_again(app: Flask) -> None:
    """It goes on to the end, and the exit code is 1."""
    for number in range(3):
        app.extensions["salestrack"].record(Conversion(reference=str(number)))

    def receiver(_sender: Flask, *, recorded: Any, environ: object) -> None:
        assert environ is None
        if recorded.conversion.reference == "1":
            raise LookupError("no such order")

    with conversion_recorded.connected_to(receiver, sender=app):
        result = run(app, "replay", "--since", "2020-01-01")

    assert result.exit_code == 1
    assert result.stdout == "3 sent again, 1 of them failed\n"
    assert "log" in result.stderr


@pytest.mark.parametrize(
    "since", ["yesterday", "2026-13-01", "21.11.2026", "2026-W47", "2026W47", ""]
)
def test_replay_wants_a_day_or_a_moment(app: Flask, since: str) -> None:
    """The error shows how either is written."""
    result = run(app, "replay", "--since", since)

    assert result.exit_code == 2
    assert "2026-11-21T13:00" in result.stderr


def _folder_in_place_of_the_file(make_app: MakeApp, tmp_path: Path) -> Flask:
    (tmp_path / "sales.db").mkdir()
    return make_app(SALESTRACK_DATABASE=str(tmp_path / "sales.db"))


def _missing_folder(make_app: MakeApp, tmp_path: Path) -> Flask:
    return make_app(SALESTRACK_DATABASE=str(tmp_path / "missing" / "sales.db"))


def _no_database(make_app: MakeApp, _tmp_path: Path) -> Flask:
    return make_app(SALESTRACK_DATABASE=None)


def _not_a_database(make_app: MakeApp, tmp_path: Path) -> Flask:
    (tmp_path / "sales.db").write_text("this is no database, " * 100)
    return make_app(SALESTRACK_DATABASE=str(tmp_path / "sales.db"))


@pytest.mark.parametrize(
    "make",
    [_folder_in_place_of_the_file, _missing_folder, _no_database, _not_a_database],
)
@pytest.mark.parametrize("command", ["migrate", "report", "replay"])
def test_without_a_working_database_a_command_says_what_is_wrong(
    make_app: MakeApp, tmp_path: Path, make: Callable[[MakeApp, Path], Flask], command: str
) -> None:
    """In a last line without a traceback, with exit code 1."""
    result = run(make(make_app, tmp_path), command, *ARGUMENTS.get(command, []))

    assert result.exit_code == 1
    assert result.stdout == ""
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert "database" in last or "sales.db" in last
    assert "Traceback" not in result.stderr


def test_links_need_no_database(make_app: MakeApp) -> None:
    """A token is made of its names."""
    assert run(make_app(SALESTRACK_DATABASE=None), "link", "/p", "--link", "a").exit_code == 0
