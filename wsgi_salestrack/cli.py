"""The command line without Flask: ``salestrack --config FILE``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NoReturn

import click

from .commands import CALLED, COMMANDS, Host
from .config import Config
from .config_values import below
from .errors import ConfigError
from .tracker import Tracker


@click.group(commands=COMMANDS)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="SALESTRACK_CONFIG",
    help="A TOML file with the configuration keys; or the variable SALESTRACK_CONFIG.",
)
@click.version_option(package_name="flask-salestrack", prog_name="salestrack")
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Which newsletter, link or contact sold what.

    In a Flask shop use "flask salestrack" instead, which reads the shop's own configuration.

    \b
    Examples:
      salestrack --config salestrack.toml report --by newsletter
      salestrack --config salestrack.toml doctor

    \b
    salestrack.toml:
      secret_keys = ["..."]
      database = "sales.db"        # a relative path counts from this file
      [targets]
      1 = "Sale"
    """

    def load() -> Host:
        if config is None:
            raise click.UsageError("missing --config FILE", context)
        return Host(_load(config))

    context.obj = load
    context.meta[CALLED] = "salestrack --config salestrack.toml"


def _load(path: Path) -> Tracker:
    try:
        keys = tomllib.loads(path.read_text(encoding="utf-8"))
        keys.setdefault("database", "salestrack.db")
        keys["database"] = below(path.parent, keys["database"])
        return Tracker(Config.from_mapping(keys))
    except ConfigError as error:
        _refuse(path, str(error))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        _refuse(path, f"is not TOML: {error}")


def _refuse(path: Path, problem: str) -> NoReturn:
    raise click.ClickException(f"{path}: {problem}")
