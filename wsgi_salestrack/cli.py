"""The command line without Flask: ``salestrack --config FILE``."""

from __future__ import annotations

from pathlib import Path

import click

from .commands import CALLED, COMMANDS, Host
from .config import Config
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
        return Tracker(Config.from_file(path))
    except ConfigError as error:
        raise click.ClickException(f"{path}: {error}") from None
