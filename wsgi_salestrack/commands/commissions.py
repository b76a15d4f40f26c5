"""For affiliate managers: commissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any, Final, get_args

import click

from ..affiliates import Commission, CommissionState
from ..errors import BadValue
from ..reports.listings import COMMISSIONS, commission_cells
from .command import Command, Host, echo_rows, format_option, pass_host

_BEFORE: Final[dict[CommissionState, CommissionState]] = {"paid": "approved"}


@click.group()
def commission() -> None:
    """Commissions: what publishers have earned."""


@commission.command(name="list", cls=Command)
@click.option("--publisher", help="Only what this one earns.")
@click.option("--reference", help="Only what is earned on this sale.")
@click.option("--state", type=click.Choice(get_args(CommissionState)), help="Only these.")
@format_option
@pass_host
def list_(host: Host, /, form: str, **selection: Any) -> None:
    """Print the entries of the ledger, the oldest first.

    What a cancellation takes back is an entry of its own, with a negative amount.

    \b
    Examples:
      flask salestrack commission list --state pending
      flask salestrack commission list --publisher p7 --format csv > p7.csv
    """
    print_entries(host.tracker.commissions(**selection), form, host.tracker.config.timezone)


def print_entries(entries: Sequence[Commission], form: str, timezone: tzinfo) -> None:
    """Print entries of the ledger, with times in this zone."""
    rows = [commission_cells(entry, timezone) for entry in entries]
    echo_rows(COMMISSIONS, rows, form, empty="no commissions")


@commission.command(cls=Command)
@click.argument("ids", type=int, nargs=-1, metavar="[ID]...")
@click.option("--publisher", help="All pending ones of this publisher.")
@pass_host
def approve(host: Host, /, **chosen: Any) -> None:
    """Approve pending commissions: the sale stands.

    ID is what "commission list" prints. All of them are changed, or none. What was declined stays
    so, a self-referral as well; and what turned out to be one since is declined now.

    \b
    Examples:
      flask salestrack commission approve 911530416189415424
      flask salestrack commission approve --publisher p7
    """
    _let_become(host, "approved", **chosen)


@commission.command(cls=Command)
@click.argument("ids", type=int, nargs=-1, metavar="[ID]...")
@click.option("--publisher", help="All pending ones of this publisher.")
@click.option("--reason", help="Why; kept with them.")
@pass_host
def decline(host: Host, /, **chosen: Any) -> None:
    """Decline commissions: nothing is paid for that sale.

    ID is what "commission list" prints. All of them are changed, or none.

    \b
    Examples:
      flask salestrack commission decline 911530416189415424 --reason "no such order"
      flask salestrack commission decline --publisher p7
    """
    _let_become(host, "declined", **chosen)


@commission.command(cls=Command)
@click.argument("ids", type=int, nargs=-1, metavar="[ID]...")
@click.option("--publisher", help="All approved ones of this publisher.")
@pass_host
def pay(host: Host, /, **chosen: Any) -> None:
    """Write down that approved commissions were paid, without a payout.

    ID is what "commission list" prints. All of them are changed, or none.

    \b
    Examples:
      flask salestrack commission pay 911530416189415424
      flask salestrack commission pay --publisher p7
    """
    _let_become(host, "paid", **chosen)


def _let_become(
    host: Host,
    state: CommissionState,
    *,
    ids: tuple[int, ...],
    publisher: str | None,
    reason: str | None = None,
) -> None:
    """Let entries go on to a state: the given ones, and a publisher's that no payout has."""
    chosen = list(ids)
    if publisher is not None:
        before = _BEFORE.get(state, "pending")
        found = host.tracker.commissions(publisher=publisher, state=before)
        chosen += [entry.id for entry in found if entry.payout is None]
    elif not ids:
        raise BadValue("ID", "is missing; give the ids that list prints, or --publisher")
    changed = host.tracker.set_commission_state(chosen, state, reason=reason)
    click.echo(f"{changed} {state}")
