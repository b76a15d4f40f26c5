"""``GET /et/`` with ``et_*``: the vendor's own examples, and what else is taken."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from tests.support.browser import Answer
from tests.support.clock import NOON
from tests.support.orders import (
    COLA,
    COLA_ORDER,
    COLA_SNIPPET,
    SOCKS,
    SOCKS_ORDER,
    changed,
    customer,
    hit,
    order_of,
)
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Order, Touch, Tracker


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image's address, its entities resolved as a browser does."""
        source = dict(attrs).get("src")
        if tag == "img" and source is not None:
            self.addresses.append(source)


def assert_recorded(answer: Answer) -> None:
    """An acknowledged hit: the transparent pixel that no cache keeps, and no error."""
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.error is None
    assert answer.body.startswith(b"GIF89a")


def test_the_documented_snippet_works_with_our_hostname(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """[doc] "Here is a complete example": with an empty prefix only the hostname changes."""
    tracker = make_tracker(url_prefix="")
    receivers = listen(tracker)
    images = _Images()
    images.feed(COLA_SNIPPET)
    address = urlsplit(images.addresses[0])

    assert_recorded(customer(tracker, visit).get(f"{address.path}?{address.query}"))

    (recorded,) = receivers.recorded
    assert recorded.outcome == "recorded"
    assert recorded.conversion == Conversion(
        source="ecommerce_pixel",
        scope="order",
        reference="12345678",
        revenue=Money("1.50", "USD"),
        quantity=1,
        occurred_at=NOON,
        order=COLA_ORDER,
    )
    assert recorded.touch == Touch(at=NOON, contact="c81", newsletter="2026-11")


def test_the_documented_parameter_set_is_an_order_of_seven_items(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """[doc] "An order with two products with a total of seven items"."""
    receivers = listen(tracker)

    assert_recorded(customer(tracker, visit).get(hit(SOCKS)))

    (recorded,) = receivers.recorded
    conversion = recorded.conversion
    assert conversion.order == SOCKS_ORDER
    assert (conversion.reference, conversion.scope) == ("995AB220", "order")
    assert (conversion.revenue, conversion.quantity) == (Money("6.83", "USD"), 7)
    counts = row_counts(tracker)
    assert (counts["conversions"], counts["lines"], counts["products"]) == (1, 2, 2)


@pytest.mark.parametrize("path", ["/salestrack/et/", "/salestrack/et", "/salestrack/%65t/"])
def test_the_path_has_a_slash_or_none(tracker: Tracker, visit: Visit, path: str) -> None:
    """As all of our paths."""
    assert_recorded(customer(tracker, visit).get(f"{path}?{COLA}"))


@pytest.mark.parametrize(
    ("values", "order"),
    [
        pytest.param(
            {"point_of_sale": None},
            Order(customer_ref="HS99332", lines=SOCKS_ORDER.lines),
            id="no point of sale",
        ),
        pytest.param(
            {"point_of_sale": ""},
            Order(customer_ref="HS99332", lines=SOCKS_ORDER.lines),
            id="an empty point of sale",
        ),
        pytest.param({"prod_0_unit_price": "0.890000"}, SOCKS_ORDER, id="trailing zeros"),
        pytest.param({"prod_0_quantity": "005"}, SOCKS_ORDER, id="leading zeros"),
        pytest.param({"products": "02"}, SOCKS_ORDER, id="leading zeros of the count"),
        pytest.param({"prod_0_category": " socks , mens "}, SOCKS_ORDER, id="spaced categories"),
        pytest.param({"prod_0_category": ",socks,,mens,"}, SOCKS_ORDER, id="empty categories"),
        pytest.param({"other": "1", "prod_0_sku": "1"}, SOCKS_ORDER, id="other parameters of et_"),
    ],
)
def test_what_is_taken_as_the_same_order(
    tracker: Tracker, visit: Visit, listen: Listen, values: dict[str, str | None], order: Order
) -> None:
    """What clients may write in one way or another."""
    receivers = listen(tracker)

    assert_recorded(customer(tracker, visit).get(hit(changed(**values))))

    (recorded,) = receivers.recorded
    assert recorded.conversion.order == order


@pytest.mark.parametrize(
    ("currency", "price", "revenue"),
    [
        pytest.param("USD", "12345.67", "12345.67", id="[doc] 12345.67"),
        pytest.param("USD", "5", "5.00", id="no decimals"),
        pytest.param("USD", "0", "0.00", id="a gift"),
        pytest.param("USD", "99999999.99", "99999999.99", id="most"),
        pytest.param("JPY", "500", "500", id="yen"),
        pytest.param("JPY", "500.00", "500", id="yen with zeros"),
        pytest.param("KWD", "1.234", "1.234", id="dinar"),
        pytest.param("DKK", "1.50", "1.50", id="[doc] DKK"),
        pytest.param("GBP", "1.50", "1.50", id="[doc] GBP"),
    ],
)
def test_prices_are_in_the_orders_currency(
    tracker: Tracker, visit: Visit, listen: Listen, *, currency: str, price: str, revenue: str
) -> None:
    """Exactly, with the decimals that the currency has."""
    receivers = listen(tracker)
    parameters = order_of(1) | {"et_currency": currency, "et_prod_0_unit_price": price}

    assert_recorded(customer(tracker, visit).get(hit(parameters)))

    (recorded,) = receivers.recorded
    assert recorded.conversion.revenue == Money(revenue, currency)


@pytest.mark.parametrize(
    "value",
    ["0012", " A 1 ", "a+b&c=d%20", "\u00c6\u00d8", "e\u0301", "a\nb", "<b>", "1e5", "\U0001f9e6"],
)
def test_text_is_kept_exactly_as_sent(
    tracker: Tracker, visit: Visit, listen: Listen, value: str
) -> None:
    """Neither trimmed nor normalised nor made a number."""
    receivers = listen(tracker)
    names = ("customer_ref", "order_ref", "point_of_sale", "prod_0_id", "prod_0_name")

    assert_recorded(customer(tracker, visit).get(hit(changed(**dict.fromkeys(names, value)))))

    (recorded,) = receivers.recorded
    conversion = recorded.conversion
    assert conversion.order is not None
    assert conversion.reference == value
    assert (conversion.order.customer_ref, conversion.order.point_of_sale) == (value, value)
    line = conversion.order.lines[0]
    assert (line.product_id, line.name) == (value, value)


def test_raw_utf8_is_read_as_encoded(tracker: Tracker, visit: Visit) -> None:
    """Some shops do not encode at all."""
    query = COLA.replace("Softdrinks", "S\u00f8de").encode()

    assert_recorded(customer(tracker, visit).get(b"/salestrack/et/?" + query))

    (product,) = rows_of(tracker, "products")
    assert product["categories"] == '[\n"S\u00f8de"\n]'


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_get_405(tracker: Tracker, visit: Visit, method: str) -> None:
    """Only an image is served here."""
    answer = customer(tracker, visit).send(method, hit(COLA))

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert row_counts(tracker)["conversions"] == 0


def test_head_records_nothing(tracker: Tracker, visit: Visit) -> None:
    """It gets the headers of the pixel without the pixel."""
    answer = customer(tracker, visit).send("HEAD", hit(COLA))

    assert (answer.status, answer.body, answer.error) == (200, b"", None)
    assert answer.headers["Content-Type"] == "image/gif"
    assert row_counts(tracker)["conversions"] == 0


def test_where_the_protocol_is_off_the_path_is_the_hosts(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """``protocols`` without ``ecommerce``."""
    answer = visit(make_tracker(protocols=["click", "target"])).get("/salestrack/et/")

    assert answer.text == "the shop|GET|/salestrack/et/|"
