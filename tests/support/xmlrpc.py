"""Ubivox's XML-RPC API as its clients see it: requests, answers, and Python's own client."""

from __future__ import annotations

import ipaddress
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import escape
from pathlib import Path
from socketserver import TCPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from xmlrpc.client import Fault, ServerProxy, loads

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.browser import Answer, Browser
from tests.support.receivers import Receivers
from tests.support.rows import row_counts
from tests.support.shop import MakeTracker
from wsgi_salestrack import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

USERS = {"shop": "pass:word/\u00f8"}
((USER, PASSWORD),) = USERS.items()
PATH = "/salestrack/xmlrpc/"
_URL_PASSWORD = "pass:word%2F%C3%B8"

NEW_ORDER = "mailer.ecommerce_tracking_new_order"
HTML = "mailer.ecommerce_tracking_html"
CANCEL = "mailer.ecommerce_tracking_cancel_order"


def basic(user: str = USER, password: str = PASSWORD) -> str:
    """The header of HTTP Basic."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


CREDENTIALS = {"Authorization": basic()}


def api_tracker(make_tracker: MakeTracker, **keys: object) -> Tracker:
    """A tracker with the API switched on."""
    return make_tracker(**{"xmlrpc_users": USERS, **keys})


def call(method: str, *values: str) -> bytes:
    """A call; what is within each ``<value>`` is XML."""
    params = "".join(f"<param><value>{value}</value></param>" for value in values)
    return (
        f"<?xml version='1.0'?><methodCall><methodName>{escape(method)}</methodName>"
        f"<params>{params}</params></methodCall>"
    ).encode()


def struct(members: Mapping[str, str]) -> str:
    """A struct; what is within each ``<value>`` is XML."""
    return "".join(
        (
            "<struct>",
            *(
                f"<member><name>{escape(name)}</name><value>{value}</value></member>"
                for name, value in members.items()
            ),
            "</struct>",
        )
    )


def texts(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters as XML-RPC's strings."""
    return {name: f"<string>{escape(value)}</string>" for name, value in parameters.items()}


def new_order(parameters: Mapping[str, str], **values: str | None) -> bytes:
    """The call that reports an order.

    :param values: XML in place of some of its parameters; None leaves one out.
    """
    members: dict[str, str | None] = {**texts(parameters), **values}
    given = {name: value for name, value in members.items() if value is not None}
    return call(NEW_ORDER, struct(given))


def post(browser: Browser, body: bytes) -> Answer:
    """Make a call with the right credentials."""
    return browser.post(PATH, body, {"Content-Type": "text/xml", **CREDENTIALS})


def value_of(answer: Answer) -> Any:
    """What a call returned."""
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    (value,), _ = loads(answer.body)
    return value


def fault_of(answer: Answer) -> Fault:
    """Why it failed."""
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    try:
        loads(answer.body)
    except Fault as fault:
        return fault
    raise AssertionError(answer.text)


def follow(visitor: Browser, tracker: Tracker) -> None:
    visitor.get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))


def show(visitor: Browser, html: object) -> None:
    """Print a snippet on a page, whose image the visitor's browser gets."""
    found = re.fullmatch(r'<img src="(https?)://[^/"]+(/[^"]+)"[^<>]*>', str(html))
    assert found, html
    answer = visitor.get(found[2].replace("&amp;", "&"))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.error is None


def sold(tracker: Tracker) -> dict[str | None, tuple[int, Decimal | None]]:
    """What the report says of each newsletter, but for those that sold nothing."""
    found = tracker.report(by="newsletter").rows
    rows = {row.dimension: (int(row.count), row.revenue) for row in found}
    return {name: sold for name, sold in rows.items() if sold[0]}


def assert_refused(
    answer: Answer, receivers: Receivers, tracker: Tracker, code: int, names: str
) -> str:
    """A fault of fixed ASCII phrases; receivers are told, nothing is recorded."""
    fault = fault_of(answer)
    assert fault.faultCode == code, fault
    assert names in fault.faultString
    assert fault.faultString.isascii()
    assert fault.faultString.isprintable()
    assert receivers.rejected == [("xmlrpc", fault.faultString)]
    assert row_counts(tracker)["conversions"] == 0
    return fault.faultString


def connected(port: int, *headers: tuple[str, str]) -> ServerProxy:
    """Python's own client."""
    return ServerProxy(f"http://{USER}:{_URL_PASSWORD}@127.0.0.1:{port}{PATH}", headers=headers)


def connected_by_tls(port: int, certificate: Path) -> ServerProxy:
    """The same, which trusts a certificate."""
    return ServerProxy(
        f"https://{USER}:{_URL_PASSWORD}@127.0.0.1:{port}{PATH}",
        context=ssl.create_default_context(cafile=certificate),
    )


class _Server(WSGIServer):
    def server_bind(self) -> None:
        """Bind, without asking a name server for this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "shop.example", self.server_address[1]
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


@contextmanager
def serving_tls(application: WSGIApplication, certificate: Path) -> Iterator[int]:
    """Serve an application by TLS itself.

    :param certificate: a file that is written, for clients to trust.
    :returns: the port.
    """
    _write_certificate(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.set_app(application)
        server.base_environ["HTTPS"] = "on"
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _write_certificate(path: Path) -> None:
    """A key, and a certificate for this machine that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
