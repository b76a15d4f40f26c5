"""A browser over real HTTP: it sends the very bytes it is told to, and keeps cookies."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPResponse

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_PATIENCE = 20  # seconds


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Message
    body: bytes

    @property
    def cookies(self) -> list[str]:
        """The lines that set or delete cookies."""
        return self.headers.get_all("Set-Cookie", [])

    @property
    def error(self) -> str | None:
        """What a pixel says went wrong."""
        value: str | None = self.headers["ST-Error"]
        return value

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Browser:
    """One visitor of one server.

    :param port: of the server.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self.cookies: dict[str, str] = {}

    @property
    def environ(self) -> dict[str, str]:
        """What a host hands to the tracker when this visitor places an order."""
        return {"HTTP_COOKIE": self._cookie_header, "wsgi.url_scheme": "http"}

    @property
    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, target: str | bytes, headers: Mapping[str, str | None] | None = None) -> Answer:
        """Ask for a page."""
        return self.send("GET", target, headers)

    def post(
        self, target: str, body: bytes, headers: Mapping[str, str | None] | None = None
    ) -> Answer:
        """Send a form."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.send("POST", target, form, body)

    def send(
        self,
        method: str,
        target: str | bytes,
        headers: Mapping[str, str | None] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send one request and follow no redirect.

        :param target: path and query; bytes go out as they are.
        :param headers: beside those of a browser; None leaves one of these out.
        """
        fields: dict[str, str | None] = {"Host": "shop.example", "User-Agent": FIREFOX}
        if self.cookies:
            fields["Cookie"] = self._cookie_header
        if body or method == "POST":
            fields["Content-Length"] = str(len(body))
        fields |= headers or {}
        raw_target = target if isinstance(target, bytes) else target.encode("ascii")
        lines = [method.encode() + b" " + raw_target + b" HTTP/1.1"]
        lines += [
            f"{name}: {value}".encode() for name, value in fields.items() if value is not None
        ]
        with socket.create_connection(("127.0.0.1", self._port), _PATIENCE) as connection:
            connection.sendall(b"\r\n".join([*lines, b"", body]))
            with HTTPResponse(connection, method=method) as response:
                response.begin()
                answer = Answer(response.status, response.headers, response.read())
        self._keep(answer)
        return answer

    def _keep(self, answer: Answer) -> None:
        for line in answer.cookies:
            pair, *attributes = line.split("; ")
            name, _, value = pair.partition("=")
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
