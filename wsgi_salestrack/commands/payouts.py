"""For affiliate managers: payouts of commissions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import get_args

import click

from ..errors import BadValue
from ..payouts import HOLDING, Payout, PayoutState
from ..reports.listings import PAYOUTS, payout_cells
from ..tracker import Tracker
from .command import Command, Host, echo_rows, echo_text, format_option, pass_host
from .commissions import print_entries
from .files import whole_file


@click.group()
def payout() -> None:
    """Payouts: what publishers are paid at once."""


@payout.command(cls=Command)
@click.option(
    "--holding",
    type=click.IntRange(min=0),
    default=HOLDING.days,
    show_default=True,
    metavar="DAYS",
    help="How old a sale must be.",
)
@click.option(
    "--minimum", multiple=True, metavar="CURRENCY:AMOUNT", help="The least that is paid, as USD:25."
)
@click.option("--publisher", help="Only for this one.")
@format_option
@pass_host
def prepare(
    host: Host, /, holding: int, minimum: tuple[str, ...], publisher: str | None, form: str
) -> None:
    """Collect what is due into payouts, one for each publisher and currency; print them.

    That is what was approved, and what was taken back of it or of what was paid before. What comes
    to less than the minimum waits for the next time.

    \b
    Examples:
      flask salestrack payout prepare
      flask salestrack payout prepare --holding 60 --minimum USD:25 --minimum JPY:3000
    """
    prepared = host.tracker.prepare_payouts(
        holding=timedelta(days=min(holding, 10**6)), minimum=_least(minimum), publisher=publisher
    )
    _print(host, prepared, form)


@payout.command(name="list", cls=Command)
@click.option("--publisher", help="Only what this one is paid.")
@click.option("--state", type=click.Choice(get_args(PayoutState)), help="Only these.")
@format_option
@pass_host
def list_(host: Host, /, publisher: str | None, state: PayoutState | None, form: str) -> None:
    """Print the payouts, the oldest first.

    \b
    Examples:
      flask salestrack payout list --state approved
      flask salestrack payout list --publisher p7 --format csv
    """
    _print(host, host.tracker.payouts(publisher=publisher, state=state), form)


@payout.command(cls=Command)
@click.argument("id", type=int)
@format_option
@pass_host
def show(host: Host, /, id: int, form: str) -> None:
    """Print the commissions in the payout ID; of one that was dropped, those that were in it.

    \b
    Example:
      flask salestrack payout show 911530416189415424
    """
    found = host.tracker.commissions(payout=id)
    if not found:
        raise BadValue("payout", f"{id} does not exist")
    print_entries(found, form, host.tracker.config.timezone)


@payout.command(cls=Command)
@click.argument("ids", type=int, nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All approved ones.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of stdout."
)
@pass_host
def export(host: Host, /, *, ids: tuple[int, ...], every: bool, output: Path | None) -> None:
    """Write approved payouts as CSV; from then on nothing of them changes.

    The same ids give the same file again, also after they were paid. It takes the place of an old
    one once it is whole; where --all finds none, the old one stays, and the exit code is 1.

    \b
    Examples:
      flask salestrack payout export --all --output payouts.csv
      flask salestrack payout export 911530416189415424
    """
    chosen = _chosen(host.tracker, ids, "approved", every=every)
    if not chosen:
        raise click.ClickException(
            "no payout is approved, nothing was written; what was exported before is written "
            "again by its ids, which list prints"
        )
    if output is None:
        echo_text(host.tracker.export_payout(*chosen))
        return
    try:
        with whole_file(output) as file:
            file.write(host.tracker.export_payout(*chosen))
    except OSError as error:
        again = " ".join(map(str, chosen))
        problem = f"{error.strerror}; the list is written by: payout export {again}"
        raise click.FileError(str(output), problem) from None


def _becoming(
    name: str, become: Callable[..., int], *, before: PayoutState, done: str, summary: str
) -> click.Command:
    """The command that lets payouts go on to a state."""

    @pass_host
    def go_on(host: Host, /, *, ids: tuple[int, ...], every: bool) -> None:
        changed = become(host.tracker, *_chosen(host.tracker, ids, before, every=every))
        click.echo(f"{changed} {done}")

    go_on.__doc__ = f"""{summary}

    ID is what "payout list" prints. All of them are changed, or none.

    \b
    Examples:
      flask salestrack payout {name} 911530416189415424
      flask salestrack payout {name} --all
    """
    command: click.Command = click.command(name=name, cls=Command)(
        click.argument("ids", type=int, nargs=-1, metavar="[ID]...")(
            click.option("--all", "every", is_flag=True, help=f"All {before} ones.")(go_on)
        )
    )
    return command


def _chosen(
    tracker: Tracker, ids: tuple[int, ...], state: PayoutState, *, every: bool
) -> Sequence[int]:
    if every == bool(ids):
        raise BadValue("ID", "is missing; give the ids that list prints, or --all, and not both")
    return [found.id for found in tracker.payouts(state=state)] if every else ids


def _least(minimum: tuple[str, ...]) -> dict[str, str]:
    least: dict[str, str] = {}
    for each in minimum:
        currency, colon, amount = each.partition(":")
        if not colon:
            raise BadValue("--minimum", f"{each!r} is not CURRENCY:AMOUNT, such as USD:25")
        if currency in least:
            raise BadValue("--minimum", f"gives {currency} twice")
        least[currency] = amount
    return least


def _print(host: Host, payouts: Sequence[Payout], form: str) -> None:
    zone = host.tracker.config.timezone
    rows = [payout_cells(each, zone) for each in payouts]
    echo_rows(PAYOUTS, rows, form, empty="no payouts")


for _command in (
    _becoming(
        "approve",
        Tracker.approve_payout,
        before="prepared",
        done="approved",
        summary="Approve payouts: they may be paid.",
    ),
    _becoming(
        "drop",
        Tracker.drop_payout,
        before="prepared",
        done="dropped",
        summary="Drop payouts: their commissions go into later ones. Not once they are exported.",
    ),
    _becoming(
        "pay",
        Tracker.pay_payout,
        before="exported",
        done="paid",
        summary="Write down that exported payouts were paid, and their commissions with them.",
    ),
):
    payout.add_command(_command)
