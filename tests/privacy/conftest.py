"""A shop that is told of a person by all ways, among many others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.privacy.canary import CONTACT, CUSTOMER, SUBSCRIPTION, order
from tests.support.clock import ManualClock
from tests.support.dialects import KEYS, TAMPER_KEY, InProcess, Shop
from tests.support.shop import MakeTracker, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker

MakeShop = Callable[[], Shop]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the database is, and nothing else."""
    made = tmp_path / "store"
    made.mkdir()
    return made


@pytest.fixture
def tracker(make_tracker: MakeTracker, folder: Path) -> Tracker:
    """Takes every dialect."""
    return make_tracker(**KEYS, database=folder / "sales.db")


@pytest.fixture
def shop(tracker: Tracker, make_tracker: MakeTracker, folder: Path, clock: ManualClock) -> Shop:
    """A visitor came by a newsletter's link, and then by a publisher's."""
    signing = make_tracker(**KEYS, tamper_keys=[TAMPER_KEY], database=folder / "sales.db")
    visitor = InProcess(SalesTrackMiddleware(page, tracker))
    signer = InProcess(SalesTrackMiddleware(page, signing))
    hero = tracker.click_url(
        f"/p/socks?mail={CONTACT.replace('@', '%40')}",
        contact=CONTACT,
        subscription=SUBSCRIPTION,
        list="main",
        newsletter=f"for {CONTACT}",
        link="hero",
    )
    visitor.get(hero)
    visitor.get(tracker.click_url("/p/socks", publisher="p7"))
    signer.cookies = visitor.cookies
    clock.advance(timedelta(minutes=1))
    return Shop(tracker, visitor, signer, hero.rpartition("/")[2])


@pytest.fixture
def told(shop: Shop) -> Shop:
    """The same, who has ordered by all ways, and was told of in every table."""
    tracker = shop.tracker
    others = [
        {"reference": f"o{number}", "revenue": "10", "contact": f"c{number}", "newsletter": "n"}
        for number in range(120)
    ]
    assert {imported.outcome for imported in tracker.import_conversions(others)} == {"recorded"}
    for way in WAYS:
        assert shop.tell(way, order(CUSTOMER), f"1-{way}") == ""
    assert shop.tell("xmlrpc", order("canary-k9"), "1-call") != ""
    see_snippet(shop)
    tracker.identify(contact=CONTACT, customer_ref=CUSTOMER)
    tracker.separate(contact=CONTACT, customer_ref="k1")
    tracker.refund("1-call", amount="1", adjustment_ref=f"R-{CONTACT}")
    tracker.cancel("1-pixel")
    tracker.add_publisher("p9", name=f"Jo {CONTACT}", contact=CONTACT)
    (entry, *_) = tracker.commissions(publisher="p7", state="pending")
    tracker.set_commission_state([entry.id], "declined", reason=f"bought by {CONTACT}")
    shop.visitor.get(f"/salestrack/target/1/?st_revenue=x&st_reference={CONTACT}")  # is rejected
    return shop


def see_snippet(shop: Shop) -> None:
    """Look at the page of an order that is still to come."""
    snippet = str(shop.tracker.order_snippet(CUSTOMER, "9"))
    found = re.search(r'src="([^"]+)"', snippet)
    assert found is not None
    assert shop.visitor.get(found[1].replace("&amp;", "&")).error is None


WAYS = ("pixel", "signed pixel", "target", "affiliate", "splio", "xmlrpc", "bluehornet", "call")
