"""Links to be clicked, and what becomes of a sale later."""

from __future__ import annotations

from typing import Any

import click

from ..model import ORDER_SCOPE
from .command import Command, Host, pass_host


@click.command(cls=Command)
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


@click.command(cls=Command)
@click.argument("reference")
@click.option("--scope", default=ORDER_SCOPE, show_default=True, help="As target:1 or code:socks.")
@pass_host
def cancel(host: Host, /, reference: str, scope: str) -> None:
    """Cancel the conversion with this REFERENCE: it counts no longer, and nobody earns on it.

    \b
    Examples:
      flask salestrack cancel 1001
      flask salestrack cancel 77 --scope target:2
    """
    adjusted = host.tracker.cancel(reference, scope)
    done = "cancelled" if adjusted.outcome == "adjusted" else "was cancelled before"
    click.echo(f"{reference} {done}")


@click.command(cls=Command)
@click.argument("contact")
@click.argument("customer_ref")
@pass_host
def identify(host: Host, /, contact: str, customer_ref: str) -> None:
    """Say that CUSTOMER_REF is CONTACT: all orders of that customer are the contact's.

    \b
    Example:
      flask salestrack identify c81 12345678
    """
    host.tracker.identify(contact=contact, customer_ref=customer_ref)
    click.echo(f"{customer_ref} is {contact}")
