"""What sold: reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import click
import msgspec

from ..crediting import JOURNEYS, MODELS
from ..errors import BadValue
from ..reports import Report, render
from ..stores.base import DIMENSIONS
from ..tracker import Tracker
from .command import (
    Command,
    Host,
    Moment,
    echo_text,
    format_option,
    pass_host,
    terminal_width,
)


@click.command(cls=Command)
@click.option(
    "--by",
    metavar="NAME[,NAME]",
    default="newsletter",
    show_default=True,
    help=f"One of these, or two of them crossed: {', '.join(DIMENSIONS)}.",
)
@click.option("--since", type=Moment(), help="The first day in the shop's time zone, or moment.")
@click.option("--until", type=Moment(), help="The last day, or the moment after the last.")
@click.option("--currency", help="Only this one, such as USD.")
@click.option(
    "--where", multiple=True, metavar="NAME=VALUE", help="Only these; 'NAME=' for those without."
)
@click.option("--model", type=click.Choice(MODELS), default="last", show_default=True)
@click.option(
    "--journey",
    type=click.Choice(JOURNEYS),
    help="Whose touches share a sale; by default those that the report is by.",
)
@click.option(
    "--window",
    "windows",
    multiple=True,
    metavar="JOURNEY=DAYS",
    help="How long before a sale a touch may be, such as publishers=45.",
)
@click.option(
    "--compare", "before", is_flag=True, help="The period before beside each row; needs --since."
)
@click.option(
    "--unsold", is_flag=True, help="Also what was clicked in the same time and sold nothing."
)
@format_option
@pass_host
def report(
    host: Host,
    /,
    form: str,
    by: str,
    where: tuple[str, ...],
    windows: tuple[str, ...],
    *,
    unsold: bool,
    **selection: Any,
) -> None:
    """Print what sold and what was clicked, per currency.

    Each sale is credited to the last touch of the browser it was made with. Another model shares it
    among all touches of its buyer, whichever browser they were made with; so does the same one with
    a journey or windows.

    \b
    Examples:
      flask salestrack report --by newsletter
      flask salestrack report --by day --since 2026-11-01 --until 2026-11-30
      flask salestrack report --by newsletter,month --format csv > months.csv
      flask salestrack report --by product --since 2026-11-01 --compare
      flask salestrack report --by newsletter --since 2026-11-01 --unsold
      flask salestrack report --by link --where newsletter=2026-11 --format csv > links.csv
      flask salestrack report --model linear --journey both --window publishers=45
    """
    selection["windows"] = _windows(windows) if windows else None
    found = host.tracker.report(by.split(","), where=_conditions(where), **selection)
    if unsold:
        found = msgspec.structs.replace(found, rows=(*found.rows, *found.clicked))
    titles = _titles(host.tracker, found) if form == "table" else {}
    echo_text(render(found, form, titles, width=terminal_width()))


def _titles(tracker: Tracker, found: Report) -> dict[str, Mapping[str, str]]:
    titles: dict[str, Mapping[str, str]] = {}
    for place, name in enumerate(found.by):
        values = {row.across if place else row.dimension for row in found.rows}
        titles[name] = tracker.titles(name, [value for value in values if value is not None])
    return titles


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


def _windows(given: tuple[str, ...]) -> dict[str, timedelta]:
    windows: dict[str, timedelta] = {}
    for window in given:
        name, _, days = window.partition("=")
        if not (days.isascii() and days.isdigit() and len(days) < 6):
            raise BadValue("--window", f"{window!r} is not JOURNEY=DAYS")
        if name in windows:
            raise BadValue("--window", f"gives {name} twice")
        windows[name] = timedelta(days=int(days))
    return windows
