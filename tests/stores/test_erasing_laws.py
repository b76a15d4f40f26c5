"""What holds of any shop, whoever shares browsers, customers and subscriptions in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.contract.claims import claim
from tests.stores.contract.forgetting import clicked, clicks, forget, sold, totals
from tests.stores.dump import dump
from tests.stores.values import NOON, WITH_A_STORE, order
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

    forget(store, site, FORGOTTEN)

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
