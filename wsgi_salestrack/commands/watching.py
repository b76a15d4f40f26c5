"""Hits as they come."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Final

import click

from ..days import first_moment
from ..reports import render_lines
from ..reports.listings import HITS, hit_cells
from .command import Command, Host, Moment, format_option, pass_host

_LOOK_BACK: Final = timedelta(minutes=10)
# A hit is written down a little after it came, and not in the order of all processes.
_LATE: Final = timedelta(seconds=10)
_PAUSE: Final = 1.0


@click.command(cls=Command)
@click.option("--since", type=Moment(), help="From a day or a moment on; else ten minutes ago.")
@click.option("--follow/--no-follow", default=True, help="Go on until Ctrl-C (the default).")
@format_option
@pass_host
def tail(host: Host, /, since: date | None, form: str, *, follow: bool) -> None:
    """Show hits as they come: recorded, duplicate, rejected, and why.

    What was not recorded is kept for 30 days, at most 10,000 hits, without what it said: only the
    names of its parameters. With --format json each line is an object of its own.

    \b
    Examples:
      flask salestrack tail
      flask salestrack tail --no-follow --since 2026-11-21
    """
    tracker = host.tracker
    zone = tracker.config.timezone
    start = tracker.now() - _LOOK_BACK if since is None else first_moment(since, zone)
    shown: set[int] = set()
    header = True
    while True:
        now = tracker.now()
        found = [(id, hit) for id, hit in tracker.hits(start) if id not in shown]
        rows = [hit_cells(hit, zone) for _, hit in found]
        click.echo(render_lines(HITS, rows, form, header=header), nl=False)
        if not follow:
            return
        shown.update(id for id, _ in found)
        start = max(start, now - _LATE)
        header = False
        time.sleep(_PAUSE)
