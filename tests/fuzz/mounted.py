"""The middleware around a host that notes what reaches it, over a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.durability.wire import BROWSER, Answer
from tests.fuzz.hits import NOON, Hit, make_tracker
from tests.fuzz.oracle import Sale
from wsgi_salestrack import SalesTrackMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST_ANSWER = Answer("200 OK", (("Content-Type", "text/plain"), ("X-Host", "yes")), b"the host's")


class Unread:
    """A body that is none of our business."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the host's body was touched: {name}")


@dataclass
class Mounted:
    """A host with salestrack; every hit meets an empty database."""

    database: Path | None
    reached: list[WSGIEnvironment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tracker = make_tracker(self.database)
        self._application = SalesTrackMiddleware(self._host, self.tracker)

    def send(self, hit: Hit) -> Answer:
        """The answer; the request meets an empty database."""
        self.reached.clear()
        if self.database is not None:
            self.tracker.store.forget_site("default")
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
            started.append((status, headers))

        environ = environ_of(hit)
        body = b"".join(self._application(environ, start_response))
        ((status, headers),) = started
        if self.reached:
            self._assert_untouched(environ, hit)
        return Answer(status, tuple(headers), body)

    def _assert_untouched(self, environ: WSGIEnvironment, hit: Hit) -> None:
        """The host got the very environ of the request, with nothing but a visitor added."""
        (passed,) = self.reached
        assert passed is environ
        as_sent = {name: value for name, value in environ_of(hit).items() if name[:4] != "wsgi"}
        assert as_sent.items() <= passed.items()
        added = passed.keys() - environ_of(hit).keys()
        assert all(name.startswith("salestrack.") for name in added)

    def _host(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.reached.append(environ)
        start_response(HOST_ANSWER.status, list(HOST_ANSWER.headers))
        return (HOST_ANSWER.body,)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, read past the library."""
        assert self.database is not None
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608  # a test's constant
            return [dict(row) for row in found]

    def assert_recorded(self, sale: Sale | None, contact: str | None) -> None:
        """Either nothing is recorded, or this with all of its values right."""
        rows = self.rows("conversions")
        if sale is None:
            assert rows == []
            return
        (row,) = rows
        noon = int(NOON.timestamp()) * 1_000_000
        expected = {
            "site": "default",
            "source": "target",
            **sale._asdict(),
            "dedupe_key": sale.reference,
            "customer_ref": None,
            "point_of_sale": None,
            "day": "2026-11-21",
            "touch_contact": contact,
            "touch_at": noon if contact else None,
            "touch_link": "hero" if contact else None,
            "referral_at": None,
            "referral_publisher": None,
            **dict.fromkeys(("occurred_at", "recorded_at", "changed_at"), noon),
        }
        assert {name: row[name] for name in expected} == expected
        assert row["id"] > 0
        assert (row["visitor"] is None) == (contact is None)


def environ_of(hit: Hit) -> WSGIEnvironment:
    """The WSGI environment: bytes as latin-1 text, as PEP 3333 has them."""
    return {
        "REQUEST_METHOD": hit.method,
        "PATH_INFO": hit.path.decode("latin-1"),
        "QUERY_STRING": hit.query.decode("latin-1"),
        "HTTP_USER_AGENT": BROWSER,
        "SERVER_NAME": "shop.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": Unread(),
        "wsgi.errors": Unread(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{name: value.decode("latin-1") for name, value in hit.headers.items()},
    }


@contextmanager
def mounted(database: Path | None) -> Iterator[Mounted]:
    """A host for the length of a test."""
    host = Mounted(database)
    with closing(host.tracker):
        yield host
