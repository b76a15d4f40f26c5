"""For operators: tables, the examination, and signals that are sent again."""

from __future__ import annotations

import sys
from datetime import date

import click

from .. import doctor
from ..reports.table import printable
from ..stores.base import Finding
from .command import Command, Host, Moment, pass_host


@click.command(cls=Command)
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


@click.command(cls=Command)
@click.option("--since", type=Moment(), help="All since a day, or a moment.")
@pass_host
def replay(host: Host, /, since: date | None) -> None:
    """Send the signals of stored conversions and of their adjustments again.

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
    # A job's output is mailed: where nobody waits, nothing is to be said but the outcome.
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        replayed, hidden=hidden, label="replaying", show_pos=True, file=sys.stderr
    ) as progress:
        for _recorded, succeeded in progress:
            sent += 1
            failed += not succeeded
    if sent and not host.tracker.replay_is_heard:
        raise click.ClickException("no receiver is connected in this process: nothing was sent")
    click.echo(f"{sent} sent again, {failed} of them failed")
    if failed:
        raise click.ClickException("receivers failed; the log says which and why")


@click.command(name="doctor", cls=Command)
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
    _tell(findings)


@click.command(cls=Command)
@click.option(
    "--recount",
    is_flag=True,
    help="First add up the totals anew that SQLite keeps beside the rows.",
)
@pass_host
def verify(host: Host, /, *, recount: bool) -> None:
    """Prove that all that is stored adds up, to the minor unit.

    Every sale, adjustment, commission and payout is looked at, and the credits of every attribution
    model; so it takes a while. Exit code 1 if something does not hold.

    \b
    Examples:
      flask salestrack verify
      flask salestrack verify --recount
    """
    if recount:
        host.tracker.recount()
    _tell(host.tracker.verify())


def _tell(findings: list[Finding]) -> None:
    """Print what was found.

    :raises click.ClickException: if something serious is wrong.
    """
    serious = 0
    for finding in findings:
        told = printable(f"{finding.subject}: {finding.problem or ''}").removesuffix(": ")
        if finding.problem is None:
            click.echo(f"{click.style('ok', fg='green')}    {told}")
        elif finding.serious:
            serious += 1
            click.echo(f"{click.style('WRONG', fg='red')} {told}")
        else:
            click.echo(f"{click.style('note', fg='yellow')}  {told}")
    if serious:
        raise click.ClickException(f"{serious} to mend")
    click.echo("nothing to mend")
