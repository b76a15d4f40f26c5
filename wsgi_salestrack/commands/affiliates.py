"""For affiliate managers: publishers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click
from click.core import ParameterSource

from ..affiliates import Publisher
from ..reports import Column
from ..reports.table import printable
from ..terms import Rule
from .command import Command, Host, echo_rows, format_option, pass_host

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
        click.option("--customer-ref", help="Who they are among the customers."),
        click.option("--contact", help="Who they are among the contacts; otherwise PUBLISHER."),
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

    Without rules of their own they earn what the tracking code says. On what they buy themselves
    they earn nothing.

    \b
    Examples:
      flask salestrack publisher add p1 --name "Ann's blog"
      flask salestrack publisher add p7 --parent p1 --tier1 percent:12.5
    """
    added = host.tracker.add_publisher(publisher, **values)
    click.echo(f"{printable(added.id)} is added")


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
        raise click.UsageError("nothing to change; give --name, --parent or another option")
    host.tracker.set_publisher(publisher, **given)
    click.echo(f"{printable(publisher)} is changed")


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
    names = ("publisher", "name", "parent", "tier1", "tier2", "contact", "customer_ref")
    columns = [Column(name) for name in names]
    rows = [_publisher_cells(each) for each in host.tracker.publishers()]
    echo_rows(columns, rows, form, empty="no publishers")


def _publisher_cells(publisher: Publisher) -> tuple[str | None, ...]:
    rules = (_rule_text(publisher.tier1), _rule_text(publisher.tier2))
    person = (publisher.contact, publisher.customer_ref)
    return (publisher.id, publisher.name, publisher.parent, *rules, *person)


def _rule_text(rule: Rule | None) -> str | None:
    return None if rule is None else f"{rule.kind}:{rule.value}"
