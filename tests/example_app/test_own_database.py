"""The example shop with salestrack's tables beside its own, in a database of the reader's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from example_app import tracking
from example_app.orders import Order
from flask_salestrack import conversion_recorded
from tests.example_app import mortal_shop
from tests.example_app.conftest import OpenShop
from tests.example_app.customers import Customer
from tests.example_app.http_visitor import HttpVisitor
from tests.example_app.processes import flask_command, running_shop, sales_by
from tests.example_app.rows import change, rows, rows_in
from tests.support.databases import DatabaseServer

ORDERS = "SELECT number, status FROM orders ORDER BY number"
SALES = "SELECT reference FROM salestrack_conversions ORDER BY reference"
TOLD = "SELECT order_number, newsletter, link, contact FROM conversions ORDER BY order_number"


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty one."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/all of it.db"
        return
    server: DatabaseServer = request.getfixturevalue(request.param)
    with server.fresh_database() as url:
        yield url


@pytest.fixture
def shop(open_shop: OpenShop, database: str) -> Flask:
    """A shop in it."""
    return open_shop(DATABASE=database)


def test_from_the_click_to_the_report(database: str, tmp_path: Path) -> None:
    """Click, cookie, checkout, pixel, signal and report, all in that one database."""
    instance = tmp_path / "instance"
    with running_shop(instance, DATABASE=database) as address:
        visitor = HttpVisitor(address)
        click = visitor.get(visitor.read("/newsletter/2026-11?to=c82").link("Ridge socks"))
        pixel = visitor.buy("ridge-socks", 2)
        report = visitor.read("/report")

    assert (click.status, click.headers["Location"]) == (302, "/p/ridge-socks")
    assert (pixel.status, pixel.error) == (200, None)
    assert report.tables["orders"][1] == ["1001", "placed", "$36.00", "2026-11", "hero", "c82"]
    for by, name in (("newsletter", "2026-11"), ("link", "hero"), ("contact", "c82")):
        assert sales_by(by, instance, DATABASE=database) == {name: ("USD", "1", "36.00")}
    assert rows_in(database, ORDERS) == [(1001, "placed")]
    assert rows_in(database, SALES) == [("1001",)]
    assert rows_in(database, TOLD) == [(1001, "2026-11", "hero", "c82")]
    assert list(instance.glob("*.db")) == []


def test_nobody_sees_the_order_without_the_sale(
    shop: Flask, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the commit neither is there, and nobody was told; after it both, and he was."""
    before: list[object] = []
    record = tracking.record_sale

    def look_then(order: Order, transaction: Session | None = None) -> None:
        record(order, transaction)
        before.extend([rows(shop, ORDERS), rows(shop, SALES), rows(shop, TOLD)])

    monkeypatch.setattr(tracking, "record_sale", look_then)
    after: list[object] = []

    def hear(_sender: Flask, **_: object) -> None:
        after.extend([rows(shop, ORDERS), rows(shop, SALES)])

    customer = Customer(shop)
    customer.put_into_cart("ridge-socks")
    with conversion_recorded.connected_to(hear, sender=shop):
        assert customer.check_out().status_code == 303

    assert before == [[], [], []]
    assert after == [[(1001, "placed")], [("1001",)]]
    assert rows(shop, TOLD) == [(1001, None, None, None)]


def test_an_error_after_the_sale_was_recorded_undoes_both(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither order nor sale is left, nobody is ever told, and the next customer can buy."""
    record = tracking.record_sale

    def record_and_fail(order: Order, transaction: Session | None = None) -> None:
        record(order, transaction)
        raise LookupError("the shop's own mistake")

    customer = Customer(shop)
    customer.put_into_cart("ridge-socks")
    monkeypatch.setattr(tracking, "record_sale", record_and_fail)
    with pytest.raises(LookupError):
        customer.check_out()
    monkeypatch.setattr(tracking, "record_sale", record)

    assert rows(shop, ORDERS) == rows(shop, SALES) == rows(shop, TOLD) == []
    assert rows(shop, "SELECT stock FROM products WHERE slug = 'ridge-socks'") == [(240,)]
    replayed = shop.test_cli_runner().invoke(args=["salestrack", "replay"])
    assert "0 sent again" in replayed.output
    customer.buy()
    assert len(rows(shop, ORDERS)) == len(rows(shop, SALES)) == len(rows(shop, TOLD)) == 1


def test_a_cancelled_order_is_cancelled_in_both(shop: Flask) -> None:
    """After the shop's own commit, in the same database: no total has it, and nobody earns."""
    customer = Customer(shop)
    customer.click("See the ridge socks", "/partner")
    key = customer.buy("ridge-socks", 2).rpartition("/")[2]
    customer.buy("moor-yarn")

    customer.send(f"/order/{key}", "/cancel")

    assert rows(shop, ORDERS) == [(1001, "cancelled"), (1002, "placed")]
    tables = customer.read("/report").tables
    assert tables["by-newsletter"][1:] == [["nobody", "1", "1", "14.95 USD"]]
    assert sorted(entry[4] for entry in tables["commissions"][1:] if entry[1] == "1001") == [
        "-1.80 USD",
        "-3.60 USD",
        "1.80 USD",
        "3.60 USD",
    ]


def test_who_comes_too_late_leaves_neither(shop: Flask) -> None:
    """One product is sold out meanwhile, after another was taken from the shelf."""
    customer = Customer(shop)
    customer.put_into_cart("drift-scarf")
    customer.put_into_cart("ridge-socks", 2)
    change(shop, "UPDATE products SET stock = 1 WHERE slug = 'ridge-socks'")

    words = customer.read(customer.check_out().location).words

    assert "Only 1 of Ridge socks are left. Nothing was ordered." in words
    assert rows(shop, ORDERS) == rows(shop, SALES) == []
    assert rows(shop, "SELECT stock FROM products WHERE slug = 'drift-scarf'") == [(60,)]


def test_the_shop_sells_though_the_trackers_tables_are_gone(shop: Flask) -> None:
    """What fails inside the order's transaction does not spoil it."""
    entries = ("commission_states", "commissions", "adjustments", "conflicts", "lines")
    for table in ("payout_entries", *entries, "conversions"):
        change(shop, f"DROP TABLE salestrack_{table}")
    customer = Customer(shop)
    customer.put_into_cart("ridge-socks", 2)

    assert customer.check_out().status_code == 303
    assert rows(shop, ORDERS) == [(1001, "placed")]


def test_the_shop_sells_while_tracking_is_broken_on_purpose(
    open_shop: OpenShop, database: str
) -> None:
    """The switch works here as well."""
    shop = open_shop(DATABASE=database, BREAK_TRACKING=True)
    thanks = Customer(shop).buy("ridge-socks", 2)

    assert rows(shop, ORDERS) == [(1001, "placed")]
    assert "Tracking is broken on purpose." in Customer(shop).read(thanks).words


def test_many_clicks_on_the_button_are_one_order(shop: Flask) -> None:
    """Even where the first is not yet committed when the others come."""
    customer = Customer(shop)
    customer.put_into_cart("ridge-socks", 2)
    form = customer.read("/checkout").form("/checkout").filled(name="Ada", email="a@b.example")
    session = customer.client.get_cookie("session")
    assert session is not None

    def click(_number: int) -> str:
        client = shop.test_client()
        client.set_cookie("session", session.value)
        answer = client.post("/checkout", data=form)
        assert answer.status_code == 303, answer.status
        return answer.location

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    assert len(rows(shop, ORDERS)) == len(rows(shop, SALES)) == 1
    assert rows(shop, "SELECT stock FROM products WHERE slug = 'ridge-socks'") == [(238,)]


def test_many_customers_can_buy_at_once(shop: Flask) -> None:
    """More than the pool has connections; each order has its sale, and each was told of."""
    customers = [Customer(shop) for _ in range(20)]
    for customer in customers:
        customer.put_into_cart("ridge-socks")

    with ThreadPoolExecutor(len(customers)) as pool:
        assert {each.status_code for each in pool.map(Customer.check_out, customers)} == {303}

    numbers = [number for number, _ in rows(shop, ORDERS)]
    assert len(numbers) == len(customers)
    assert rows(shop, SALES) == [(str(number),) for number in numbers]
    assert [number for number, *_ in rows(shop, TOLD)] == numbers


def test_an_address_may_be_any_text(shop: Flask) -> None:
    """What one database refuses, and another finds equal, is a page that is not there."""
    key = Customer(shop).buy().rpartition("/")[2]
    for path in ("/p/%00", "/p/RIDGE-SOCKS", "/order/%00", f"/order/{key.swapcase()}"):
        assert Customer(shop).get(path).status_code == 404
    assert Customer(shop).get("/newsletter/2026-11?to=%00").status_code == 404
    pixel = "/salestrack/target/1/?st_revenue=1.00&st_reference="
    for reference in ("%EF%BC%91001", "1001%20", "01001", "99999999999999999999"):
        Customer(shop).get(pixel + reference)
    assert [number for number, *_ in rows(shop, TOLD) if number is not None] == [1001]


def test_what_a_killed_process_could_not_tell_is_told_by_a_replay(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the commit of order and sale, and before the shop's table heard of it."""
    instance = tmp_path / "instance"
    with running_shop(instance, DATABASE=database) as address:
        HttpVisitor(address).buy("moor-yarn", 1)
    assert [number for number, *_ in rows_in(database, TOLD)] == [1001]

    monkeypatch.setenv(mortal_shop.MORTAL, "1")
    with running_shop(instance, program=mortal_shop.PATH, DATABASE=database) as address:
        visitor = HttpVisitor(address)
        visitor.get(visitor.read("/newsletter/2026-11").link("Ridge socks"))
        visitor.send("/p/ridge-socks", "/cart/add", quantity="2")
        # However the system calls it that nobody answers.
        with pytest.raises((OSError, HTTPException)):
            visitor.check_out()
    monkeypatch.delenv(mortal_shop.MORTAL)

    assert rows_in(database, ORDERS) == [(1001, "placed"), (1002, "placed")]
    assert rows_in(database, SALES) == [("1001",), ("1002",)]
    assert [number for number, *_ in rows_in(database, TOLD)] == [1001]
    for count in (1, 0):
        printed = flask_command(
            instance, "salestrack", "replay", program=mortal_shop.PATH, DATABASE=database
        )
        assert f"{count} sent again, 0 of them failed" in printed
        assert rows_in(database, TOLD) == [
            (1001, None, None, None),
            (1002, "2026-11", "hero", "c81"),
        ]
