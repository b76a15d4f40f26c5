"""A random program of eight threads: what does not depend on the order is as the model says."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.dialects.model import Credit, Model, Touch
from tests.dialects.totals import assert_the_same
from tests.support.clock import NOON
from tests.support.dialects import KEYS, TAMPER_KEY, TRUST, InProcess, Shop
from tests.support.shop import MakeTracker, page
from wsgi_salestrack import Line, Money, Order, SalesTrackMiddleware

THREADS = 8
ORDERS = 24
CANCELLED = 0.3  # of the orders
NEWSLETTERS = [
    {"contact": "c81", "newsletter": "2026-11", "link": "hero"},
    {"contact": "c82", "newsletter": "2026-12", "link": "footer"},
]
SEVEN = Touch(NOON, {"publisher": "p7"})

Step = Callable[[], object]


def order_of(number: int, dice: random.Random) -> Order:
    """One of a few customers', of a few products; whoever tells of it tells the same."""
    lines = [
        Line(
            product_id=f"s{n}",
            name=f"Socks {n}",
            categories=("socks",),
            quantity=dice.randint(1, 9),
            unit_price=Money(f"{dice.randint(1, 999)}.{dice.randint(10, 99)}", "USD"),
        )
        for n in range(4)
    ]
    chosen = dice.sample(lines, dice.randint(1, 4))
    return Order(customer_ref=f"K{number % 5}", lines=tuple(chosen))


class Program:
    """Steps to be made in any order, and the model that made them one after the other.

    :param shops: of two visitors, each with what they are credited for.
    """

    def __init__(self, shops: list[tuple[Shop, Credit]], seed: int) -> None:
        self.steps: list[Step] = []
        self.model = Model({"p7": "p1"})
        self._shops = shops
        self._dice = random.Random(seed)
        for number in range(ORDERS):
            self._add(f"{number:04}", order_of(number, self._dice))
        self._dice.shuffle(self.steps)

    def _add(self, reference: str, order: Order) -> None:
        """An order is told of in several ways, claimed, and perhaps cancelled."""
        shop, credit = self._dice.choice(self._shops)
        # The call tells the lines and has the cookie; any others may come before or after it.
        for way in ("call", *self._dice.choices([*TRUST], k=5)):
            self.steps.append(partial(shop.tell, way, order, reference))
            told = credit_by(way, credit)
            self.model.arrive(way, reference, order, told, browser=0, code="ten", at=NOON)
        snippet = str(shop.tracker.order_snippet(order.customer_ref or "", reference))
        self.steps.append(partial(_show, shop, snippet.split('"')[1]))
        self.model.claim(reference, 0, credit)  # one claims each order
        if self._dice.random() < CANCELLED:
            self.steps.append(partial(_cancel, shop, order, reference))
            self.model.sales[reference].cancelled = True
        if reference < "0002":
            customer = str(order.customer_ref)
            self.steps.append(partial(shop.tracker.identify, contact="c90", customer_ref=customer))
            self.model.contacts[customer] = "c90"


def credit_by(way: str, credit: Credit) -> Credit:
    """A server has no cookie; BlueHornet's client has the token of the newsletter's click."""
    if way == "xmlrpc":
        return {}
    return {"newsletter": credit["newsletter"]} if way == "bluehornet" else credit


def _show(shop: Shop, snippet: str) -> str | None:
    return shop.visitor.get(snippet).error


def _cancel(shop: Shop, order: Order, reference: str) -> str:
    """Whoever cancels an order has reported it."""
    complaint = shop.tell("call", order, reference)
    shop.tracker.cancel(reference)
    return complaint


@pytest.fixture
def shops(make_tracker: MakeTracker, database: str | Path) -> list[tuple[Shop, Credit]]:
    """One shop, and two visitors: each came by a newsletter of their own and by one publisher."""
    tracker = make_tracker(**KEYS, database=database)
    signing = make_tracker(**KEYS, tamper_keys=[TAMPER_KEY], database=database)
    tracker.add_publisher("p1")
    tracker.add_publisher("p7", parent="p1")
    found = []
    for names in NEWSLETTERS:
        visitor = InProcess(SalesTrackMiddleware(page, tracker))
        signer = InProcess(SalesTrackMiddleware(page, signing))
        signer.cookies = visitor.cookies
        link = tracker.click_url("/p/socks", **names)  # type: ignore[arg-type]
        visitor.get(link)
        visitor.get(tracker.click_url("/p/socks", publisher="p7"))
        credit: Credit = {"newsletter": Touch(NOON, names), "publisher": SEVEN}
        found.append((Shop(tracker, visitor, signer, link.rpartition("/")[2]), credit))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_eight_threads_end_as_one_would(shops: list[tuple[Shop, Credit]], seed: int) -> None:
    """What agrees adds up to the same whoever comes first."""
    program = Program(shops, seed)

    with ThreadPoolExecutor(THREADS) as pool:
        said = list(pool.map(lambda step: step(), program.steps))

    assert not any(said)
    assert_the_same(shops[0][0].tracker, program.model)
