"""The command line: ``flask salestrack``, and without Flask ``salestrack --config FILE``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, NoReturn, ParamSpec

import click

from . import doctor
from .config import Config
from .config_values import below
from .errors import BadValue, ConfigError, SalesTrackError
from .reports import FORMATS, render
from .stores.base import Finding
from .stores.statements import DIMENSIONS
from .tracker import Tracker

Parameters = ParamSpec("Parameters")


class Host(NamedTuple):
    """What a command works on.

    :param application: the WSGI application that salestrack is mounted in, where there is one.
    :param findings: what the host's framework adds to the doctor's examination.
    """

    tracker: Tracker
    application: doctor.Application | None = None
    findings: Callable[[], list[Finding]] = list


#: What a group of these commands keeps in ``context.obj``. Called when a command runs, and not
#: before, so that help needs no configuration.
LoadHost = Callable[[], Host]


def pass_host(command: Callable[Concatenate[Host, Parameters], None]) -> Callable[Parameters, None]:
    """Pass a command what it works on."""

    @wraps(command)
    def with_host(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        context = click.get_current_context()
        load: LoadHost = context.obj
        host = load()
        context.call_on_close(host.tracker.close)
        command(host, *arguments, **options)

    return with_host


class _Command(click.Command):
    """A command whose errors are one line that says what to mend, with exit code 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ConfigError as error:
            raise click.ClickException(str(error)) from None
        except BadValue as error:
            raise click.UsageError(str(error), context) from None
        except SalesTrackError as error:
            raise click.ClickException(str(error)) from None


class _Moment(click.ParamType[date]):
    """A day, or a moment with its time."""

    name = "day|moment"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
        except ValueError:
            self.fail("is neither a day (2026-11-21) nor a moment (2026-11-21T13:00)")


@click.command(cls=_Command)
@pass_host
def migrate(host: Host, /) -> None:
    """Create or upgrade the tables.

    SQLite's are also made when the file is first used; run this after an upgrade to see what it
    does.

    \b
    Example:
      flask salestrack migrate
    """
    steps = host.tracker.store.migrate()
    for step in steps:
        click.echo(f"done: {step}")
    click.echo("the tables are up to date")


@click.command(cls=_Command)
@click.argument("destination")
@click.option("--contact", help="Whom the mail goes to.")
@click.option("--newsletter", help="The newsletter that the link stands in.")
@click.option("--link", help="Which of its links.")
@click.option("--list", help="The list that it went to.")
@click.option("--subscription", help="The contact's subscription to that list.")
@click.option("--publisher", help="The affiliate who refers visitors.")
@click.option("--offsite", is_flag=True, help="The destination is an absolute URL elsewhere.")
@click.option("--landing", is_flag=True, help="Link to the page itself, without a redirect.")
@pass_host
def link(host: Host, /, destination: str, **names: Any) -> None:
    """Print the tracked URL of a link to DESTINATION, a path of the shop.

    \b
    Examples:
      flask salestrack link /p/socks --contact c81 --newsletter 2026-11 --link hero
      flask salestrack link /p/socks --newsletter 2026-11 --landing
      flask salestrack link https://partner.example/ --publisher p7 --offsite
    """
    click.echo(host.tracker.click_url(destination, **names))


@click.command(cls=_Command)
@click.option("--by", type=click.Choice(DIMENSIONS), default="newsletter", show_default=True)
@click.option("--since", type=_Moment(), help="The first day in the shop's time zone, or moment.")
@click.option("--until", type=_Moment(), help="The last day, or the moment after the last.")
@click.option("--currency", help="Only this one, such as USD.")
@click.option(
    "--where", multiple=True, metavar="NAME=VALUE", help="Only these; 'NAME=' for those without."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@pass_host
def report(host: Host, /, form: str, where: tuple[str, ...], **selection: Any) -> None:
    """Print what sold: conversions, items and revenue per currency.

    \b
    Examples:
      flask salestrack report --by newsletter
      flask salestrack report --by day --since 2026-11-01 --until 2026-11-30
      flask salestrack report --by link --where newsletter=2026-11 --format csv > links.csv
    """
    found = host.tracker.report(where=_conditions(where), **selection)
    titles = {}
    if found.by == "target":
        titles = {target.id: target.title for target in host.tracker.config.targets.values()}
    click.echo(render(found, form, titles), nl=False)


def _conditions(where: tuple[str, ...]) -> dict[str, str | None]:
    conditions: dict[str, str | None] = {}
    for condition in where:
        name, equals, value = condition.partition("=")
        if not equals:
            raise BadValue("--where", f"{condition!r} is not NAME=VALUE")
        if name in conditions:
            raise BadValue("--where", f"gives {name} twice")
        conditions[name] = value or None
    return conditions


@click.command(cls=_Command)
@click.option("--since", type=_Moment(), help="All since a day, or a moment.")
@pass_host
def replay(host: Host, /, since: date | None) -> None:
    """Send the signals of stored conversions again.

    Without --since, only those that were never sent, because the process ended between the commit
    and the signal, or that a receiver failed at. With it, all: conversions that came since are sent
    as recorded, older ones that changed since as enriched.

    Receivers get the same recorded.id as the first time, and so can tell what they have. Exit code
    1 if a receiver failed again.

    \b
    Examples:
      flask salestrack replay
      flask salestrack replay --since 2026-11-21
      flask salestrack replay --since 2026-11-21T13:00
    """
    sent = failed = 0
    replayed = host.tracker.replay(since)
    with click.progressbar(replayed, label="replaying", show_pos=True, file=sys.stderr) as progress:
        for _recorded, succeeded in progress:
            sent += 1
            failed += not succeeded
    if sent and not host.tracker.listened_to:
        raise click.ClickException("no receiver is connected in this process: nothing was sent")
    click.echo(f"{sent} conversions sent again, {failed} of them failed")
    if failed:
        raise click.ClickException("receivers failed; the log says which and why")


@click.command(name="doctor", cls=_Command)
@pass_host
def examine(host: Host, /) -> None:
    """Say what to mend, in plain words.

    Checks configuration, keys, database, durability and the way of a hit through the middleware.

    The trial hit is recorded under a site of its own and deleted again. Exit code 1 if sales would
    be lost or miscounted.

    \b
    Example:
      flask salestrack doctor
    """
    findings = [*doctor.examine(host.tracker, host.application), *host.findings()]
    serious = 0
    for finding in findings:
        if finding.problem is None:
            click.echo(f"{click.style('ok', fg='green')}    {finding.subject}")
        elif finding.serious:
            serious += 1
            click.echo(f"{click.style('WRONG', fg='red')} {finding.subject}: {finding.problem}")
        else:
            click.echo(f"{click.style('note', fg='yellow')}  {finding.subject}: {finding.problem}")
    if serious:
        raise click.ClickException(f"{serious} to mend")
    click.echo("nothing to mend")


COMMANDS = (migrate, link, report, replay, examine)


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
