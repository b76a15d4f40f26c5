"""A small real reverse proxy: the shop below a path, with or without TLS, as nginx would do it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
# These concern one connection only, and there are two of them.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade"}


class ReverseProxy(ThreadingHTTPServer):
    """Serves a prefix from a server that knows nothing of it.

    :param prefix: under which the shop is seen, without a last slash.
    :param certificate: PEM file with certificate and key; None: plain http.
    """

    daemon_threads = True

    def __init__(self, prefix: str, certificate: Path | None = None) -> None:
        super().__init__((HOST, 0), _Handler)
        self.prefix = prefix
        self.scheme = "http"
        self.upstream = ""
        if certificate is not None:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def host(self) -> str:
        """Host and port as browsers write them."""
        return f"{HOST}:{self.server_port}"

    @property
    def address(self) -> str:
        """Where the shop is seen, without a last slash."""
        return f"{self.scheme}://{self.host}{self.prefix}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser may hang up on what it no longer needs; that is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: ReverseProxy

    def do_GET(self) -> None:
        self._forward()

    def do_POST(self) -> None:
        self._forward()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: what went wrong is in the test's own report."""

    def _forward(self) -> None:
        if not self.path.startswith(f"{self.server.prefix}/"):
            self.send_error(404, "nothing here but the shop's prefix")
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = [(n, v) for n, v in self.headers.items() if n.lower() not in HOP_BY_HOP]
        upstream = HTTPConnection(urlsplit(self.server.upstream).netloc, timeout=30)
        try:
            upstream.putrequest(
                self.command, self.path.removeprefix(self.server.prefix), skip_host=True
            )
            upstream.putheader("Host", urlsplit(self.server.upstream).netloc)
            for name, value in headers:
                # A visitor's own word on these must not get through.
                if name.lower() != "host" and not name.lower().startswith("x-forwarded-"):
                    upstream.putheader(name, value)
            upstream.putheader("X-Forwarded-For", self.client_address[0])
            upstream.putheader("X-Forwarded-Proto", self.server.scheme)
            upstream.putheader("X-Forwarded-Host", self.server.host)
            upstream.putheader("X-Forwarded-Prefix", self.server.prefix)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            content = answer.read()
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        finally:
            upstream.close()


@contextmanager
def reverse_proxy(prefix: str, certificate: Path | None = None) -> Iterator[ReverseProxy]:
    """Run a proxy in a thread; tell it its ``upstream`` once that is known."""
    with ReverseProxy(prefix, certificate) as proxy:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


def write_certificate(path: Path) -> Path:
    """Make a certificate for this machine that its own key signed.

    :returns: the path, of a PEM file that holds certificate and key.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
