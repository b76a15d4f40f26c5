"""One order by every dialect at a shop: one conversion, in whatever order they arrive."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import permutations, product
from pathlib import Path

import pytest

from tests.dialects.conftest import MakeShop
from tests.stores.values import all_of
from tests.support.clock import NOON
from tests.support.dialects import TRUST, WITH_LINES, Shop, quantity_of, total_of
from wsgi_salestrack import Line, Money, Order, Recorded, Touch

HERO = Touch(at=NOON, contact="c81", newsletter="2026-11", link="hero")
SEVEN = Touch(at=NOON, publisher="p7")

# Of those that any browser may send, one that tells lines and one that earns a commission.
KINDS = ("pixel", "affiliate", "signed pixel", "xmlrpc", "bluehornet", "call")

THREADS = 8
ORDERS = 30


def line(product_id: str, price: str, quantity: int) -> Line:
    """So many of a product that has a name and a category of its own."""
    return Line(
        product_id=product_id,
        name=f"Socks {product_id}",
        categories=("socks", product_id),
        quantity=quantity,
        unit_price=Money(price, "USD"),
    )


BOUGHT = Order(customer_ref="HS99332", lines=(line("s1", "0.89", 5), line("s2", "1.19", 2)))
# What somebody else, or a page with a mistake, may say of it.
OTHERWISE = {
    1: Order(customer_ref="HS99332", lines=(line("s1", "0.01", 1),)),
    2: Order(customer_ref="HS99332", lines=(line("s2", "9.99", 3), line("s3", "2.00", 1))),
    3: BOUGHT,
}


def sales_of(shop: Shop) -> dict[str | None, Recorded]:
    """Every conversion by its reference; each of them is there once."""
    found = all_of(shop.tracker.store, "default")
    sales = {each.conversion.reference: each for each in found}
    assert len(sales) == len(found)
    return sales


def earned_of(shop: Shop) -> dict[tuple[str | None, str], Decimal]:
    """What the ledger adds up to, by reference and publisher."""
    sums: dict[tuple[str | None, str], Decimal] = {}
    for entry in shop.tracker.commissions():
        key = (entry.reference, entry.publisher)
        sums[key] = sums.get(key, Decimal(0)) + entry.amount
    return sums


def assert_one_sale(sale: Recorded, order: Order, ways: tuple[str, ...]) -> None:
    """Total, credit and lines are those of the order that was told by these ways."""
    conversion = sale.conversion
    assert conversion.revenue == Money(total_of(order), "USD"), ways
    assert (sale.touch, sale.referral) == (HERO, SEVEN), ways
    assert conversion.trust == max(TRUST[way] for way in ways), ways
    if WITH_LINES.isdisjoint(ways):
        assert conversion.order is None
    else:
        assert conversion.order == order, ways
        assert conversion.quantity == quantity_of(order), ways


def test_any_three_ways_tell_of_one_sale_in_any_order(make_shop: MakeShop) -> None:
    """Each is acknowledged; total, credit, lines and commission are the same in every order."""
    shop = make_shop()
    arrivals = {f"A-{n}": ways for n, ways in enumerate(permutations(KINDS, 3))}
    for reference, ways in arrivals.items():
        for way in ways:
            assert shop.tell(way, BOUGHT, reference) == "", (way, ways)

    sales = sales_of(shop)

    assert sales.keys() == arrivals.keys()
    for reference, ways in arrivals.items():
        assert_one_sale(sales[reference], BOUGHT, ways)
    assert earned_of(shop) == {
        (reference, "p7"): Decimal("0.68")
        for reference, ways in arrivals.items()
        if "affiliate" in ways
    }
    (row,) = shop.tracker.report("newsletter").rows
    assert (row.count, row.revenue) == (len(arrivals), len(arrivals) * total_of(BOUGHT))


def test_all_ways_tell_of_one_sale_in_any_order(make_shop: MakeShop) -> None:
    """Each of them is first once and last once, and twice in the middle of it."""
    shop = make_shop()
    ways = tuple(TRUST)
    turned = [turn[n:] + turn[:n] for turn in (ways, ways[::-1]) for n in range(len(ways))]
    for n, arriving in enumerate(turned):
        for way in (*arriving, *arriving[:2]):
            assert shop.tell(way, BOUGHT, str(n)) == ""

    for sale in sales_of(shop).values():
        assert_one_sale(sale, BOUGHT, ways)
    assert earned_of(shop) == {(str(n), "p7"): Decimal("0.68") for n in range(len(turned))}
    for by, name in (("newsletter", "2026-11"), ("contact", "c81"), ("day", "2026-11-21")):
        (row,) = shop.tracker.report(by).rows
        assert (row.dimension, row.count, row.quantity) == (name, 16, 16 * 7)
        assert row.revenue == 16 * total_of(BOUGHT)


def test_the_most_trusted_ones_values_stand_in_any_order(make_shop: MakeShop) -> None:
    """A browser, a signed pixel and a server say three things: it is the server's that count.

    Nobody is told of a conflict, for there is one between equals only.
    """
    shop = make_shop()
    trusted = [[way for way, trust in TRUST.items() if trust == rank] for rank in (1, 2, 3)]
    told = [ways for chosen in product(*trusted) for ways in permutations(chosen)]
    for n, ways in enumerate(told):
        for way in ways:
            assert shop.tell(way, OTHERWISE[TRUST[way]], str(n)) == "", (way, ways)

    sales = sales_of(shop)

    for n, ways in enumerate(told):
        sale, server = sales[str(n)], max(ways, key=TRUST.__getitem__)
        assert sale.conversion.revenue == Money(total_of(BOUGHT), "USD"), ways
        assert (sale.touch, sale.referral) == (HERO, SEVEN), ways
        assert sale.conversion.source == {"call": "api"}.get(server, server)
        if server in WITH_LINES:
            assert sale.conversion.order == BOUGHT, ways
            assert sale.conversion.quantity == quantity_of(BOUGHT), ways
    earning = {n for n, ways in enumerate(told) if "affiliate" in ways}
    assert earned_of(shop) == {(str(n), "p7"): Decimal("0.68") for n in earning}
    (total,) = shop.tracker.report("newsletter").totals
    assert (total.count, total.revenue) == (len(told), len(told) * total_of(BOUGHT))


def test_between_equals_the_first_one_stands(make_shop: MakeShop) -> None:
    """Whichever dialects the two of them come by; the second one's sender learns of it."""
    shop = make_shop()
    pairs = [pair for pair in permutations(TRUST, 2) if TRUST[pair[0]] == TRUST[pair[1]]]
    for n, (first, second) in enumerate(pairs):
        assert shop.tell(first, BOUGHT, str(n)) == ""
        complaint = shop.tell(second, OTHERWISE[1], str(n))
        # "The newer information being discarded" is no error to BlueHornet; Splio says nothing.
        assert bool(complaint) == (second not in ("bluehornet", "splio")), (first, second)

    sales = sales_of(shop)

    assert len(sales) == len(pairs)
    for n, pair in enumerate(pairs):
        assert sales[str(n)].conversion.revenue == Money(total_of(BOUGHT), "USD"), pair


def test_eight_threads_tell_of_each_sale_once(make_shop: MakeShop, database: str | Path) -> None:
    """All ways at once, of many orders of the same products in any order."""
    shop = make_shop(database=database)
    lines = [line(f"s{n}", f"{n}.25", n) for n in range(1, 6)]
    orders = {
        str(n): Order(customer_ref="K1", lines=tuple(random.Random(n).sample(lines, 1 + n % 5)))
        for n in range(ORDERS)
    }
    tasks = [(way, reference) for way in TRUST for reference in orders]
    random.Random(1).shuffle(tasks)
    tasks.sort(key=lambda task: int(task[1]) // 4)  # those of an order come close together

    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(lambda task: shop.tell(task[0], orders[task[1]], task[1]), tasks))

    assert set(told) == {""}
    sales = sales_of(shop)
    assert sales.keys() == orders.keys()
    for reference, order in orders.items():
        assert_one_sale(sales[reference], order, tuple(TRUST))
    tenth = Decimal("0.1")
    assert earned_of(shop) == {
        (reference, "p7"): round(total_of(order) * tenth, 2) for reference, order in orders.items()
    }
    for by in ("newsletter", "contact", "day"):
        (row,) = shop.tracker.report(by).rows
        assert (row.count, row.quantity) == (ORDERS, sum(map(quantity_of, orders.values())))
        assert row.revenue == sum(map(total_of, orders.values()))


@pytest.mark.parametrize("server", ["xmlrpc", "call"])
@pytest.mark.parametrize("browser", ["pixel", "target", "signed pixel"])
def test_a_servers_lines_stand_though_another_servers_amount_came_before(
    make_shop: MakeShop, browser: str, server: str
) -> None:
    """Any of the other five orders of arrival ends with the server's lines."""
    shop = make_shop()

    told = [
        shop.tell(browser, OTHERWISE[2], "1001"),
        shop.tell("bluehornet", BOUGHT, "1001"),
        shop.tell(server, BOUGHT, "1001"),
    ]

    assert told == ["", "", ""]
    assert sales_of(shop)["1001"].conversion.order == BOUGHT


def test_a_pixels_quantity_counts_alike_before_and_after_an_amount(make_shop: MakeShop) -> None:
    """The same two arrivals, which contradict each other in nothing, in both orders."""
    shop = make_shop()
    for n, ways in enumerate(permutations(("target", "bluehornet"))):
        for way in ways:
            shop.tell(way, BOUGHT, str(n))

    sales = sales_of(shop)

    assert sales["0"].conversion.quantity == sales["1"].conversion.quantity
