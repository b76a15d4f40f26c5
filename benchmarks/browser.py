"""What a visitor's browser does: follow a link and keep the cookie, fetch a pixel."""

from __future__ import annotations

import http.client

from benchmarks.apps import BROWSER
from benchmarks.errors import BenchmarkError
from benchmarks.servers import Server

_COOKIE_START = "salestrack="


class Browser:
    """A client with one connection that stays open; not for several threads at once.

    :param server: whom to ask.
    """

    def __init__(self, server: Server) -> None:
        self._connection = server.connect()

    def click(self, path: str) -> str:
        """Follow a newsletter's link.

        :param path: of the click URL.
        :returns: the cookie that was set, ready for a ``Cookie`` header.
        :raises BenchmarkError: the answer was no redirect with our cookie.
        """
        response = self._get(path, cookie=None)
        cookie = response.headers.get("Set-Cookie", "").partition(";")[0]
        if response.status != http.client.FOUND or not cookie.startswith(_COOKIE_START):
            raise BenchmarkError(f"a click was answered {response.status} without our cookie")
        return cookie

    def pixel(self, path: str, *, cookie: str | None) -> str | None:
        """Fetch a pixel.

        :param cookie: what :meth:`click` gave, or None.
        :returns: None when the hit was acknowledged, else what was wrong.
        """
        response = self._get(path, cookie=cookie)
        if response.status != http.client.OK:
            return f"{response.status} {response.reason}"
        if response.headers.get("Content-Type") != "image/gif":
            return "not an image"
        return response.headers.get("ST-Error")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _get(self, path: str, *, cookie: str | None) -> http.client.HTTPResponse:
        headers = {"User-Agent": BROWSER, "Accept": "*/*"}
        if cookie is not None:
            headers["Cookie"] = cookie
        try:
            return self._ask(path, headers)
        except ConnectionError:
            # The server closed a connection that it found idle. A browser asks again, and so may
            # we: a link may be followed twice, and a pixel's reference counts once.
            self._connection.close()
            return self._ask(path, headers)

    def _ask(self, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request("GET", path, headers=headers)
        response = self._connection.getresponse()
        response.read()
        return response
