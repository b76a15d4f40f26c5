"""What sold: reports."""

from __future__ import annotations

from typing import Any

import click

from ..errors import BadValue
from ..reports import render
from ..stores.statements import DIMENSIONS
from .command import Command, Host, Moment, format_option, pass_host


@click.command(cls=Command)
@click.option("--by", type=click.Choice(DIMENSIONS), default="newsletter", show_default=True)
@click.option("--since", type=Moment(), help="The first day in the shop's time zone, or moment.")
@click.option("--until", type=Moment(), help="The last day, or the moment after the last.")
@click.option("--currency", help="Only this one, such as USD.")
@click.option(
    "--where", multiple=True, metavar="NAME=VALUE", help="Only these; 'NAME=' for those without."
)
@format_option
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
