"""What the published clients of each vendor send, to the byte where it matters."""

import html
import re
import secrets
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from xmlrpc.client import Fault, ProtocolError, ServerProxy

import click

from example_app import ubivox
from example_app.clients import words
from example_app.clients.reader import Answer, Reader
from example_app.credentials import (
    AFFILIATE_LINK,
    BLUEHORNET_KEY,
    TRACKING_CODE,
    UNIVERSE,
    XMLRPC_USER,
    Credentials,
)
from example_app.orders import OrderLine
from example_app.tracking import SALE

__all__ = ["Play", "UnexpectedPage"]

NEWSLETTER = "/newsletter/2026-11?to=c81"
PARTNER = "/partner"
CUSTOMER = "customer-7"
LONGEST_LINE = 100
TRACKED_LINK = re.compile(r'href="([^"]*/r/[^"]+)"')
IMAGE = re.compile(r'<img src="([^"]+)"')
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SOCKS = OrderLine(slug="ridge-socks", name="Ridge socks", quantity=1, unit_cents=1800)


class UnexpectedPage(Exception):
    """A page of the shop lacks what every shop of this kind has on it."""


class Play:
    """One reader, and the programs that report what they buy.

    :param shop: its address.
    :param credentials: its keys.
    """

    def __init__(self, shop: str, credentials: Credentials) -> None:
        self._shop = shop
        self._credentials = credentials
        self._reader = Reader(shop)
        self._prefix = ""  # of the tracker's addresses; a link tells it
        self._token = ""
        # References count once, so each run has its own.
        self._run = secrets.token_hex(3)
        self._orders = 0

    def clicks(self) -> None:
        """Follow a newsletter's link and a publisher's."""
        _title("A reader clicks a link in the newsletter, and one on a publisher's page")
        link = self._click(NEWSLETTER)
        self._prefix, _, self._token = link.partition("/r/")
        self._click(PARTNER)

    def is_admitted(self) -> bool:
        """Whether these are the keys of this shop."""
        try:
            return self._server().mailer.ping() is True
        except ProtocolError:
            return False

    def target(self) -> None:
        """Ubivox: what the plugin for WordPress prints."""
        _title("Ubivox: target pixel; then one that says neither revenue nor quantity")
        query = {
            "st_revenue": "49.95",
            "st_quantity": "2",
            "st_currency": "USD",
            "st_reference": self._reference(),
        }
        self._pixel(f"/target/{SALE}/?{urlencode(query)}")
        del query["st_revenue"], query["st_quantity"]
        self._pixel(f"/target/{SALE}/?{urlencode(query)}")

    def ecommerce(self) -> None:
        """Ubivox: the signed pixel, and one that was changed on its way."""
        _title("Ubivox: e-commerce pixel, signed; then the same with another price")
        query = ubivox.signed_query(self._order(self._reference()), self._credentials.tamper_key)
        self._pixel(f"/et/?{query}")
        self._pixel(f"/et/?{query.replace('18.00', '1.80')}")

    def xmlrpc(self) -> None:
        """Ubivox: the snippet on the page, the order from a server, and its cancellation."""
        _title("Ubivox: XML-RPC, by Python's xmlrpc.client")
        reference, server = self._reference(), self._server()
        snippet = _call(server, "ecommerce_tracking_html", CUSTOMER, reference)
        found = IMAGE.match(str(snippet))
        if found:
            self._get(_path(found[1]), words.of_snippet)
        _call(server, "ecommerce_tracking_new_order", self._order(reference))
        other = self._reference()
        _call(server, "ecommerce_tracking_new_order", self._order(other))
        _call(server, "ecommerce_tracking_cancel_order", other)

    def affiliate(self) -> None:
        """The affiliate network: pixel and form."""
        _title("Affiliate network: pixel and form")
        path = f"/ts/l/{AFFILIATE_LINK}/c/{TRACKING_CODE}"
        self._pixel(f"{path}?id={self._reference()};amount=19.95")
        fields = {"amount": "39.95", "id": self._reference()}
        answer = self._reader.post(self._prefix + path, fields)
        _line("POST", f"{self._prefix}{path} {urlencode(fields)}", words.of_form(answer))

    def bluehornet(self) -> None:
        """BlueHornet: as a form, and as raw XML with every value in CDATA."""
        _title("BlueHornet: roi.insert, as a form and as raw XML")
        path = f"{self._prefix}/api/xmlrpc/index.php"
        answer = self._reader.post(path, {"data": self._roi_insert("152.99", "{}")})
        _line("POST", f"{path} data=<api>...<amount>152.99</amount>", words.of_roi_insert(answer))
        answer = self._reader.send(
            "POST",
            path,
            {"Content-Type": "application/xml"},
            self._roi_insert("27.50", "<![CDATA[{}]]>").encode(),
        )
        said = words.of_roi_insert(answer)
        _line("POST", f"{path} <api>...<amount><![CDATA[27.50]]></amount>", said)

    def splio(self) -> None:
        """Splio: the picture."""
        _title("Splio: sales tracker")
        query = {"universe": UNIVERSE, "amount": "199,00", "id": self._reference()}
        self._get(f"{self._prefix}/sales.php?{urlencode(query)}", words.of_silent_pixel)

    def buy(self) -> str:
        """Buy a pair of socks, and load what the thank-you page shows.

        :returns: the order's number.
        """
        _title(
            "One order, told in four ways: the reader buys socks, the checkout itself records it"
        )
        path = f"/checkout?product={SOCKS.slug}"
        fields = dict(FIELD.findall(self._reader.get(path).text))
        fields |= {"name": "Ada", "email": "ada@example.com"}
        placed = self._reader.post("/checkout", fields)
        thanks = (
            self._reader.get(str(placed.headers["Location"])) if placed.status == 303 else placed
        )
        number = re.search(r"order <strong>([0-9]+)<", thanks.text)
        if number is None:
            raise UnexpectedPage("the shop's checkout sells no ridge socks")
        _line("POST", "/checkout", f"order {number[1]} is placed")
        for image in IMAGE.findall(thanks.text):
            self._get(_path(image), words.of_pixel)
        return number[1]

    def report_once_more(self, number: str) -> None:
        """Report an order of the shop's by the API as well.

        :param number: of an order of :meth:`buy`.
        """
        _call(self._server(), "ecommerce_tracking_new_order", self._order(number))

    def _click(self, page: str) -> str:
        found = TRACKED_LINK.search(self._reader.get(page).text)
        if found is None:
            raise UnexpectedPage(f"no tracked link is on {page}")
        link = _path(found[1])
        self._get(link, words.of_click)
        return link

    def _pixel(self, path: str) -> None:
        self._get(self._prefix + path, words.of_pixel)

    def _get(self, path: str, say: Callable[[Answer], str]) -> None:
        _line("GET", path, say(self._reader.get(path)))

    def _reference(self) -> str:
        self._orders += 1
        return f"{self._run}-{self._orders}"

    def _order(self, reference: str) -> dict[str, str]:
        return ubivox.parameters(reference=reference, customer_ref=CUSTOMER, lines=[SOCKS])

    def _server(self) -> ServerProxy:
        scheme, _, host = self._shop.partition("://")
        user = f"{XMLRPC_USER}:{self._credentials.xmlrpc_password}"
        return ServerProxy(f"{scheme}://{user}@{host}{self._prefix}/xmlrpc/")

    def _roi_insert(self, amount: str, written: str) -> str:
        values = {
            "methodName": "roi.insert",
            "roi_data": self._token,
            "amount": amount,
            "order_id": self._reference(),
        }
        call = "".join(
            f"<{name}>{written.format(value)}</{name}>" for name, value in values.items()
        )
        return (
            f"<api><authentication><api_key>{written.format(BLUEHORNET_KEY)}</api_key>"
            f"<shared_secret>{written.format(self._credentials.bluehornet_secret)}</shared_secret>"
            f"</authentication><data><methodCall>{call}</methodCall></data></api>"
        )


def _call(server: ServerProxy, method: str, *arguments: object) -> object:
    """Call a method; the result, or what it failed with."""
    result: object
    try:
        result = getattr(server.mailer, method)(*arguments)
    except (Fault, ProtocolError) as error:
        result = error
    _line("call", f"mailer.{method}({', '.join(map(repr, arguments))})", words.of_call(result))
    return result


def _path(attribute: str) -> str:
    """What an address on a page asks this very shop for, whatever name it has for itself."""
    return urlsplit(html.unescape(attribute))._replace(scheme="", netloc="").geturl()


def _title(text: str) -> None:
    click.echo(f"\n{text}")


def _line(method: str, what: str, answer: str) -> None:
    line = f"{method} {what}"
    if len(line) > LONGEST_LINE:
        line = f"{line[: LONGEST_LINE - 1]}…"
    click.echo(f"  {line}\n      {answer}")
