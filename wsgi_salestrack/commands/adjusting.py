"""What becomes of a sale later."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import click

from ..adjustments import Adjusted
from ..errors import BadValue
from ..model import ORDER_SCOPE
from ..reports.table import printable
from .command import Command, Host, pass_host

_QUANTITY: Final = re.compile("[0-9]{1,9}", re.ASCII)
_DONE: Final = {
    "cancellation": "cancelled",
    "refund": "refunded",
    "chargeback": "charged back",
    "reinstatement": "reinstated",
}


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--adjustment-ref", help="Of the change itself: the same one is made once."),
        click.option(
            "--scope", default=ORDER_SCOPE, show_default=True, help="As target:1 or code:socks."
        ),
        click.argument("reference"),
    ):
        command = option(command)
    return command


_amount = click.option("--amount", help="In the sale's currency, as 5.00; else all that is left.")
_lines = click.option(
    "--line", "lines", multiple=True, metavar="PRODUCT=QUANTITY", help="What came back."
)


@click.command(cls=Command)
@_options
@pass_host
def cancel(host: Host, /, reference: str, scope: str, adjustment_ref: str | None) -> None:
    """Cancel the conversion with this REFERENCE: it counts no longer, and nobody earns on it.

    \b
    Examples:
      flask salestrack cancel 1001
      flask salestrack cancel 77 --scope target:2
    """
    _tell(reference, host.tracker.cancel(reference, scope, adjustment_ref=adjustment_ref))


@click.command(cls=Command)
@_options
@_amount
@_lines
@pass_host
def refund(host: Host, /, reference: str, lines: tuple[str, ...], **values: Any) -> None:
    """Take some of a sale's revenue back: an amount, some products, or all that is left.

    \b
    Examples:
      flask salestrack refund 1001
      flask salestrack refund 1001 --amount 5.00 --adjustment-ref R-17
      flask salestrack refund 1001 --line socks=2 --line hat=1
    """
    _tell(reference, host.tracker.refund(reference, lines=_returned(lines), **values))


@click.command(cls=Command)
@_options
@_amount
@_lines
@pass_host
def chargeback(host: Host, /, reference: str, lines: tuple[str, ...], **values: Any) -> None:
    """The same as a refund, where the buyer's bank took the money back.

    \b
    Example:
      flask salestrack chargeback 1001 --adjustment-ref CB-3
    """
    _tell(reference, host.tracker.chargeback(reference, lines=_returned(lines), **values))


@click.command(cls=Command)
@_options
@_amount
@pass_host
def reinstate(host: Host, /, reference: str, **values: Any) -> None:
    """Undo a cancellation; or if there is none, what was taken back.

    \b
    Examples:
      flask salestrack reinstate 1001
      flask salestrack reinstate 1001 --amount 5.00
    """
    _tell(reference, host.tracker.reinstate(reference, **values))


def _returned(lines: tuple[str, ...]) -> dict[str, int] | None:
    returned = Counter[str]()
    for line in lines:
        product, equals, quantity = line.rpartition("=")
        if not equals or _QUANTITY.fullmatch(quantity) is None:
            raise BadValue("--line", f"{line!r} is not PRODUCT=QUANTITY")
        returned[product] += int(quantity)
    return dict(returned) or None


def _tell(reference: str, adjusted: Adjusted) -> None:
    """Print what was done.

    :raises BadValue: if it was not, for its own reference was used before.
    """
    adjustment, net = adjusted.adjustment, adjusted.recorded.net
    if adjusted.outcome == "conflict":
        amount = "" if adjustment.amount is None else f", {adjustment.amount}"
        raise BadValue(
            "--adjustment-ref",
            f"{adjustment.reference!r} was used for another change of this sale: "
            f"{_DONE[adjustment.kind]}{amount}",
        )
    done = _DONE[adjustment.kind]
    before = "" if adjusted.outcome == "adjusted" else " before"
    amounts = "" if net is None else f": {adjustment.amount}; left: {net}"
    click.echo(f"{printable(reference)} {done}{before}{amounts}")
