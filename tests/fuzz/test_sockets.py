from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.durability.host import DATABASE
from tests.durability.promises import assert_acknowledged
from tests.durability.sales import read
from tests.durability.servers import Server, gunicorn
from tests.fuzz.hits import PREFIX, Hit
from tests.fuzz.oracle import Refused, Sale, sale_of
from tests.fuzz.strategies import any_hits, target_hits, thorough
from wsgi_salestrack.stores.sqlite import SQLiteStore

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_VALUES = "scope, target, reference, revenue, currency, exponent, quantity"


@dataclass
class Shop:
    """A server, and its database."""

    server: Server
    database: Path

    def send(self, request: bytes) -> bytes:
        """The whole answer to the bytes; empty where the server hung up on them."""
        answer = b""
        server = ("127.0.0.1", self.server.port)
        # It hangs up in the middle of nonsense.
        with socket.create_connection(server, 20) as connection, suppress(ConnectionError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                answer += part
        return answer


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Behind gunicorn; at the end it still works, and no request has raised."""
    database = tmp_path_factory.mktemp("sockets").resolve() / "sales.db"
    with gunicorn("tracked", environment={DATABASE: str(database)}, workers=1) as server:
        yield Shop(server, database)
        assert_acknowledged(server.ask, database)
        assert "Traceback" not in server.logged, server.logged
        assert "ERROR" not in server.logged, server.logged


@thorough(150)
@given(hit=any_hits, line_ends=st.sampled_from([b"\r\n"] * 4 + [b"\n", b""]))
def test_no_bytes_on_the_wire_make_a_500(shop: Shop, hit: Hit, line_ends: bytes) -> None:
    """Whatever gunicorn lets through of a request that may be none at all."""
    headers = [
        name.removeprefix("HTTP_").replace("_", "-").encode() + b": " + value
        for name, value in hit.headers.items()
    ]
    first = hit.method.encode("latin-1") + b" " + hit.path + b"?" + hit.query + b" HTTP/1.1"
    lines = [first, b"Host: shop.example", b"Connection: close", *headers, b"", b""]

    answer = shop.send(line_ends.join(lines))

    status = _STATUS.match(answer)
    assert answer == b"" or status is not None
    assert status is None or status[1] not in (b"500", b"502", b"504")


@thorough(150)
@given(hit=target_hits)
def test_a_hit_over_the_wire_is_read_as_it_was_sent(shop: Shop, hit: Hit) -> None:
    """All of its values right, or nothing at all, by what an independent reader makes of it."""
    query = re.sub(rb"[^\x21-\x7e]", lambda found: b"%%%02X" % found[0][0], hit.query)
    with closing(SQLiteStore(shop.database)) as store:
        store.forget_site("default")

    answer = shop.send(
        b"GET " + PREFIX + b"/target/1/?" + query + b" HTTP/1.1\r\n"
        b"Host: shop.example\r\nConnection: close\r\n\r\n"
    )

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body.startswith(b"GIF89a")
    expected: list[Sale] = []
    with suppress(Refused):
        expected = [sale_of(b"1", query)]
    assert (b"\r\nST-Error: " in head) == (expected == [])
    assert read(shop.database, f"SELECT {_VALUES} FROM conversions") == expected  # noqa: S608  # our own names
