"""The vendor's own example orders for ``/et/``, and queries made of such parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from tests.support.browser import Answer, Browser
from tests.support.receivers import Listen, Receivers
from tests.support.rows import row_counts
from tests.support.shop import Visit
from wsgi_salestrack import Line, Money, Order, Tracker

Refuse = Callable[[Mapping[str, str] | str, str], None]

# [doc] "Here is a complete example".
COLA_SNIPPET = (
    '<img src="https://account.uxmail.io/et/?et_products=1&et_currency=USD'
    "&et_customer_ref=12345678&et_order_ref=12345678&et_prod_0_id=54491472"
    "&et_prod_0_quantity=1&et_prod_0_name=Coca+Cola+500ml&et_prod_0_category=Softdrinks"
    '&et_prod_0_unit_price=1.50" height="1" width="1">'
)
COLA = COLA_SNIPPET.partition("?")[2].partition('"')[0]
COLA_ORDER = Order(
    customer_ref="12345678",
    lines=(
        Line(
            product_id="54491472",
            name="Coca Cola 500ml",
            categories=("Softdrinks",),
            quantity=1,
            unit_price=Money("1.50", "USD"),
        ),
    ),
)

# [doc] "Here is an example parameter set of an order with two products".
SOCKS = {
    "et_customer_ref": "HS99332",
    "et_order_ref": "995AB220",
    "et_point_of_sale": "webshop",
    "et_currency": "USD",
    "et_products": "2",
    "et_prod_0_id": "9040493329",
    "et_prod_0_quantity": "5",
    "et_prod_0_category": "socks,mens",
    "et_prod_0_name": "Mens black socks",
    "et_prod_0_unit_price": "0.89",
    "et_prod_1_id": "8584922943",
    "et_prod_1_quantity": "2",
    "et_prod_1_category": "tshirts,mens",
    "et_prod_1_name": "Mens red tshirt",
    "et_prod_1_unit_price": "1.19",
}
SOCKS_ORDER = Order(
    customer_ref="HS99332",
    point_of_sale="webshop",
    lines=(
        Line(
            product_id="9040493329",
            name="Mens black socks",
            categories=("socks", "mens"),
            quantity=5,
            unit_price=Money("0.89", "USD"),
        ),
        Line(
            product_id="8584922943",
            name="Mens red tshirt",
            categories=("tshirts", "mens"),
            quantity=2,
            unit_price=Money("1.19", "USD"),
        ),
    ),
)

# The vendor's key is not published; these digests were made with this one, by openssl.
KEY = "secret"
COLA_SORTED = "&".join(sorted(COLA.split("&")))
COLA_DIGEST = "e467a9ac5ba4e2e466113ed1ad8827b88c96e87a9adf86bbcdab9465a3270dfe"
COLA_PERCENT_DIGEST = "db6f7e80bf88e9b01247300d75d6915e25f9673d3b4dfa16e8cecb8c9ce6f962"
SOCKS_DIGEST = "02647e6a747a2d0f5fb3cb83458490ab54dff315cae60407df8577018929eaec"


def order_of(products: int) -> dict[str, str]:
    """The parameters of an order with so many products, of one dollar each."""
    parameters = {
        "et_products": str(products),
        "et_currency": "USD",
        "et_customer_ref": "C1",
        "et_order_ref": "1001",
    }
    for index in range(products):
        parameters |= {
            f"et_prod_{index}_id": f"p{index}",
            f"et_prod_{index}_quantity": "1",
            f"et_prod_{index}_name": f"Socks {index}",
            f"et_prod_{index}_category": "socks",
            f"et_prod_{index}_unit_price": "1.00",
        }
    return parameters


def hit(parameters: Mapping[str, str] | str) -> str:
    """The address of a pixel."""
    query = parameters if isinstance(parameters, str) else urlencode(parameters)
    return f"/salestrack/et/?{query}"


def changed(**values: str | None) -> dict[str, str]:
    """The two products' order with other values, named without ``et_``; None leaves one out."""
    parameters: dict[str, str | None] = {**SOCKS}
    parameters |= {f"et_{name}": value for name, value in values.items()}
    return {name: value for name, value in parameters.items() if value is not None}


def customer(tracker: Tracker, visit: Visit) -> Browser:
    """A visitor who came by a newsletter's link: nobody else's order is recorded."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"))
    return visitor


def assert_refused(answer: Answer, receivers: Receivers, tracker: Tracker, names: str) -> None:
    """A pixel with a fixed ASCII phrase; receivers are told, nothing is recorded."""
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.body.startswith(b"GIF89a")
    assert answer.error is not None
    assert answer.error.isascii()
    assert answer.error.isprintable()
    assert names in answer.error, answer.error
    assert receivers.rejected == [("ecommerce", answer.error)]
    assert receivers.recorded == receivers.duplicated == receivers.enriched == []
    counts = row_counts(tracker)
    assert (counts["conversions"], counts["lines"], counts["products"]) == (0, 0, 0)


def refusing(tracker: Tracker, visit: Visit, listen: Listen) -> Refuse:
    """What sends a credited customer's order, and asserts that an error names something."""

    def send(query: Mapping[str, str] | str, names: str) -> None:
        visitor = customer(tracker, visit)
        receivers = listen(tracker)
        assert_refused(visitor.get(hit(query)), receivers, tracker, names)

    return send
