"""Hits as they come."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

import click

from ..days import first_moment
from ..errors import BadValue
from ..reports import render_lines
from ..reports.listings import HITS, hit_cells
from .command import Command, Host, Moment, echo_text, format_option, pass_host

if TYPE_CHECKING:
    from ..hits import Hit
    from ..tracker import Tracker

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
    """Show hits as they come: recorded, duplicate, conflict, rejected, and why.

    What was not recorded is kept for 30 days, at most 10,000 hits, without what it said: only the
    names of its parameters. With --format json each line is an object of its own.

    \b
    Examples:
      flask salestrack tail
      flask salestrack tail --no-follow --since 2026-11-21
    """
    tracker = host.tracker
    zone = tracker.config.timezone
    now = tracker.now()
    start = now - _LOOK_BACK if since is None else first_moment(since, zone)
    if start > now:
        raise BadValue("--since", "is in the future")
    newest = Newest(tracker, start)
    with suppress(KeyboardInterrupt):  # which is how it ends
        _show(newest, zone, form, follow=follow)


def _show(newest: Newest, zone: tzinfo, form: str, *, follow: bool) -> None:
    header = True
    while True:
        rows = [hit_cells(hit, zone) for hit in newest.take()]
        echo_text(render_lines(HITS, rows, form, header=header))
        if not follow:
            return
        header = False
        time.sleep(_PAUSE)


class Newest:
    """Hits as they are written down, each once.

    :param start: the first of them came then, or later.
    """

    def __init__(self, tracker: Tracker, start: datetime) -> None:
        self._tracker = tracker
        self._start = start
        #: Ids of those that were taken, as far as they may be read again.
        self.taken: frozenset[int] = frozenset()

    def take(self) -> list[Hit]:
        """Those that were not taken before, the oldest first.

        :raises StoreError: if the store can't be read, or there is none.
        """
        now = self._tracker.now()
        read = self._tracker.hits(self._start)
        found = [hit for id, hit in read if id not in self.taken]
        # What is older than these is not read any more: days of hits would fill the memory.
        self.taken = frozenset(id for id, _ in read)
        self._start = max(self._start, now - _LATE)
        return found
