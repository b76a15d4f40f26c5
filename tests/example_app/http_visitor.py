"""A visitor of the shop over real HTTP, with cookies, who follows no redirect unasked."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from tests.example_app.html_page import HtmlPage
from tests.support.browser import Answer, Browser


class HttpVisitor:
    """A visitor of one shop.

    :param shop: its address.
    """

    def __init__(self, shop: str) -> None:
        self._browser = Browser(_port_of(shop))

    @property
    def cookies(self) -> dict[str, str]:
        """All cookies of the browser."""
        return self._browser.cookies

    def go_to(self, shop: str) -> None:
        """Come again, to where the shop is now."""
        moved = Browser(_port_of(shop))
        moved.cookies = self._browser.cookies
        self._browser = moved

    def get(self, address: str) -> Answer:
        """Ask for whatever is there."""
        return self._browser.get(address)

    def read(self, address: str) -> HtmlPage:
        """Open a page that must be there."""
        answer = self.get(address)
        assert answer.status == 200, answer.text
        return HtmlPage(answer.text)

    def send(self, page: str, action: str, **changes: str) -> Answer:
        """Open a page, fill in its form and send it."""
        form = self.read(page).form(action)
        return self._browser.post(form.action, urlencode(form.filled(**changes)).encode())

    def post(self, html: str) -> Answer:
        """Send the one form of a snippet as it stands."""
        (form,) = HtmlPage(html).forms
        return self._browser.post(form.action, urlencode(form.fields).encode())

    def check_out(self) -> str:
        """Buy what is in the cart; the thank-you page's address comes back."""
        answer = self.send("/checkout", "/checkout", name="Ada Ash", email="ada@example.com")
        assert answer.status == 303, answer.text
        return answer.headers["Location"]

    def buy(self, product: str, quantity: int) -> Answer:
        """Buy, and load the thank-you page with its pixel; the pixel's answer comes back."""
        self.send(f"/p/{product}", "/cart/add", quantity=str(quantity))
        (pixel,) = self.read(self.check_out()).images
        return self.get(pixel)


def _port_of(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port
