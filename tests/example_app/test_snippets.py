from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, request

from example_app.credentials import kept_credentials
from example_app.snippets import NO_ROI_DATA
from flask_salestrack import current_tracker
from tests.example_app.conftest import OpenShop
from tests.example_app.customers import Customer
from tests.example_app.http_visitor import HttpVisitor
from tests.example_app.processes import running_shop
from tests.example_app.rows import rows, rows_in
from tests.example_app.snippets_page import image_of, snippets_of, typed
from wsgi_salestrack import Conversion, Money, Tracker

PIXELS = ["target", "et", "affiliate", "splio"]
ALL = ["record", "target", "et", "sealed", "xmlrpc", "affiliate", "form", "bluehornet", "splio"]
SALES = "SELECT reference, source, revenue, touch_newsletter FROM conversions ORDER BY reference"


def read(customer: Customer, thanks: str) -> dict[str, str]:
    """The snippets of an order whose thank-you page somebody saw."""
    return snippets_of(customer.get(thanks.replace("/thank-you/", "/order/") + "/snippets").text)


def seen_at(shop: str, visitor: HttpVisitor, key: str) -> dict[str, str]:
    """The same over HTTP, with the shop's true address in place of what the visitor calls it."""
    page = visitor.get(f"/order/{key}/snippets").text
    return snippets_of(page.replace("shop.example", shop.removeprefix("http://")))


def test_the_order_page_leads_to_the_snippets_of_every_dialect(customer: Customer) -> None:
    """Each with a sentence, and the text as text: no snippet works on this page itself."""
    key = customer.buy().rpartition("/")[2]
    address = customer.read(f"/order/{key}").link("How each vendor's snippet")

    page = customer.get(address)

    assert page.headers["Cache-Control"] == "private, no-store"
    assert list(snippets_of(page.text)) == ALL
    shown = customer.read(address)
    assert shown.images == []
    assert shown.forms == []
    assert "<img" not in page.text
    for snippet in snippets_of(page.text).values():
        assert "1001" in snippet or "/et/?t=" in snippet


def test_the_snippets_open_to_the_orders_key_only(customer: Customer) -> None:
    """A number is no key."""
    customer.buy()

    for wrong in ("1001", "a" * 22, "%00"):
        assert customer.get(f"/order/{wrong}/snippets").status_code == 404


def test_no_key_of_the_shops_is_shown(customer: Customer, shop: Flask) -> None:
    """The page is the customer's: it names the files that keys are in."""
    page = "\n".join(read(customer, customer.buy()).values())

    credentials = kept_credentials(Path(shop.instance_path))
    for key in (
        credentials.tamper_key,
        credentials.xmlrpc_password,
        credentials.bluehornet_secret,
        shop.config["SECRET_KEY"],
        "ada@example.com",
    ):
        assert key not in page


def test_they_are_the_vendors_own(customer: Customer) -> None:
    """What stands in the documentation, with this order's values."""
    found = read(customer, customer.buy("ridge-socks", 2))

    assert found["target"].startswith(
        '<img src="/salestrack/target/1/?st_revenue=36.00&amp;st_quantity=2&amp;st_currency=USD'
        '&amp;st_reference=1001" height="1" width="1"'
    )
    assert "et_prod_0_unit_price=18.00&amp;et_products=1&amp;et_digest=" in found["et"]
    assert found["affiliate"] == '<img src="/salestrack/ts/l/shop/c/sale?id=1001;amount=36.00"/>'
    assert '<input type="hidden" name="amount" value="36.00" />' in found["form"]
    assert found["splio"] == (
        '<img src="/salestrack/sales.php?universe=fellandfleece&amount=36.00&id=1001"'
        ' width="0" height="0" border="0" alt=""/>'
    )
    for part in ("<amount>36.00</amount>", "<order_id>1001</order_id>", "<roi_data>ROI_DATA<"):
        assert part in found["bluehornet"]


def test_the_checkouts_own_call_is_python(customer: Customer, shop: Flask) -> None:
    """Pasted into a view, it reports the very order that the checkout has reported."""
    found = read(customer, customer.buy("ridge-socks", 2))

    with shop.test_request_context():
        names = {
            "Conversion": Conversion,
            "Money": Money,
            "current_tracker": current_tracker,
            "request": request,
        }
        exec(found["record"], names)  # noqa: S102  it is our own page

    tracker: Tracker = shop.extensions["salestrack"]
    assert [(row.count, str(row.revenue)) for row in tracker.report().rows] == [(1, "36.00")]


def test_each_snippet_alone_reports_its_order(tmp_path: Path) -> None:
    """Orders whose checkout could not tell the tracker: one for each way to make that good."""
    instance, ways = tmp_path / "instance", ["xmlrpc", "form", "bluehornet", *PIXELS]
    with running_shop(instance, BREAK_TRACKING="1") as address:
        visitor = HttpVisitor(address)
        link = visitor.read("/newsletter/2026-11").link("Ridge socks")
        visitor.get(link)
        keys = []
        for _ in ways:
            visitor.send("/p/moor-yarn", "/cart/add")
            keys.append(visitor.check_out().rpartition("/")[2])
    with running_shop(instance) as address:
        visitor.go_to(address)
        for way, key in zip(ways, keys, strict=True):
            found = seen_at(address, visitor, key)
            if way == "form":
                visitor.post(found[way])
            elif way in PIXELS:
                assert visitor.get(image_of(found[way])).error is None
            else:
                visitor.get(image_of(found["sealed"]))
                typed(found[way].replace(NO_ROI_DATA, link.rpartition("/")[2]), tmp_path)

    sources = ["xmlrpc", "affiliate", "bluehornet", "target", "ecommerce_pixel", "affiliate"]
    assert rows_in(f"sqlite:///{instance}/salestrack.db", SALES) == [
        (str(1001 + index), source, 1495, "2026-11")
        for index, source in enumerate([*sources, "splio"])
    ]


def test_all_of_them_report_one_sale(tmp_path: Path) -> None:
    """Beside the checkout's own call and the thank-you page; a publisher earns on it once."""
    instance = tmp_path / "instance"
    with running_shop(instance) as address:
        visitor = HttpVisitor(address)
        visitor.get(visitor.read("/newsletter/2026-11").link("Ridge socks"))
        visitor.get(visitor.read("/partner").link("See the ridge socks"))
        visitor.send("/p/moor-yarn", "/cart/add", quantity="2")
        visitor.send("/p/ridge-socks", "/cart/add")
        key = visitor.check_out().rpartition("/")[2]
        found = seen_at(address, visitor, key)
        for way in (*PIXELS, "sealed"):
            assert visitor.get(image_of(found[way])).error is None
        assert visitor.post(found["form"]).headers["Location"] == "/"
        typed(found["xmlrpc"], tmp_path)
        assert "<responseCode>201</responseCode>" in typed(found["bluehornet"], tmp_path)
        tables = visitor.read("/report").tables

    assert tables["by-newsletter"][1:] == [["2026-11", "1", "3", "47.90 USD"]]
    assert tables["commissions"][1:] == [
        ["cold-feet", "1001", "tier 1, 10%", "pending", "4.79 USD"],
        ["knit-network", "1001", "tier 2, 5%", "pending", "2.40 USD"],
    ]


@pytest.mark.parametrize("referred", [True, False])
def test_a_publishers_visitor_gets_the_affiliate_pixel(
    customer: Customer, *, referred: bool
) -> None:
    """On the thank-you page, beside the target's; of others nobody would earn anything."""
    if referred:
        customer.click("See the ridge socks", "/partner")

    images = customer.read(customer.buy()).images

    assert [image.split("?")[0] for image in images] == [
        "/salestrack/target/1/",
        *(["/salestrack/ts/l/shop/c/sale"] if referred else []),
    ]


def test_below_a_mount_point_and_behind_a_proxy(open_shop: OpenShop) -> None:
    """Images are found beside the page, and servers get the shop's full address."""
    customer = Customer(open_shop(TRUST_PROXY=True))
    thanks = customer.buy()
    customer.client.environ_base |= {
        "HTTP_X_FORWARDED_HOST": "shop.example",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_PREFIX": "/wool",
    }

    found = read(customer, thanks)

    for way in (*PIXELS, "sealed"):
        assert image_of(found[way]).startswith("/wool/salestrack/")
    assert 'action="/wool/salestrack/ts/' in found["form"]
    assert "{password}@shop.example/wool/salestrack/xmlrpc/" in found["xmlrpc"]
    assert " https://shop.example/wool/salestrack/api/xmlrpc/index.php " in found["bluehornet"]


def test_with_a_base_url_each_address_is_absolute(open_shop: OpenShop) -> None:
    """For pages that stand elsewhere."""
    customer = Customer(open_shop(SALESTRACK_BASE_URL="https://shop.example"))
    customer.put_into_cart("ridge-socks")

    found = read(customer, customer.check_out().location)

    for way in (*PIXELS, "sealed"):
        assert image_of(found[way]).startswith("https://shop.example/salestrack/")
    assert 'action="https://shop.example/salestrack/ts/' in found["form"]
    for way in ("xmlrpc", "bluehornet"):
        assert "shop.example/salestrack/" in found[way]


def test_the_publishers_are_written_down_once(open_shop: OpenShop, shop: Flask) -> None:
    """With the parent, at the first start; what the shop changes later stays."""
    tracker: Tracker = shop.extensions["salestrack"]
    tracker.set_publisher("cold-feet", tier1=("fixed", "2.50"))

    again: Tracker = open_shop().extensions["salestrack"]

    known = {publisher.id: publisher for publisher in again.publishers()}
    assert {id: publisher.parent for id, publisher in known.items()} == {
        "cold-feet": "knit-network",
        "knit-network": None,
    }
    assert known["cold-feet"].tier1 is not None
    assert rows(shop, "SELECT COUNT(*) FROM orders") == [(0,)]
