"""Shops in this process that take every dialect, with what they keep in their tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.browser import Answer
from tests.support.clock import NOON
from tests.support.dialects import KEYS, InProcess, Request
from tests.support.shop import SECRET, page
from wsgi_salestrack import Config, SalesTrackMiddleware, Tracker


def make_tracker(database: Path, **keys: object) -> Tracker:
    """One whose tracking code lets a hit say what it earns."""
    codes = {"free": {"allow_override": True, "scope": "order"}}
    keys = {"secret_keys": [SECRET], "database": database, **KEYS, "tracking_codes": codes, **keys}
    return Tracker(Config.from_mapping(keys), clock=lambda: NOON)


@dataclass(frozen=True)
class Host:
    """A shop in this process, and a visitor of it who followed a link."""

    tracker: Tracker
    visitor: InProcess
    token: str

    def send(self, request: Request) -> Answer:
        """Send it, with the token of that link where it is to have one."""
        if request.body is not None:
            body = request.body.replace(b"TOKEN", self.token.encode())
            request = replace(request, body=body)
        return request.sent_by(self.visitor)

    def rows(self) -> dict[str, int]:
        """How many rows each table has, but for the log of hits."""
        path = self.tracker.config.database
        with closing(sqlite3.connect(str(path))) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = [name for (name,) in found if name != "hits" and not name.startswith("_")]
            counted = {
                name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]  # noqa: S608
                for name in tables
            }
        return {name: count for name, count in counted.items() if count}

    def empty(self) -> None:
        """Forget all that was recorded."""
        self.tracker.store.forget_site("default")


def visited(tracker: Tracker) -> Host:
    """A shop whose visitor came by a newsletter's link."""
    visitor = InProcess(SalesTrackMiddleware(page, tracker))
    link = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11")
    visitor.get(link)
    return Host(tracker, visitor, link.rpartition("/")[2])
