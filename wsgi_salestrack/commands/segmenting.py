"""Who bought what: segments of contacts."""

from __future__ import annotations

from typing import Any

import click

from ..reports.segments import render_buyers
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
@click.option("--where", metavar="CONDITIONS", help="Only these contacts, as above.")
@click.option("--since", type=Moment(), help="The first day in the shop's time zone, or moment.")
@click.option("--until", type=Moment(), help="The last day, or the moment after the last.")
@click.option("--currency", help="Only orders in this one, such as USD.")
@format_option
@pass_host
def segment(host: Host, /, form: str, **segment: Any) -> None:
    """Print the contacts who bought, and for whom the conditions hold.

    Whoever bought in several currencies has a row for each. Amounts of "total" and "average" are
    after refunds, in the shop's currency unless another one stands behind them. r, f and m tell in
    which fifth of all of them a contact is: by the last order, by the number of orders, and by what
    was spent; 5 is the best. All is about the orders since and until then that were not cancelled.

    \b
    Conditions, joined by "and", "or", "not" and parentheses:
      total >= 100              also average; = >= <= > <; total >= 100 EUR
      count > 2                 orders; quantity: items
      product = 'A1'            also category, newsletter, list, link, publisher
      product in ('A1', 'A2')   one of these
      bought(product = 'A1', newsletter = '2026-11')     both in one order
      last_order within 30 days                          hours, days, weeks
      last_order before 2026-01-01                       also since; first_order
      recency >= 4              also frequency, monetary: r, f and m

    \b
    Examples:
      flask salestrack segment --where "total >= 100 and last_order within 30 days"
      flask salestrack segment --where "category = 'Shoes' and not list = 'vip'" --format csv
      flask salestrack segment --where "recency <= 2 and monetary = 5" --since 2026-01-01
    """
    buyers = host.tracker.segment(**segment)
    timezone, width = host.tracker.config.timezone, terminal_width()
    for text in render_buyers(buyers, form, timezone, width=width):
        echo_text(text)
