from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from flask_salestrack import conversion_recorded
from tests.example_app.conftest import OpenShop
from tests.example_app.customers import Customer
from tests.example_app.rows import rows

# What would differ between any two shops, made the same: keys, clock and the banner.
THE_SAME = {
    "SECRET_KEY": "the same in both shops, and long enough",
    "SALESTRACK_SECRET_KEYS": ["the same in both shops, and long enough"],
    "TRACKING_BANNER": False,
    "NOW": lambda: datetime(2026, 11, 21, 20, 30, tzinfo=UTC),
}

Seen = tuple[int, list[tuple[str, str]], str]


class Walk:
    """Walks through the shop and writes down each answer, byte for byte.

    Three values of the shop are random, and replaced by their names wherever they stand: the
    session's form token, a form's attempt, and an order's key. The time in the session cookie's
    seal is left out by opening it. The tracker's own cookie on a landing page is not the shop's.
    """

    def __init__(self, app: Flask) -> None:
        self.customer = Customer(app)
        self.seen: list[Seen] = []
        self._session = app.session_interface
        self._app = app
        self._random: dict[str, str] = {}

    def get(self, address: str) -> TestResponse:
        return self._write_down(self.customer.get(address))

    def send(self, page: str, action: str, **changes: str) -> TestResponse:
        form = self.customer.read(page).form(action)
        self._learn(form.fields)
        return self._write_down(self.customer.client.post(form.action, data=form.filled(**changes)))

    def go(self) -> list[Seen]:
        """The whole way, with a wrong turn or two."""
        mail = self.customer.read("/newsletter/2026-11")
        self._learn(self.customer.read("/").form("/subscribe").fields)
        self.get("/")
        self.get("/newsletter/2026-10?to=c82")
        self.get(mail.link("Ridge socks"))
        self.get(mail.link("Read about the blanket"))
        self.get("/p/ridge-socks?st_token=not-one-of-ours")
        self.send("/p/ridge-socks", "/cart/add", quantity="2")
        self.get("/cart")
        self.get("/nowhere")
        self.send("/checkout", "/checkout", name="", email="nobody")
        thanks = self.customer.send("/checkout", "/checkout", name="Ada", email="ada@example.com")
        key = thanks.location.rpartition("/")[2]
        self._random[key] = "ORDER KEY"
        self._write_down(thanks)
        self.get(thanks.location)
        self.get(f"/order/{key}")
        self.send(f"/order/{key}", "/cancel")
        self.get(f"/order/{key}")
        self.send("/", "/subscribe", email="new@example.com")
        self.get("/welcome")
        return self.seen

    def _learn(self, fields: dict[str, str]) -> None:
        for name in ("csrf_token", "attempt"):
            if name in fields:
                self._random[fields[name]] = name.upper()

    def _write_down(self, answer: TestResponse) -> TestResponse:
        headers = [
            (name, self._opened(value) if name == "Set-Cookie" else self._named(value))
            for name, value in answer.headers
            if not value.startswith("salestrack=")
        ]
        self.seen.append((answer.status_code, headers, self._named(answer.text)))
        return answer

    def _named(self, text: str) -> str:
        for value, name in self._random.items():
            text = text.replace(value, name)
        return text

    def _opened(self, cookie: str) -> str:
        name, _, rest = cookie.partition("=")
        sealed, _, attributes = rest.partition(";")
        serializer = self._app.session_interface.get_signing_serializer(self._app)  # type: ignore[attr-defined]  # Flask's own, not every interface's
        values = serializer.loads(sealed)
        values.pop("csrf_token", None)
        values.pop("contact", None)
        return f"{name}={json.dumps(values)};{attributes}"


@pytest.fixture
def as_usual(open_shop: OpenShop, tmp_path: Path) -> list[Seen]:
    """The walk through a shop whose tracker works."""
    return Walk(open_shop(INSTANCE=tmp_path / "as usual", **THE_SAME)).go()


def test_the_walk_is_the_same_twice(open_shop: OpenShop, as_usual: list[Seen]) -> None:
    """Otherwise the comparisons below would prove nothing."""
    assert len(as_usual) > 15
    assert Walk(open_shop(**THE_SAME)).go() == as_usual


def test_with_tracking_broken_on_purpose_the_shop_is_the_same(
    open_shop: OpenShop, as_usual: list[Seen]
) -> None:
    """Every status, header and byte of the shop's own answers."""
    assert Walk(open_shop(BREAK_TRACKING=True, **THE_SAME)).go() == as_usual


@pytest.mark.parametrize("how", ["no database", "cut off", "no folder", "a folder", "below a file"])
def test_however_the_database_is_broken_the_shop_is_the_same(
    open_shop: OpenShop, as_usual: list[Seen], tmp_path: Path, how: str
) -> None:
    """Other ways for a database to be of no use."""
    path = tmp_path / "broken.db"
    if how == "no database":
        path.write_text("This is a letter to my aunt. " * 200)
    elif how == "cut off":
        path.write_bytes(b"SQLite format 3\0" + b"\0" * 84)
    elif how == "no folder":
        path = tmp_path / "nowhere" / "broken.db"
    elif how == "a folder":
        path.mkdir()
    else:
        path.touch()
        path /= "sales.db"

    assert Walk(open_shop(SALESTRACK_DATABASE=str(path), **THE_SAME)).go() == as_usual


def test_with_a_receiver_that_raises_the_shop_is_the_same(
    open_shop: OpenShop, as_usual: list[Seen]
) -> None:
    """Somebody else's handler fails at each sale."""

    def fail(_sender: Flask, **_: object) -> None:
        raise RuntimeError("a receiver of the test's own that fails")

    app = open_shop(**THE_SAME)
    with conversion_recorded.connected_to(fail, sender=app):
        assert Walk(app).go() == as_usual


def test_with_a_poisoned_cookie_the_shop_is_the_same(
    open_shop: OpenShop, as_usual: list[Seen]
) -> None:
    """A cookie of our name that holds anything at all."""
    walk = Walk(open_shop(**THE_SAME))
    walk.customer.client.set_cookie("salestrack", "x" * 3000)

    assert walk.go() == as_usual


def test_the_shop_sells_while_tracking_is_broken(open_shop: OpenShop) -> None:
    """The order is there, the pixel is a pixel and says that nothing was recorded."""
    app = open_shop(BREAK_TRACKING=True)
    customer = Customer(app)
    customer.click("Ridge socks")

    thanks = customer.buy("ridge-socks", 2)

    assert rows(app, "SELECT number, status FROM orders") == [(1001, "placed")]
    (pixel,) = customer.read(thanks).images
    assert "ST-Error" in customer.get(pixel).headers


def test_the_banner_says_that_tracking_is_broken(open_shop: OpenShop) -> None:
    """On every page, for the switch must never be forgotten."""
    customer = Customer(open_shop(BREAK_TRACKING=True))

    for path in ("/", "/p/ridge-socks", "/cart", "/newsletter/2026-11", "/report"):
        assert "Tracking is broken on purpose." in customer.read(path).words


def test_the_report_shows_the_shops_orders_without_a_tracker(open_shop: OpenShop) -> None:
    """The tracker's half is missing and says so."""
    customer = Customer(open_shop(BREAK_TRACKING=True))
    customer.buy("ridge-socks", 2)

    page = customer.read("/report")

    assert "The tracker cannot be read just now." in page.words
    assert page.tables["orders"][1] == ["1001", "placed", "$36.00", "the tracker never heard of it"]
