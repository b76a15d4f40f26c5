"""Who is one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ..reports.table import printable
from .command import Command, Host, pass_host


def _of_two(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--visitor", type=int, help="A browser's id; export lists a contact's."),
        click.option("--customer-ref", help="The shop's number of a customer."),
        click.option("--contact", help="Whom mails go to."),
    ):
        command = option(command)
    return command


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
    click.echo(printable(f"{customer_ref} is {contact}"))


@click.command(cls=Command)
@_of_two
@pass_host
def separate(host: Host, /, **names: Any) -> None:
    """Say that two of these are not the same person: a shared computer, a forwarded mail.

    Attribution models then see two journeys; what sales were credited to when they were recorded
    stays as it is.

    \b
    Examples:
      flask salestrack separate --contact c81 --customer-ref 12345678
      flask salestrack separate --contact c81 --visitor 4611686018427387904
    """
    done = host.tracker.separate(**names)
    click.echo("they are two persons" if done else "they were separated before")


@click.command(cls=Command)
@_of_two
@pass_host
def join(host: Host, /, **names: Any) -> None:
    """Undo "separate": what was recorded of the two counts again.

    \b
    Example:
      flask salestrack join --contact c81 --customer-ref 12345678
    """
    done = host.tracker.join(**names)
    click.echo("what links them counts again" if done else "they were not separated")
