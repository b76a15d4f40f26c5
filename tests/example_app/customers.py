"""What customers do in the shop, through Flask's test client and so through the middleware."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.example_app.html_page import HtmlPage

#: A browser's: the tracker takes an unknown program for a bot and gives it no cookie.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


class Customer:
    """Somebody with a browser.

    :param app: the shop.
    :param keeps_cookies: whether the browser does.
    """

    def __init__(self, app: Flask, *, keeps_cookies: bool = True) -> None:
        self.client: FlaskClient = app.test_client(use_cookies=keeps_cookies)
        self.client.environ_base["HTTP_USER_AGENT"] = BROWSER

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address)

    def read(self, address: str) -> HtmlPage:
        """Open a page that must be there."""
        answer = self.get(address)
        assert answer.status_code == 200, answer.status
        return HtmlPage(answer.text)

    def send(self, page: str, action: str, **changes: str) -> TestResponse:
        """Open a page, fill in its form and send it."""
        form = self.read(page).form(action)
        return self.client.post(form.action, data=form.filled(**changes))

    def click(self, words: str, mail: str = "/newsletter/2026-11?to=c81") -> TestResponse:
        """Click a link in a mail."""
        return self.get(self.read(mail).link(words))

    def put_into_cart(self, product: str, quantity: int = 1) -> None:
        """Put a product into the cart."""
        answer = self.send(f"/p/{product}", "/cart/add", quantity=str(quantity))
        assert answer.status_code == 303, answer.status

    def check_out(self, name: str = "Ada Ash", email: str = "ada@example.com") -> TestResponse:
        """Buy what is in the cart, and see what the shop says."""
        return self.send("/checkout", "/checkout", name=name, email=email)

    def buy(self, product: str = "ridge-socks", quantity: int = 1) -> str:
        """Buy, and see the thank-you page with its pixel; its address comes back."""
        self.put_into_cart(product, quantity)
        answer = self.check_out()
        assert answer.status_code == 303, answer.text
        for image in self.read(answer.location).images:
            pixel = self.get(image)
            assert (pixel.status_code, pixel.mimetype) == (200, "image/gif")
        return answer.location
