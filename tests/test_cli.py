"""``salestrack --config FILE``: the commands without Flask."""

from __future__ import annotations

import json
import sysconfig
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.processes import run_command
from tests.support.rows import row_counts
from tests.support.shop import SECRET
from wsgi_salestrack import Config, Conversion, Money, Touch, Tracker
from wsgi_salestrack.cli import main

# Each with what it needs to run at all.
COMMANDS: dict[str, list[str]] = {
    "migrate": [],
    "link": ["/p", "--link", "hero"],
    "report": [],
    "replay": ["--since", "2026-11-21"],
    "doctor": [],
}
_SALESTRACK = Path(sysconfig.get_path("scripts"), "salestrack")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A file with a configuration, beside the database that it names."""
    file = tmp_path / "salestrack.toml"
    file.write_text(
        f'secret_keys = ["{SECRET}"]\n'
        'database = "sales.db"\n'
        "[targets]\n"
        '1 = "Sale"\n'
        '2 = { title = "Gift", scope = "order" }\n'
    )
    return file


@pytest.fixture
def database(config: Path) -> Path:
    """The database, with one sale in it."""
    path = config.parent / "sales.db"
    tracker = Tracker(Config(secret_keys=[SECRET], database=path))
    sale = Conversion(reference="7", revenue=Money("49.95", "USD"), quantity=2, target="1")
    tracker.record(sale, touch=Touch(newsletter="2026-11"))
    tracker.close()
    return path


def _run(*arguments: str | Path, variables: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], env=variables)


def test_migrate(config: Path, tmp_path: Path) -> None:
    """A relative database counts from the file, wherever the command is run."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    done = run_command([_SALESTRACK, "--config", config, "migrate"], elsewhere)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("the tables are up to date\n")
    assert (tmp_path / "sales.db").is_file()
    assert list(elsewhere.iterdir()) == []


def test_link(config: Path, tmp_path: Path) -> None:
    """It prints what the tracker of the same configuration makes."""
    arguments = ["link", "/p/socks", "--newsletter", "2026-11"]

    done = run_command([_SALESTRACK, "--config", config, *arguments], tmp_path)

    tracker = Tracker(Config(secret_keys=[SECRET], database=None))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tracker.click_url('/p/socks', newsletter='2026-11')}\n"


@pytest.mark.usefixtures("database")
def test_report(config: Path, tmp_path: Path) -> None:
    """The configuration may be named by a variable."""
    done = run_command(
        [_SALESTRACK, "report", "--format", "json"], tmp_path, SALESTRACK_CONFIG=str(config)
    )

    assert (done.returncode, done.stderr) == (0, "")
    (row,) = json.loads(done.stdout)
    assert (row["newsletter"], row["count"], row["revenue"]) == ("2026-11", 1, "49.95")


@pytest.mark.usefixtures("database")
def test_replay(config: Path, tmp_path: Path) -> None:
    """Without an application there is nobody to hear it, and it does not say otherwise."""
    arguments = ["replay", "--since", "2020-01-01"]

    done = run_command([_SALESTRACK, "--config", config, *arguments], tmp_path)

    assert done.returncode == 1
    assert "no receiver is connected in this process: nothing was sent" in done.stderr


def test_doctor(config: Path, database: Path, tmp_path: Path) -> None:
    """Examines the same, but for the mounting, and leaves the shop's rows alone."""
    before = row_counts(database)

    done = run_command([_SALESTRACK, "--config", config, "doctor"], tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("nothing to mend\n")
    assert row_counts(database) == before


def test_a_missing_folder_is_found_by_the_doctor(config: Path) -> None:
    """With an exit code for scripts."""
    config.write_text(f'secret_keys = ["{SECRET}"]\ndatabase = "missing/sales.db"\n')

    result = _run("--config", config, "doctor")

    assert result.exit_code == 1
    assert "mkdir -p" in result.stdout


@pytest.mark.usefixtures("database")
def test_targets_have_their_titles(config: Path) -> None:
    """TOML's keys are text always; they are taken for the integers that they are."""
    result = _run("--config", config, "report", "--by", "target")

    assert result.exit_code == 0
    assert "\n1 Sale " in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_configuration_a_command_says_how_to_name_one(command: str) -> None:
    """A usage error, with exit code 2."""
    result = _run(command, *COMMANDS[command], variables={"SALESTRACK_CONFIG": ""})

    assert result.exit_code == 2
    assert "--config" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_needs_no_configuration(command: str) -> None:
    """Somebody who reads it may not have one yet."""
    result = _run(command, "--help")

    assert result.exit_code == 0, result.output
    assert "Example" in result.output


@pytest.mark.parametrize(
    "command", [["report"], ["forget"], ["payout", "prepare"], ["commission", "list"]]
)
def test_its_examples_run_without_flask(command: list[str]) -> None:
    """They can be copied: each names the configuration, and none the shop that there is not."""
    told = _run(*command, "--help").output

    examples = told.partition("Example")[2].splitlines()[1:]
    assert examples[0].startswith(f"    salestrack --config salestrack.toml {' '.join(command)}")
    assert "flask salestrack" not in told


def test_the_help_shows_a_configuration_that_works(tmp_path: Path) -> None:
    """The file in it, with a secret of one's own, is taken as it stands."""
    result = _run("--help")
    lines = result.output.partition("salestrack.toml:\n")[2].partition("\n\n")[0].splitlines()
    file = tmp_path / "salestrack.toml"
    file.write_text("\n".join(lines).replace('["..."]', f'["{SECRET}"]'))

    assert result.exit_code == 0
    assert _run("--config", file, "migrate").exit_code == 0
    assert (tmp_path / "sales.db").is_file()


def test_the_version_is_the_distributions() -> None:
    """For bug reports."""
    result = _run("--version")

    assert (result.exit_code, version("flask-salestrack") in result.output) == (0, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("secret_keys = [", ["TOML"], id="no TOML"),
        pytest.param("currency = 'USD'", ["secret_keys"], id="no secrets"),
        pytest.param("secret_keys = ['short']", ["secret_keys", "32"], id="a short secret"),
        pytest.param(f"secret_keys = '{SECRET}'", ["secret_keys"], id="a secret, not a list"),
        pytest.param(
            f"secret_keys = ['{SECRET}']\ncurency = 'USD'", ["curency", "currency"], id="misspelt"
        ),
        pytest.param(
            f"secret_keys = ['{SECRET}']\ncurrency = 'usd'", ["currency"], id="a wrong value"
        ),
        pytest.param(
            f"secret_keys = ['{SECRET}']\n[targets]\nsale = 'Sale'", ["targets"], id="target id"
        ),
        pytest.param(f"secret_keys = ['{SECRET}']\ndatabase = ''", ["database"], id="no path"),
        pytest.param(
            f"secret_keys = ['{SECRET}']\ndatabase = ':memory:'", ["database"], id="in memory"
        ),
        pytest.param(
            f"secret_keys = ['{SECRET}']\ndatabase = 'no://a'", ["database", "no"], id="a URL"
        ),
    ],
)
def test_a_wrong_configuration_is_refused(tmp_path: Path, text: str, words: list[str]) -> None:
    """The error names file and key, with exit code 1 and no traceback."""
    file = tmp_path / "wrong.toml"
    file.write_text(text)

    result = _run("--config", file, "migrate")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    for word in (str(file), *words):
        assert word in result.stderr
    assert SECRET not in result.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """As what is no TOML."""
    file = tmp_path / "wrong.toml"
    file.write_bytes(b"site = '\xff'")

    result = _run("--config", file, "migrate")

    assert result.exit_code == 1
    assert "TOML" in result.stderr


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """So is a folder."""
    result = _run("--config", tmp_path / name, "migrate")

    assert result.exit_code == 2
    assert "--config" in result.stderr
