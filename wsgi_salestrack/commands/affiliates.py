"""For affiliate managers: publishers and their commissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

import click
from click.core import ParameterSource

from ..affiliates import Commission, CommissionState, Publisher
from ..errors import BadValue
from ..reports import Column, render_rows
from ..terms import Rule
from .command import Command, Host, format_option, pass_host

_RULE: Final = "percent:10, or fixed:2.50 in the sale's currency"
_NOTHING: Final = "none"


class _Pair(click.ParamType[tuple[str, ...] | None]):
    """A rule, ``percent:10``; ``none`` takes it away."""

    name = "kind:value"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> tuple[str, ...] | None:
        """What was written."""
        if value == _NOTHING:
            return None
        kind, colon, number = value.partition(":")
        if not colon:
            self.fail(f"is not {_RULE}, or {_NOTHING}", parameter, context)
        return kind, number


def _publisher_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--tier2", type=_Pair(), help="What they earn on their children's sales."),
        click.option("--tier1", type=_Pair(), help=f"What they earn: {_RULE}."),
        click.option("--parent", help="The publisher who earns tier 2 on what they refer."),
        click.option("--name", help="For people."),
    ):
        command = option(command)
    return command


@click.group()
def publisher() -> None:
    """Publishers: affiliates who refer visitors."""


@publisher.command(cls=Command)
@click.argument("publisher")
@_publisher_options
@pass_host
def add(host: Host, /, publisher: str, **values: Any) -> None:
    """Write down a new PUBLISHER, by the name that links give them.

    Without rules of their own they earn what the tracking code says.

    \b
    Examples:
      flask salestrack publisher add p1 --name "Ann's blog"
      flask salestrack publisher add p7 --parent p1 --tier1 percent:12.5
    """
    added = host.tracker.add_publisher(publisher, **values)
    click.echo(f"{added.id} is added")


@publisher.command(name="set", cls=Command)
@click.argument("publisher")
@_publisher_options
@pass_host
def set_(host: Host, /, publisher: str, **values: Any) -> None:
    """Change what is given of a PUBLISHER; "none" takes it away.

    What was earned before stays as it is, and to whom.

    \b
    Examples:
      flask salestrack publisher set p7 --tier1 fixed:2.50
      flask salestrack publisher set p7 --parent none
    """
    source_of = click.get_current_context().get_parameter_source
    given = {
        name: None if value == _NOTHING else value
        for name, value in values.items()
        if source_of(name) is not ParameterSource.DEFAULT
    }
    if not given:
        raise click.UsageError("nothing to change; give --name, --parent, --tier1 or --tier2")
    host.tracker.set_publisher(publisher, **given)
    click.echo(f"{publisher} is changed")


@publisher.command(name="list", cls=Command)
@format_option
@pass_host
def list_(host: Host, /, form: str) -> None:
    """Print all publishers that were written down.

    \b
    Examples:
      flask salestrack publisher list
      flask salestrack publisher list --format csv > publishers.csv
    """
    columns = [Column(name) for name in ("publisher", "name", "parent", "tier1", "tier2")]
    rows = [_publisher_cells(each) for each in host.tracker.publishers()]
    click.echo(render_rows(columns, rows, form, empty="no publishers"), nl=False)


def _publisher_cells(publisher: Publisher) -> tuple[str | None, ...]:
    rules = (_rule_text(publisher.tier1), _rule_text(publisher.tier2))
    return (publisher.id, publisher.name, publisher.parent, *rules)


def _rule_text(rule: Rule | None) -> str | None:
    return None if rule is None else f"{rule.kind}:{rule.value}"


@click.group()
def commission() -> None:
    """Commissions: what publishers have earned."""


@commission.command(name="list", cls=Command)
@click.option("--publisher", help="Only what this one earns.")
@click.option("--reference", help="Only what is earned on this sale.")
@click.option("--state", type=click.Choice(get_args(CommissionState)), help="Only these.")
@format_option
@pass_host
def list_commissions(host: Host, /, form: str, **selection: Any) -> None:
    """Print the entries of the ledger, the oldest first.

    What a cancellation takes back is an entry of its own, with a negative amount.

    \b
    Examples:
      flask salestrack commission list --state pending
      flask salestrack commission list --publisher p7 --format csv > p7.csv
    """
    columns = [
        *(Column(name) for name in ("id", "at", "reference", "publisher")),
        Column("tier", numeric=True),
        *(Column(name) for name in ("rule", "state", "currency")),
        Column("amount", numeric=True),
    ]
    rows = [_commission_cells(each, host) for each in host.tracker.commissions(**selection)]
    click.echo(render_rows(columns, rows, form, empty="no commissions"), nl=False)


def _commission_cells(entry: Commission, host: Host) -> tuple[Any, ...]:
    at = entry.at.astimezone(host.tracker.config.timezone)
    return (
        str(entry.id),
        f"{at:%Y-%m-%d %H:%M}",
        entry.reference,
        entry.publisher,
        entry.tier,
        _rule_text(entry.rule),
        entry.state,
        entry.currency,
        entry.amount,
    )


def _becoming(name: str, state: CommissionState, summary: str) -> click.Command:
    """The command that lets entries go on to a state."""

    @pass_host
    def become(host: Host, /, ids: tuple[int, ...], publisher: str | None) -> None:
        chosen = list(ids)
        if publisher is not None:
            before: CommissionState = "approved" if state == "paid" else "pending"
            found = host.tracker.commissions(publisher=publisher, state=before)
            chosen += [entry.id for entry in found]
        elif not ids:
            raise BadValue("ID", "is missing; give the ids that list prints, or --publisher")
        changed = host.tracker.set_commission_state(chosen, state)
        click.echo(f"{changed} {state}")

    before = "approved" if state == "paid" else "pending"
    become.__doc__ = f"""{summary}

    ID is what "commission list" prints. All of them are changed, or none.

    \b
    Examples:
      flask salestrack commission {name} 911530416189415424
      flask salestrack commission {name} --publisher p7
    """
    command: click.Command = click.command(name=name, cls=Command)(
        click.argument("ids", type=int, nargs=-1, metavar="[ID]...")(
            click.option("--publisher", help=f"All {before} ones of this publisher.")(become)
        )
    )
    return command


for _command in (
    _becoming("approve", "approved", "Approve pending commissions: the sale stands."),
    _becoming("decline", "declined", "Decline commissions: nothing is paid for that sale."),
    _becoming("pay", "paid", "Write down that approved commissions were paid."),
):
    commission.add_command(_command)
