"""Orders asked of the shop's own database server."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.support.databases import DatabaseServer, execute
from wsgi_salestrack.errors import BadValue
from wsgi_salestrack.importing import Assumed, Entry, Refused, query_rows, read_entries

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUERY = """SELECT number AS Reference, total AS amount, made AS occurred_at FROM orders
WHERE note LIKE '%half%' AND note <> ':x' AND note <> '%(x)s'"""
WRITING = "INSERT INTO orders (number) VALUES (2) RETURNING number AS reference"


@pytest.fixture(params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> DatabaseServer:
    """Each of the servers."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, DatabaseServer)
    return server


def test_a_server_is_asked_and_not_changed(server: DatabaseServer) -> None:
    """With its own types; signs of parameters mean themselves, and what is written is undone."""
    with ExitStack() as stack:
        url = stack.enter_context(server.fresh_database())
        execute(
            url,
            "CREATE TABLE orders (number BIGINT, total NUMERIC(10, 2), made TIMESTAMP, "
            "weight DOUBLE PRECISION, note VARCHAR(20))",
            "INSERT INTO orders VALUES (1, 49.95, '2026-11-01 10:00:00', 0.1, 'a half')",
        )

        (row,) = query_rows(url, QUERY)

        assert row.values["reference"] == 1
        assert row.values["revenue"] == Decimal("49.95")
        (entry,) = read_entries([row], Assumed("EUR", UTC, NOON))
        assert not isinstance(entry, Refused)
        assert isinstance(entry, Entry)
        assert entry.conversion.occurred_at == datetime(2026, 11, 1, 10, tzinfo=UTC)

        (weighed,) = query_rows(url, "SELECT number AS reference, weight AS revenue FROM orders")
        assert weighed.values["revenue"] == "0.1"

        with suppress(BadValue):  # one refuses it, the other undoes it
            list(query_rows(url, WRITING))
        assert len(execute(url, "SELECT number FROM orders")) == 1
