"""What holds of any shop, whoever shares browsers, customers and subscriptions in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.contract.claims import claim
from tests.stores.contract.forgetting import clicked, clicks, forget, sold, totals
from tests.stores.dump import dump
from tests.stores.values import NOON, WITH_A_STORE, line, order
from wsgi_salestrack import Touch
from wsgi_salestrack.persons import Link
from wsgi_salestrack.stores.sqlite import SQLiteStore

# Few, so that they meet. Nobody's name is a part of another one's, nor long enough for other text.
CONTACTS, CUSTOMERS, SUBSCRIPTIONS = ("cA", "cB", "cC"), ("kA", "kB", "kC"), ("sA", "sB")
BROWSERS = (101, 102, 103)
FORGOTTEN = "cA"

contacts, customers = st.sampled_from(CONTACTS), st.sampled_from(CUSTOMERS)
browsers = st.sampled_from(BROWSERS)
touches = st.builds(
    lambda contact, subscription, newsletter: Touch(
        at=NOON - timedelta(hours=1),
        contact=contact,
        subscription=subscription,
        newsletter=newsletter,
    ),
    st.none() | contacts,
    st.none() | st.sampled_from(SUBSCRIPTIONS),
    st.none() | st.sampled_from(("n1", "n2")),
)
events = st.one_of(
    st.tuples(st.just("click"), touches, browsers),
    st.tuples(st.just("sale"), st.none() | touches, st.none() | browsers, st.none() | customers),
    st.tuples(st.just("claim"), touches, browsers, customers),
    st.tuples(st.just("identify"), contacts, customers),
    st.tuples(st.just("separate"), contacts, browsers),
)
sites = (f"site-{number}" for number in count())

# Names that are looked for within other text, and such texts.
LONG = {
    **{name: f"{name}@x.example" for name in CONTACTS},
    **{name: f"number-{name}" for name in CUSTOMERS},
    **{name: f"series-{name}" for name in SUBSCRIPTIONS},
}
TEXTS = ("n1", "of cA@x.example", "of cA%40x.example", "of number-kA", "of series-sA and number-kA")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    """One for all examples; each has a site of its own."""
    with closing(SQLiteStore(tmp_path / "sales.db")) as made:
        yield made


def tell(store: SQLiteStore, site: str, number: int, event: tuple[Any, ...]) -> None:
    kind, *told = event
    if kind == "click":
        store.add_click(site, clicked(*told))
    elif kind == "sale":
        touch, visitor, customer = told
        bought = None if customer is None else order(customer_ref=customer)
        sold(store, site, str(number), touch=touch, visitor=visitor, order=bought)
    elif kind == "claim":
        touch, visitor, customer = told
        store.claim(site, claim(f"x{number}", touch=touch, visitor=visitor, customer_ref=customer))
    elif kind == "identify":
        contact, customer = told
        store.identify(site, contact, customer, NOON)
    else:
        contact, visitor = told
        store.separate(site, Link(visitor=visitor, contact=contact), NOON, apart=True)


def values(store: SQLiteStore, site: str) -> list[Any]:
    """Every value in every row of every table, one by one."""
    return [value for table in json.loads(dump(store, site)) for row in table for value in row]


@settings(WITH_A_STORE, max_examples=12)
@given(told=st.lists(events, max_size=12))
def test_one_is_forgotten_and_nobody_else(store: SQLiteStore, told: list[Any]) -> None:
    """Whatever was told, in whatever order."""
    site = next(sites)
    for number, event in enumerate(told):
        tell(store, site, number, event)
    found, _ = store.personal_data(site, FORGOTTEN)
    before = totals(store, site), clicks(store, site)
    named = {name: values(store, site).count(name) for name in CONTACTS[1:]}
    identified = {
        each: next((e[1] for e in reversed(told) if e[0] == "identify" and e[2] == each), None)
        for each in CUSTOMERS
    }

    foreseen = forget(store, site, FORGOTTEN, dry_run=True)
    forgotten = forget(store, site, FORGOTTEN)

    assert forgotten == foreseen
    left = values(store, site)
    assert FORGOTTEN not in left
    for customer in found.customer_refs:
        assert identified[customer] == FORGOTTEN
        assert customer not in left
    assert not set(found.subscriptions) & set(left)
    assert not {int(visitor) for visitor in found.visitors} & set(left)
    assert (totals(store, site), clicks(store, site)) == before
    # A claim of their own order goes, whosever click it was by.
    claimed = [e[1].contact for e in told if e[0] == "claim" and e[3] in found.customer_refs]
    assert {name: left.count(name) + claimed.count(name) for name in named} == named
    assert all(finding.problem is None for finding in store.verify(site))
    assert forget(store, site, FORGOTTEN).is_nothing


def lengthened(told: Any) -> Any:
    """The same with names that may be found within other text."""
    if isinstance(told, tuple):
        return tuple(map(lengthened, told))
    if isinstance(told, Touch):
        names = {"contact": lengthened(told.contact), "subscription": lengthened(told.subscription)}
        return msgspec.structs.replace(told, **names)
    return LONG.get(told, told) if isinstance(told, str) else told


@settings(WITH_A_STORE, max_examples=25)
@given(told=st.lists(st.tuples(events, st.sampled_from(TEXTS)), min_size=1, max_size=12))
def test_a_dry_run_says_what_a_real_one_does(store: SQLiteStore, told: list[Any]) -> None:
    """Whichever names stand in whosever text."""
    site = next(sites)
    for number, (event, text) in enumerate(told):
        tell(store, site, number, lengthened(event))
        bought = order(line(f"p{number % 3}", text), customer_ref=f"k{number % 2}")
        sold(store, site, f"{text} {number}", order=bought, touch=Touch(at=NOON, newsletter=text))
    before = dump(store, site)

    foreseen = forget(store, site, LONG[FORGOTTEN], dry_run=True)

    assert dump(store, site) == before
    assert forget(store, site, LONG[FORGOTTEN]) == foreseen
    assert "x.example" not in dump(store, site).replace("cB@x.example", "").replace(
        "cC@x.example", ""
    )
