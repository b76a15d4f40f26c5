"""One order as each of the dialects tells it, to a shop that takes them all."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.message import Message
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, unquote_to_bytes, urlencode
from xmlrpc.client import Fault, loads

from werkzeug.test import Client

from tests.support import bluehornet, xmlrpc
from tests.support.browser import FIREFOX, Answer, Browser
from wsgi_salestrack import Conversion, Order, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TAMPER_KEY: Final = "an anti-tampering key"

#: All dialects are on, and share the orders' scope.
KEYS: Final[Mapping[str, Any]] = {
    "targets": {1: {"title": "Sale", "scope": "order"}},
    "tracking_codes": {
        "ten": {"tier1": ["percent", "10"], "tier2": ["percent", "5"], "scope": "order"},
        "flat": {"tier1": ["fixed", "2.50"], "scope": "order"},
    },
    "universes": {"u": {"scope": "order"}},
    "xmlrpc_users": xmlrpc.USERS,
    "bluehornet_keys": bluehornet.KEYS,
    "require_https": False,  # or Splio's would need a server of its own
}

#: How an order may arrive, and how far each is trusted [design]: a server's word above a signed
#: pixel's, above what any browser may say.
TRUST: Final[Mapping[str, int]] = {
    "pixel": 1,
    "target": 1,
    "affiliate": 1,
    "splio": 1,
    "signed pixel": 2,
    "xmlrpc": 3,
    "bluehornet": 3,
    "call": 3,
}
#: Those that tell the products.
WITH_LINES: Final = frozenset(("pixel", "signed pixel", "xmlrpc", "call"))


@dataclass(frozen=True)
class Request:
    """What goes over the wire.

    :param body: of a POST; None: it is a GET.
    """

    target: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def sent_by(self, browser: Browser) -> Answer:
        """The answer to a browser that sends it."""
        if self.body is None:
            return browser.get(self.target, self.headers)
        return browser.post(self.target, self.body, self.headers)


class InProcess(Browser):
    """A browser that calls the application itself, which takes a tenth of the time.

    :param application: with the middleware.
    """

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__(0)
        self._client = Client(application, use_cookies=False)

    def send(
        self,
        method: str,
        target: str | bytes,
        headers: Mapping[str, str | None] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send one request and follow no redirect."""
        assert isinstance(target, str)
        fields = {"User-Agent": FIREFOX, "Cookie": self._cookie_header, **(headers or {})}
        given = [(name, value) for name, value in fields.items() if value]
        # As a server decodes it; werkzeug's client would read it as UTF-8.
        path = unquote_to_bytes(target.partition("?")[0]).decode("latin-1")
        response = self._client.open(
            target,
            method=method,
            data=body,
            headers=given,
            environ_overrides={"PATH_INFO": path},
        )
        said = Message()
        for name, value in response.headers:
            said[name] = value
        answer = Answer(response.status_code, said, response.data)
        self._keep(answer)
        return answer


def total_of(order: Order) -> Decimal:
    """What an order costs, in dollars."""
    return sum((line.unit_price.amount * line.quantity for line in order.lines), Decimal(0))


def quantity_of(order: Order) -> int:
    """How many items it has."""
    return sum(line.quantity for line in order.lines)


def parameters(order: Order, reference: str) -> dict[str, str]:
    """The order as Ubivox's parameters."""
    values = {
        "et_products": str(len(order.lines)),
        "et_currency": "USD",
        "et_customer_ref": order.customer_ref or "",
        "et_order_ref": reference,
    }
    for index, line in enumerate(order.lines):
        values |= {
            f"et_prod_{index}_id": line.product_id,
            f"et_prod_{index}_quantity": str(line.quantity),
            f"et_prod_{index}_name": line.name,
            f"et_prod_{index}_category": ",".join(line.categories),
            f"et_prod_{index}_unit_price": str(line.unit_price.amount),
        }
    return values


def signed(values: Mapping[str, str], key: str = TAMPER_KEY) -> str:
    """A query string and its digest."""
    query = urlencode(sorted(values.items()))
    digest = hmac.digest(key.encode(), query.encode(), "sha256").hex()
    return f"{query}&et_digest={digest}"


@dataclass(frozen=True)
class Told:
    """What is told of an order.

    :param token: of the click that BlueHornet's client hands back.
    :param code: the affiliate's.
    """

    order: Order
    reference: str
    token: str
    code: str


def _pixel(told: Told) -> Request:
    return Request(f"/salestrack/et/?{urlencode(parameters(told.order, told.reference))}")


def _signed_pixel(told: Told) -> Request:
    return Request(f"/salestrack/et/?{signed(parameters(told.order, told.reference))}")


def _target(told: Told) -> Request:
    values = {
        "st_revenue": total_of(told.order),
        "st_quantity": quantity_of(told.order),
        "st_currency": "USD",
        "st_reference": told.reference,
    }
    return Request(f"/salestrack/target/1/?{urlencode(values)}")


def _affiliate(told: Told) -> Request:
    query = f"id={quote_plus(told.reference)};amount={total_of(told.order)}"
    return Request(f"/salestrack/ts/l/banner/c/{told.code}?{query}")


def _splio(told: Told) -> Request:
    query = urlencode({"universe": "u", "amount": total_of(told.order), "id": told.reference})
    return Request(f"/salestrack/sales.php?{query}")


def _xmlrpc(told: Told) -> Request:
    body = xmlrpc.new_order(parameters(told.order, told.reference))
    return Request(xmlrpc.PATH, body, xmlrpc.CREDENTIALS)


def _bluehornet(told: Told) -> Request:
    amount, order_id = str(total_of(told.order)), escape(told.reference)
    call = bluehornet.call(roi_data=told.token, amount=amount, order_id=order_id)
    return Request(bluehornet.PATH, bluehornet.document(call).encode())


_REQUESTS: Final[Mapping[str, Callable[[Told], Request]]] = {
    "pixel": _pixel,
    "signed pixel": _signed_pixel,
    "target": _target,
    "affiliate": _affiliate,
    "splio": _splio,
    "xmlrpc": _xmlrpc,
    "bluehornet": _bluehornet,
}


def complaint_of(answer: Answer) -> str:
    """What a dialect's own answer says went wrong; empty for nothing, and always of Splio's."""
    assert answer.status == 200, answer
    if answer.headers["Content-Type"] == "image/gif":
        return answer.error or ""
    if b"<item>" in answer.body:
        item = bluehornet.item_of(answer)
        return item["responseText"] if "error" in item else ""
    try:
        (value,), _ = loads(answer.body)
    except Fault as fault:
        return str(fault.faultString)
    assert value is True
    return ""


@dataclass(frozen=True)
class Shop:
    """Where orders arrive by all ways; a part of its pages has taken up a tamper key.

    :param tracker: whose ``/et/`` takes unsigned pixels.
    :param visitor: of the pages with those.
    :param signing: the same visitor, of the pages whose pixels are signed.
    :param token: of a click, for BlueHornet's client.
    """

    tracker: Tracker
    visitor: Browser
    signing: Browser
    token: str = ""

    def tell(self, way: str, order: Order, reference: str, *, code: str = "ten") -> str:
        """Let an order arrive; what is said against it."""
        if way == "call":
            conversion = Conversion(reference=reference, order=order)
            recorded = self.tracker.record(conversion, environ=self.visitor.environ)
            return "conflict" if recorded.outcome == "conflict" else ""
        browser = self.signing if way == "signed pixel" else self.visitor
        request = _REQUESTS[way](Told(order, reference, self.token, code))
        return complaint_of(request.sent_by(browser))
