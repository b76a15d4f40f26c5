"""Requests and whole answers, over HTTP or straight into a WSGI application of this process."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

#: A user agent that no list of bots knows: a bot's click gets no cookie.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

_PATIENCE = 30  # seconds


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a browser asks for.

    :param target: path and query, as they go over the wire.
    """

    target: str
    method: str = "GET"
    cookie: str = ""
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """An answer, complete but for the server's ``Date``."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of the header, or None."""
        return next((value for key, value in self.headers if key == name), None)

    def without(self, name: str) -> Answer:
        """The same answer as if it lacked a header."""
        kept = tuple(header for header in self.headers if header[0] != name)
        return Answer(self.status, kept, self.body)


#: Sends a request somewhere and waits for the answer.
Ask = Callable[[Request], Answer]


def ask_over(connection: HTTPConnection, request: Request) -> Answer:
    """Ask over a connection, which stays open.

    :raises OSError: where the server went away; or ``HTTPException``, in the middle of it.
    """
    headers = {"User-Agent": BROWSER}
    if request.cookie:
        headers["Cookie"] = request.cookie
    connection.request(request.method, request.target, request.body or None, headers)
    response = connection.getresponse()
    body = response.read()
    kept = tuple(header for header in response.getheaders() if header[0] != "Date")
    return Answer(f"{response.status} {response.reason}", kept, body)


def over_http(port: int) -> Ask:
    """Asks a server of this machine, over a new connection each time."""

    def ask(request: Request) -> Answer:
        with closing(HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)) as connection:
            return ask_over(connection, request)

    return ask


def through_wsgi(application: WSGIApplication) -> Ask:
    """Asks an application of this process, as a server would."""

    def ask(request: Request) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> object:
            started.append((status, headers))
            return None

        parts = application(environ_of(request), start_response)  # type: ignore[arg-type]  # nobody calls write()
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        ((status, headers),) = started
        return Answer(status, tuple(headers), body)

    return ask


def environ_of(request: Request) -> WSGIEnvironment:
    """The WSGI environment of a request."""
    path, _, query = request.target.partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_USER_AGENT": BROWSER,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": io.BytesIO(request.body),
    }
    if request.cookie:
        environ["HTTP_COOKIE"] = request.cookie
    setup_testing_defaults(environ)
    return environ
