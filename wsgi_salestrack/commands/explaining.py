"""Why a sale is credited as it is."""

from __future__ import annotations

from typing import Any

import click

from ..crediting import MODELS
from ..explaining import Explanation
from ..model import ORDER_SCOPE
from ..reports.listings import CANDIDATES, candidate_cells, minute, said_of
from ..reports.table import printable
from .command import Command, Host, echo_rows, format_option, pass_host


@click.command(cls=Command)
@click.argument("reference")
@click.option("--scope", default=ORDER_SCOPE, show_default=True, help="As target:1 or code:socks.")
@click.option("--model", type=click.Choice(MODELS), default="last", show_default=True)
@format_option
@pass_host
def explain(host: Host, /, reference: str, form: str, **question: Any) -> None:
    """Print why the sale with this REFERENCE is credited as it is.

    Every touch of the buyer, by whichever browser, with its verdict; what was adjusted; what was
    said of it and does not count; who earns on it; and which rule decided. CSV and JSON hold the
    touches.

    \b
    Examples:
      flask salestrack explain 1001
      flask salestrack explain 1001 --model linear
    """
    found = host.tracker.explain(reference, **question)
    zone = host.tracker.config.timezone
    rows = [candidate_cells(each, found, zone) for each in found.candidates]
    if form == "table":
        _tell(found, host)
    echo_rows(CANDIDATES, rows, form, empty="no touch of the buyer is known")


def _tell(found: Explanation, host: Host) -> None:
    recorded, zone = found.recorded, host.tracker.config.timezone
    conversion = recorded.conversion
    at = "" if conversion.occurred_at is None else minute(conversion.occurred_at, zone)
    worth = "without revenue" if recorded.net is None else f"{conversion.revenue}"
    reference = printable(conversion.reference or "")
    click.echo(f"{reference}: {worth}, by {conversion.source}, {at}")
    for adjustment in found.adjustments:
        amount = "" if adjustment.amount is None else f" {adjustment.amount}"
        click.echo(f"  {adjustment.kind}{amount}, {minute(adjustment.at, zone)}")
    if found.adjustments and recorded.net is not None:
        click.echo(f"  left: {recorded.net}")
    for conflict in found.conflicts:
        said = printable(", ".join(said_of(conflict.said)))
        click.echo(f"  conflict: {conflict.said.source} said {said}, {minute(conflict.at, zone)}")
    for programme, rule in found.rules.items():
        click.echo(f"{programme}: {rule}")
    for entry in found.commissions:
        reason = "" if entry.reason is None else f" ({entry.reason})"
        click.echo(
            printable(
                f"commission of {entry.publisher}, tier {entry.tier}: {entry.amount} "
                f"{entry.currency}, {entry.state}{reason}"
            )
        )
