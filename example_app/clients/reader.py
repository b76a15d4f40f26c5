"""A reader's browser, as far as a tracker sees one: over real HTTP, with cookies."""

from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

__all__ = ["Answer", "Reader"]

# Whoever names no browser is taken for a bot, and gets no cookie.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PATIENCE = 20  # seconds
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the shop said."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that it set, by their names."""
        return {
            name: morsel.value
            for line in self.headers.get_all("Set-Cookie", [])
            for name, morsel in SimpleCookie(line).items()
        }


class Reader:
    """Somebody with a browser that follows no redirect by itself.

    :param shop: its address, ``http://127.0.0.1:5000``.
    :raises OSError: where a request finds no shop.
    """

    def __init__(self, shop: str) -> None:
        parts = urlsplit(shop)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Ask for a page or an image.

        :param path: with its query.
        """
        return self.send("GET", path, {})

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form.

        :param path: with its query.
        :param fields: of the form.
        """
        return self.send("POST", path, {"Content-Type": FORM}, urlencode(fields).encode())

    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request.

        :param path: with its query.
        :param headers: beside those of a browser.
        """
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        own = {"User-Agent": BROWSER, **({"Cookie": cookies} if cookies else {})}
        connection = HTTPConnection(self._host, self._port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {**own, **headers})
            response = connection.getresponse()
            answer = Answer(status=response.status, headers=response.headers, body=response.read())
        finally:
            connection.close()
        self._cookies |= answer.cookies
        return answer
