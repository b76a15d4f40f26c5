"""Rows and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from wsgi_salestrack.importing import Assumed, Entry, Refused, Row, read_entries

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ASSUMED = Assumed("EUR", ZoneInfo("Europe/Berlin"), NOON)


def entries(*rows: Row | Mapping[str, object]) -> list[Entry | Refused]:
    """What becomes of the rows."""
    return list(read_entries(rows, ASSUMED))


def entry(**values: object) -> Entry:
    """What becomes of one row."""
    (found,) = entries({"reference": "1", **values})
    assert isinstance(found, Entry), found
    return found


def problem(**values: object) -> str:
    """Why one row is refused."""
    (found,) = entries({"reference": "1", **values})
    assert isinstance(found, Refused), found
    return found.problem


SOCKS = {"product_id": "s1", "name": "Socks", "quantity": "2", "unit_price": "5.00"}
HAT = {"product_id": "h1", "name": "Hat", "quantity": "1", "unit_price": "20.00"}
