"""Requests as bytes, and what a visitor of the fuzzed shop may have of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.durability.host import DESTINATION, SECRET
from wsgi_salestrack import Config, Touch, Tracker, Visitor
from wsgi_salestrack.tokens import Seal

PREFIX = b"/salestrack"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Hit:
    """A request.

    :param headers: by their names in a WSGI environment.
    """

    method: str = "GET"
    path: bytes = b"/"
    query: bytes = b""
    headers: dict[str, bytes] = field(default_factory=dict)


def make_tracker(database: Path | None) -> Tracker:
    """A tracker at noon, with a target of its own scope and one that shares the orders'."""
    config = Config(
        secret_keys=[SECRET],
        database=database,
        targets={1: "Sale", 7: {"title": "Order", "scope": "order"}},
    )
    return Tracker(config, clock=lambda: NOON)


TOKEN = make_tracker(None).click_url(DESTINATION, contact="c81", link="hero").rpartition("/")[2]

_SEAL = Seal(Visitor, secrets=[SECRET.encode()], purpose="cookie", site="default")

#: The cookie of a visitor who followed that link. A real visitor's id is random; this is the same
#: each time, so that the examples are.
COOKIE = (
    b"salestrack="
    + _SEAL.seal(Visitor(id=7, touch=Touch(at=NOON, contact="c81", link="hero"))).encode()
)
