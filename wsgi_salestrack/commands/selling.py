"""Links to be clicked."""

from __future__ import annotations

from typing import Any

import click

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
