"""People who are forgotten: what is stored of them, and what others see of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tests.stores.contract.claims import claim
from tests.stores.values import HERO, NOON, SEVEN, arrival, click, line, order
from wsgi_salestrack import Click, Money, Order, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.affiliates import Publisher
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.model import Claim
from wsgi_salestrack.persons import Link
from wsgi_salestrack.privacy import Forgotten, unwatched
from wsgi_salestrack.stores.base import Dimension, Selection, Store
from wsgi_salestrack.terms import Rule, Terms

CONTACT, CUSTOMER, SUBSCRIPTION = "canary-c81", "canary-k1", "canary-s1"
OWN, OTHERS, SHARED = 7, 8, 9  # browsers
DIMENSIONS: tuple[Dimension, ...] = (
    *("newsletter", "link", "publisher", "list", "target", "product", "category"),
    *("point_of_sale", "source", "day"),
)

TOUCH = Touch(
    at=NOON - timedelta(hours=1),
    contact=CONTACT,
    subscription=SUBSCRIPTION,
    list="main",
    newsletter="2026-11",
    link="hero",
)
REFERRAL = Touch(at=NOON - timedelta(hours=2), contact=CONTACT, publisher="p7")
OTHER = Touch(at=NOON, contact="c2", subscription="s2", newsletter="2026-11", link="hero")
TERMS = Terms(tier1=Rule.of("tier1", "percent", "10"))


def clicked(touch: Touch, visitor: int | None = OWN, destination: str = "/p/socks") -> Click:
    """A click by a browser."""
    made = click(touch, destination=destination)
    return msgspec.structs.replace(made, visitor=visitor)


def sold(store: Store, site: str, reference: str, **values: Any) -> None:
    """A sale of ten dollars."""
    store.record(site, arrival(reference, **values))


def forget(store: Store, site: str, contact: str = CONTACT, **how: Any) -> Forgotten:
    return store.forget(
        site, contact, **{"references": False, "dry_run": False, "watch": unwatched, **how}
    )


def personal(store: Store, site: str, contact: str = CONTACT) -> list[Any]:
    """All that is handed out to a contact."""
    return list(store.personal_data(site, contact)[1])


def totals(store: Store, site: str) -> dict[Dimension, Any]:
    """What is reported by all that is nobody's name."""
    return {
        dimension: sorted(
            map(repr, store.totals(site, Selection(by=(dimension,)), commission=True))
        )
        for dimension in DIMENSIONS
    }


def clicks(store: Store, site: str) -> list[str]:
    """Clicks and unique visitors by newsletter."""
    selection = Selection(by=("newsletter",))
    return sorted(map(repr, store.clicks(site, selection, visitors=True)))


def touched(store: Store, site: str) -> list[Click]:
    """Clicks of whoever is nobody now, and of c2."""
    rows = store.journeys(site, Selection(by=()), timedelta(days=9), lambda found: [*found.touches])
    return [clicked(HERO, visitor=row[0]) for row in rows]


def fill(store: Store, site: str) -> None:
    """A person in every table, and somebody else beside them."""
    for made in (
        clicked(TOUCH, destination=f"/p/socks?mail={CONTACT}#{CONTACT}"),
        clicked(REFERRAL),
        clicked(msgspec.structs.replace(SEVEN, at=NOON)),
        clicked(Touch(at=NOON, subscription=SUBSCRIPTION, newsletter="2026-12"), 5),
        clicked(OTHER, OTHERS, "/p/shoes?a=1"),
    ):
        store.add_click(site, made)
    store.identify(site, CONTACT, CUSTOMER, NOON)
    store.identify(site, "c2", "k2", NOON)
    bought = order(line("s1", categories=("warm",)), customer_ref=CUSTOMER, point_of_sale="web")
    sold(store, site, "1", order=bought, touch=TOUCH, referral=REFERRAL, visitor=OWN, terms=TERMS)
    sold(store, site, "1", order=order(line("s1"), customer_ref="canary-k9"), revenue=None)
    sold(store, site, "2", order=order(customer_ref=CUSTOMER), revenue=None)
    sold(store, site, "3", order=order(customer_ref="k2"), touch=OTHER, visitor=OTHERS)
    sold(store, site, "4", visitor=OWN, scope="target:1", source="target")
    refund = Change(kind="refund", amount=Money("4", "USD"), reference="R-1")
    store.adjust(site, "order", "1", refund, id=new_id(NOON), at=NOON, announced=False)
    store.claim(site, claim("9", customer_ref=CUSTOMER, touch=TOUCH))
    store.separate(site, Link(contact=CONTACT, customer_ref="k5"), NOON, apart=True)
    store.separate(site, Link(contact="c2", customer_ref="k6"), NOON, apart=True)
    store.add_publisher(site, Publisher(id="p9", contact=CONTACT, customer_ref=CUSTOMER))
    store.add_publisher(site, Publisher(id="p8", contact="c2"))


def same_order(site: str, store: Store) -> None:
    bought = order(line("s1"), customer_ref=CUSTOMER)
    sold(store, site, "1", order=bought, touch=TOUCH, referral=REFERRAL, visitor=OWN)


def other_values(site: str, store: Store) -> None:
    bought = order(line("s1", quantity=2), customer_ref=CUSTOMER)
    sold(store, site, "1", order=bought, revenue=None, touch=TOUCH)


def only_the_customer(site: str, store: Store) -> None:
    sold(store, site, "4", order=Order(customer_ref=CUSTOMER), scope="target:1", touch=TOUCH)


def lead(site: str, store: Store) -> None:
    """Of which a trusted source now says everything."""
    bought = order(line("s1"), customer_ref=CUSTOMER, point_of_sale="web")
    sold(store, site, "4", order=bought, revenue=None, scope="target:1", touch=REFERRAL)


def seen_again(site: str, store: Store) -> None:
    asked: Claim = claim("1", customer_ref=CUSTOMER, touch=TOUCH, referral=REFERRAL)
    store.claim(site, asked)
    store.resolve_claims(site, asked)
