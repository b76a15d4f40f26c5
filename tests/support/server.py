"""A real threaded WSGI server on a free port of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Serve = Callable[..., int]


class _Server(ThreadingMixIn, WSGIServer):
    request_queue_size = 128

    def __init__(self) -> None:
        self.errors = StringIO()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Bind, without asking a name server for this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "shop.example", self.server_address[1]
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    def get_stderr(self) -> StringIO:
        """Where wsgiref writes the traceback of what an application let through."""
        errors: StringIO = self.server.errors  # type: ignore[attr-defined]  # it is our server
        return errors

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


@contextmanager
def serving(application: WSGIApplication, *, https: bool = False) -> Iterator[int]:
    """Serve an application; at the end no request may have raised.

    :param https: say so in ``wsgi.url_scheme``, as a server behind a TLS terminator does.
    :returns: the port.
    """
    server = _Server()
    server.set_app(application)
    if https:
        server.base_environ["HTTPS"] = "on"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert "Traceback" not in server.errors.getvalue(), server.errors.getvalue()
