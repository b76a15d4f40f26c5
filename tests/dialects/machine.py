"""A shop and its model, and what may happen to both of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from tests.dialects.model import Credit, Kind, Model, Touch
from tests.dialects.totals import assert_the_same
from tests.support import xmlrpc
from tests.support.clock import NOON, ManualClock
from tests.support.dialects import (
    TRUST,
    InProcess,
    Request,
    Shop,
    complaint_of,
)
from tests.support.shop import page
from wsgi_salestrack import Line, Money, Order, SalesTrackMiddleware, Tracker
from wsgi_salestrack.errors import UnknownReference

LINKS = {
    "hero": {"contact": "c81", "newsletter": "2026-11", "link": "hero"},
    "footer": {"contact": "c82", "newsletter": "2026-12", "link": "footer"},
    "p7": {"publisher": "p7"},
    "p8": {"publisher": "p8"},
}
PARENTS = {"p7": "p1"}
CUSTOMERS = {f"{number:04}": f"K{number % 3}" for number in range(15)}
BROWSERS = [way for way, trust in TRUST.items() if trust == 1]
SERVERS = ["signed pixel", "xmlrpc", "call"]

TITLES = ["Socks", "Stockings", "Free money"]

Cart = list[tuple[str, int, str]]
CARTS: list[Cart] = [
    [("s1", 2, "4.25")],
    [("s1", 2, "4.25"), ("s2", 1, "0.10")],
    [("s2", 3, "2.45"), ("s3", 1, "99.99")],
]

references = st.sampled_from([*CUSTOMERS][:2])
visitors = st.integers(0, 2)
# One cart is there more often, so that those who tell of an order often agree.
carts = st.sampled_from([0, 0, 0, 1, 2]).map(CARTS.__getitem__)
titles = st.sampled_from(TITLES)
codes = st.sampled_from(["ten", "flat"])
links = st.sampled_from([*LINKS])


class Machine(RuleBasedStateMachine):
    """A shop and its model.

    :param trackers: without and with a tamper key, on one database.
    """

    def __init__(self, trackers: tuple[Tracker, Tracker], clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock
        clock.now = NOON
        self._tracker = trackers[0]
        self._tracker.store.forget_site("default")
        self._applications = [SalesTrackMiddleware(page, tracker) for tracker in trackers]
        self._shops = [self._visited() for _ in range(3)]
        self._touches: list[Credit] = [{}, {}, {}]
        self._clicked: dict[str, datetime] = {}  # when each link was last followed
        self._model = Model(PARENTS)

    def _visited(self) -> Shop:
        visitor, signing = map(InProcess, self._applications)
        signing.cookies = visitor.cookies
        return Shop(self._tracker, visitor, signing)

    @initialize()
    def open_the_shop(self) -> None:
        """A publisher has a parent; one visitor came by both programmes, one by a newsletter."""
        self._tracker.add_publisher("p1")
        self._tracker.add_publisher("p7", parent="p1")
        for by, link in ((0, "hero"), (0, "p7"), (1, "footer")):
            self.follow(by, link)

    @rule(by=visitors, link=links)
    def follow(self, by: int, link: str) -> None:
        """A newsletter's touch leaves the publisher's alone, and the other way round."""
        url = self._tracker.click_url("/p/socks", **LINKS[link])  # type: ignore[arg-type]
        assert self._shops[by].visitor.get(url).status == 302
        touch = Touch(self._clock.now, LINKS[link])
        self._touches[by][_programme(link)] = touch
        self._clicked[link] = self._clock.now

    @rule(
        way=st.sampled_from(BROWSERS),
        by=visitors,
        reference=references,
        cart=carts,
        title=titles,
        code=codes,
    )
    def a_browser_tells(
        self, *, way: str, by: int, reference: str, cart: Cart, title: str, code: str
    ) -> None:
        """Of an order, for the first time or again."""
        order = order_of(reference, cart, title)
        self._tell(way, by, reference, order, credit=self._touches[by], code=code)

    @rule(way=st.sampled_from(SERVERS), by=visitors, reference=references, cart=carts, title=titles)
    def a_server_tells(self, *, way: str, by: int, reference: str, cart: Cart, title: str) -> None:
        """Of it or signs for it; an API's client has no cookie to show."""
        order = order_of(reference, cart, title)
        credit = {} if way == "xmlrpc" else self._touches[by]
        self._tell(way, by, reference, order, credit=credit)

    @rule(link=links, reference=references, cart=carts)
    def a_server_has_a_click(self, link: str, reference: str, cart: Cart) -> None:
        """BlueHornet's client hands back the token of a click, which no cookie need know of."""
        order = order_of(reference, cart, "Socks")
        names = LINKS[link]
        # Whose click it was is known of a contact; any other's is credited without a window.
        touch = Touch(self._clicked.get(link) if "contact" in names else None, names)
        token = self._tracker.click_url("/", **names).rpartition("/")[2]  # type: ignore[arg-type]
        credit: Credit = {_programme(link): touch}
        self._tell("bluehornet", 0, reference, order, credit=credit, token=token)

    def _tell(
        self,
        way: str,
        by: int,
        reference: str,
        order: Order,
        *,
        credit: Credit,
        code: str = "",
        token: str = "",
    ) -> None:
        # Whoever never clicked has no cookie, and servers have none of theirs.
        browser = by if self._touches[by] and not token and way != "xmlrpc" else None
        outcome = self._model.arrive(
            way, reference, order, credit, browser=browser, code=code, at=self._clock.now
        )
        shop = replace(self._shops[by], token=token) if token else self._shops[by]
        complaint = shop.tell(way, order, reference, code=code)
        if way == "bluehornet" and outcome == "conflict":
            assert complaint == ""  # [doc] "the newer information being discarded"
        elif way != "splio":  # which is silent
            assert bool(complaint) == (outcome != "recorded"), (outcome, complaint)

    @rule(by=visitors, reference=references)
    def see_the_snippet(self, by: int, reference: str) -> None:
        """Before the order or after it."""
        snippet = self._tracker.order_snippet(CUSTOMERS[reference], reference)
        target = unescape(str(snippet)).split('"')[1]
        assert complaint_of(self._shops[by].visitor.get(target)) == ""
        self._model.claim(reference, by, self._touches[by])
        self._clock.advance(timedelta(seconds=1))  # so that one of two is the first

    @rule(reference=references, by_call=st.booleans())
    def cancel(self, reference: str, *, by_call: bool) -> None:
        """By the shop's own call, or by its client; what is not there can't be cancelled."""
        sale = self._model.sales.get(reference)
        if by_call:
            try:
                self._tracker.cancel(reference)
            except UnknownReference:
                assert sale is None
            else:
                assert sale is not None
        else:
            body = xmlrpc.call(xmlrpc.CANCEL, f"<string>{reference}</string>")
            request = Request(xmlrpc.PATH, body, xmlrpc.CREDENTIALS)
            complaint = complaint_of(request.sent_by(self._shops[0].visitor))
            assert bool(complaint) == (sale is None)
        if sale is not None:
            sale.cancelled = True

    @rule(customer=st.sampled_from(["K0", "K1"]), contact=st.sampled_from(["c81", "c90"]))
    def identify(self, customer: str, contact: str) -> None:
        """Who a customer is; the last word counts."""
        self._tracker.identify(contact=contact, customer_ref=customer)
        self._model.contacts[customer] = contact

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        """So that a click may come after a sale, and sales on several days."""
        self._clock.advance(timedelta(hours=hours))

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        """After each step."""
        assert_the_same(self._tracker, self._model)


def _programme(link: str) -> Kind:
    return "publisher" if "publisher" in LINKS[link] else "newsletter"


def order_of(reference: str, cart: Cart, title: str) -> Order:
    """A customer's order, its products under such names."""
    lines = tuple(
        Line(
            product_id=id,
            name=f"{title} {id}",
            categories=("socks",),
            quantity=quantity,
            unit_price=Money(price, "USD"),
        )
        for id, quantity, price in cart
    )
    return Order(customer_ref=CUSTOMERS[reference], lines=lines)
