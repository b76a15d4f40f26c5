"""What 64 KiB of anything cost, wherever a stranger may send them; the log of hits included."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from tests.dialects.hosts import Host, make_tracker, visited
from tests.support import xmlrpc
from tests.support.browser import FIREFOX
from tests.support.dialects import TAMPER_KEY
from tests.support.shop import page
from wsgi_salestrack import SalesTrackMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

KIB_64 = 64 * 1024
MIB = 1024 * 1024
MOST_CPU = 0.05  # seconds
TRIES = 3
MOST_MEMORY = 32 * MIB

PIECES = [
    *(b"&", b";", b"=", b"%", b"+", b",", b"9", b"/", b"\xff", b"%39", b"%F0%9F%98%80", b"a=&"),
    *(b"%61=;", b"\xff&", b"t=&", b"et_prod_0_id=1&", b"et_prod_%d_id;", b"com1_type=percent;"),
    *(b"<a>", b"<a/>", b"&#65;", b"<![CDATA[x]]>", b"<value><array><data>"),
]
MASSES = {
    **{repr(piece): (piece * KIB_64)[:KIB_64] for piece in PIECES},
    "names": b"&".join(b"et_prod_%d_id" % n for n in range(KIB_64))[:KIB_64],
    "any bytes": random.Random(1).randbytes(KIB_64),
}

Sent = Callable[[bytes], dict[str, Any]]


def _query(path: str, before: bytes = b"") -> Sent:
    def sent(mass: bytes) -> dict[str, Any]:
        return {"PATH_INFO": path, "QUERY_STRING": (before + mass)[:KIB_64].decode("latin-1")}

    return sent


def _path(path: str) -> Sent:
    return lambda mass: {"PATH_INFO": path.replace("|", mass.decode("latin-1"))}


def _body(path: str, **headers: str) -> Sent:
    return lambda mass: {"PATH_INFO": path, "REQUEST_METHOD": "POST", "body": mass, **headers}


def _header(name: str, path: str, before: str = "") -> Sent:
    return lambda mass: {"PATH_INFO": path, name: before + mass.decode("latin-1")}


_AUTHORIZED = {"HTTP_AUTHORIZATION": xmlrpc.CREDENTIALS["Authorization"]}
_SALES, _ORDERS, _CODE = "/salestrack/sales.php", "/salestrack/et/", "/salestrack/ts/l/a/c/free"
PLACES: dict[str, Sent] = {
    "target": _query("/salestrack/target/1/"),
    "target's id": _path("/salestrack/target/|/"),
    "order": _query(_ORDERS),
    "order's reference": _query(_ORDERS, b"et_order_ref="),
    "snippet": _query(_ORDERS, b"t="),
    "link": _path("/salestrack/r/|"),
    "landing page": _query("/p/socks", b"st_token="),
    "affiliate": _query(_CODE),
    "affiliate's amount": _query(_CODE, b"amount=5;com1_type=fixed;com1_value="),
    "affiliate's link": _path("/salestrack/ts/l/|/c/free"),
    "affiliate's code": _path("/salestrack/ts/l/a/c/|"),
    "affiliate's form": _body(_CODE, CONTENT_TYPE="application/x-www-form-urlencoded"),
    "splio": _query(_SALES),
    "splio's id": _query(_SALES, b"universe=u&amount=5&id="),
    "splio's form": _body(_SALES),
    "xmlrpc": _body(xmlrpc.PATH, **_AUTHORIZED),
    "a stranger's xmlrpc": _body(xmlrpc.PATH),
    "xmlrpc's password": lambda mass: {
        **_body(xmlrpc.PATH)(b"x"),
        "HTTP_AUTHORIZATION": "Basic " + mass.decode("latin-1"),
    },
    "bluehornet": _body("/salestrack/api/xmlrpc/index.php"),
    "bluehornet's form": lambda mass: _body("/salestrack/api/xmlrpc/index.php")(b"data=" + mass),
    "cookie": _header("HTTP_COOKIE", "/salestrack/target/1/", "salestrack="),
    "cookies": _header("HTTP_COOKIE", "/salestrack/target/1/"),
    "browser": _header("HTTP_USER_AGENT", "/salestrack/r/TOKEN"),
}


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Host]]:
    """Shops that keep what they reject; the second takes signed pixels only."""
    folder = tmp_path_factory.mktemp("cost")
    trackers = [
        make_tracker(folder / "unsigned.db"),
        make_tracker(folder / "signed.db", tamper_keys=[TAMPER_KEY]),
    ]
    yield [visited(tracker) for tracker in trackers]
    for tracker in trackers:
        tracker.close()


def _send(host: Host, sent: dict[str, Any]) -> None:
    """Call the application itself, which answers and never fails."""
    started: list[str] = []

    def start_response(status: str, *_: object) -> Any:
        started.append(status)

    environ: WSGIEnvironment = {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "",
        "HTTP_USER_AGENT": FIREFOX,
        "wsgi.url_scheme": "http",
        **sent,
        "PATH_INFO": sent["PATH_INFO"].replace("TOKEN", host.token),
    }
    body = environ.pop("body", b"")
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
    b"".join(SalesTrackMiddleware(page, host.tracker)(environ, start_response))
    assert started[0][:3] in ("200", "302", "303", "401"), started


@pytest.mark.parametrize("place", PLACES)
def test_64_kib_of_anything_take_little_time(hosts: list[Host], place: str) -> None:
    """Of the processor; tried again where the work of others came between."""
    shops = hosts if place.startswith("order") else hosts[:1]
    for host, (name, mass) in product(shops, MASSES.items()):
        needed = MOST_CPU
        for _ in range(TRIES):
            begun = time.process_time()
            _send(host, PLACES[place](mass))
            needed = min(needed, time.process_time() - begun)
            if needed < MOST_CPU:
                break
        assert needed < MOST_CPU, name


@pytest.mark.parametrize(
    "place", ["affiliate's form", "splio's form", "xmlrpc", "a stranger's xmlrpc", "bluehornet"]
)
def test_the_longest_body_takes_little_memory(hosts: list[Host], place: str) -> None:
    """A mebibyte of it is read, and a reader that made much of each byte would fill the machine."""
    for mass in (b"a=&" * MIB, b"<a/>" * MIB, b"<a>" + b"<a/>" * MIB, b"\xff" * MIB):
        sent = PLACES[place](mass[:MIB])
        tracemalloc.start()
        try:
            _send(hosts[0], sent)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < MOST_MEMORY, mass[:8]
