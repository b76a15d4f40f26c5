from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import msgspec
import pytest

from tests.stores.values import HERO, NOON, SEVEN, all_of, arrival, order
from wsgi_salestrack import Order, Recorded, Touch
from wsgi_salestrack.model import Claim
from wsgi_salestrack.privacy import unwatched
from wsgi_salestrack.stores.base import Selection, Store
from wsgi_salestrack.stores.change_rows import claim_row
from wsgi_salestrack.stores.sql_store import SQLStore

OTHER = Touch(at=NOON - timedelta(minutes=5), contact="c2", newsletter="2026-12")


def claim(reference: str = "1001", **values: Any) -> Claim:
    """Customer k1's, of somebody who clicked the hero link, unless it says otherwise."""
    default = {"customer_ref": "k1", "visitor": 7, "touch": HERO, "referral": None, "at": NOON}
    return Claim(reference=reference, window=timedelta(days=30), **{**default, **values})


def credit(store: Store, site: str) -> list[tuple[Touch | None, Touch | None]]:
    """What each conversion is credited to."""
    return [(found.touch, found.referral) for found in all_of(store, site)]


class ClaimsContract:
    """Whoever has an order's snippet before them, and the order itself, recorded elsewhere."""

    @pytest.mark.parametrize(
        "bought", [order(customer_ref="k1"), Order(customer_ref="k1"), order(), None]
    )
    @pytest.mark.parametrize("is_first", ["claim", "order"])
    def test_an_order_and_its_claim_meet_in_either_order(
        self, store: Store, site: str, is_first: str, bought: Any
    ) -> None:
        """Credited to both touches, once."""
        arriving = arrival(order=bought)
        claiming = claim(referral=SEVEN)
        if is_first == "claim":
            assert store.claim(site, claiming) is None
            recorded = store.record(site, arriving)
            assert recorded.outcome == "recorded"
        else:
            store.record(site, arriving)
            found = store.claim(site, claiming)
            assert found is not None
            assert found.outcome == "enriched"
            recorded = found

        assert (recorded.touch, recorded.referral, recorded.visitor) == (HERO, SEVEN, 7)
        assert all_of(store, site)[0].visitor == 7
        assert credit(store, site) == [(HERO, SEVEN)]
        (total,) = store.totals(site, Selection(by=("newsletter",)))
        assert (total.values, total.count, total.revenue) == (("2026-11",), 1, 1000)

    def test_a_claim_may_come_any_number_of_times(self, store: Store, site: str) -> None:
        """The first touch of each kind stays, and what is still missing is filled in."""
        store.claim(site, claim())
        store.claim(site, claim(touch=OTHER, referral=SEVEN))
        store.claim(site, claim())
        store.record(site, arrival())
        again = store.claim(site, claim(touch=OTHER))

        assert again is not None
        assert again.outcome == "duplicate"
        assert credit(store, site) == [(HERO, SEVEN)]

    def test_another_customers_claim_credits_nobody(self, store: Store, site: str) -> None:
        """Order numbers may be guessed; only the customer's own claim counts."""
        bought = arrival(order=order(customer_ref="k2"), revenue=None)
        store.claim(site, claim())
        store.record(site, bought)
        assert credit(store, site) == [(None, None)]
        store.claim(site, claim(customer_ref="k2", touch=OTHER))
        assert credit(store, site) == [(OTHER, None)]

    def test_of_several_visitors_the_first_with_a_click_before_it_counts(
        self, store: Store, site: str
    ) -> None:
        """One who clicked after the sale does not keep the place of one who clicked before."""
        late = Touch(at=NOON + timedelta(minutes=1), contact="c9", newsletter="2026-12")
        store.claim(site, claim(visitor=1, touch=late))
        store.claim(site, claim(visitor=2))
        store.claim(site, claim(visitor=3, touch=OTHER))
        store.record(site, arrival())

        assert credit(store, site) == [(HERO, None)]

    def test_a_repeat_looks_for_claims_too(self, store: Store, site: str) -> None:
        """The first one named another customer, whom nobody may vouch for."""
        forged = order(customer_ref="k9")
        store.claim(site, claim())
        store.record(site, arrival(source="ecommerce_pixel", order=forged, revenue=None))
        assert credit(store, site) == [(None, None)]
        bought = order(customer_ref="k1")
        store.record(site, arrival(source="xmlrpc", order=bought, revenue=None))

        assert credit(store, site) == [(HERO, None)]

    def test_a_repeat_that_names_no_customer_vouches_for_nobody(
        self, store: Store, site: str
    ) -> None:
        """Whose order it is was said before, whether lines were or not."""
        store.claim(site, claim())
        known = Order(customer_ref="k2")
        assert store.record(site, arrival(order=known)).outcome == "recorded"
        assert store.record(site, arrival(order=order())).outcome == "enriched"

        assert credit(store, site) == [(None, None)]

    def test_what_an_order_is_credited_to_stays(self, store: Store, site: str) -> None:
        """A claim adds what is missing and takes nothing away."""
        store.record(site, arrival(touch=OTHER))
        store.claim(site, claim(referral=SEVEN))
        store.claim(site, claim("1002", referral=SEVEN))
        store.record(site, arrival("1002", touch=OTHER))

        assert credit(store, site) == [(OTHER, SEVEN), (OTHER, SEVEN)]

    @pytest.mark.parametrize("seen", [None, 5])
    def test_a_repeat_is_of_the_browser_that_credits_it(
        self, store: Store, site: str, seen: int | None
    ) -> None:
        """The repeat's own, where it has a touch; else that of the claim it finds."""
        sold = arrival(source="ecommerce_pixel", order=order(customer_ref="k9"), revenue=None)
        store.claim(site, claim())
        store.record(site, sold)
        bought = arrival(source="xmlrpc", order=order(customer_ref="k1"), revenue=None)
        own = {} if seen is None else {"touch": OTHER, "visitor": seen}
        store.record(site, msgspec.structs.replace(bought, **own))

        (found,) = all_of(store, site)
        assert (found.touch, found.visitor) == ((HERO, 7) if seen is None else (OTHER, 5))

    @pytest.mark.parametrize("clicked", [HERO.at, NOON + timedelta(minutes=1)])
    def test_a_repeat_whose_own_click_earns_nothing_is_of_the_claims_browser(
        self, store: Store, site: str, clicked: datetime
    ) -> None:
        """Somebody else's is credited already, or it came after the sale."""
        sold = arrival(
            source="ecommerce_pixel", order=order(customer_ref="k9"), revenue=None, occurred_at=NOON
        )
        is_late = clicked > NOON
        store.claim(site, claim(touch=HERO if is_late else None, referral=SEVEN))
        store.record(site, msgspec.structs.replace(sold, touch=None if is_late else HERO))
        bought = arrival(source="xmlrpc", order=order(customer_ref="k1"), revenue=None)
        own = msgspec.structs.replace(OTHER, at=clicked)
        store.record(site, msgspec.structs.replace(bought, touch=own, visitor=5))

        (found,) = all_of(store, site)
        assert (found.touch, found.referral, found.visitor) == (HERO, SEVEN, 7)

    @pytest.mark.parametrize("is_first", ["claim", "order"])
    def test_a_click_outside_the_window_earns_nothing(
        self, store: Store, site: str, is_first: str
    ) -> None:
        """By when the order was placed, whenever the two of them came."""
        old = arrival(occurred_at=NOON + timedelta(days=31))
        claiming = claim()
        if is_first == "claim":
            store.claim(site, claiming)
        store.record(site, old)
        store.claim(site, claiming)

        assert credit(store, site) == [(None, None)]

    def test_only_orders_are_claimed(self, store: Store, site: str) -> None:
        """A target's reference may be the same number by accident."""
        store.claim(site, claim())
        store.record(site, arrival(scope="target:1", source="target"))
        store.record(site, arrival(deduped=False))
        store.record(site, arrival(None))

        assert credit(store, site) == [(None, None)] * 3

    def test_a_claim_that_changes_an_order_is_announced(self, store: Store, site: str) -> None:
        """Where somebody listens; a replay tells of it."""
        store.record(site, arrival())
        store.claim(site, claim(announced=True))

        (found,) = store.unsent(site)
        assert (found.outcome, found.touch) == ("enriched", HERO)

    def test_a_claim_that_comes_while_its_buyer_is_forgotten_is_not_kept(
        self, store: Store, site: str
    ) -> None:
        """It was written before its order was looked at, and there was nobody to forget yet."""
        assert isinstance(store, SQLStore)
        store.record(site, arrival(touch=HERO, order=Order(customer_ref="k1")))
        store.forget(site, "c81", references=False, dry_run=False, watch=unwatched)
        row = claim_row(claim(referral=SEVEN))
        store._writing(site, lambda each: each.run(each.statements.insert_claim, **row).rowcount)  # noqa: SLF001

        store.resolve_claims(site, claim())

        assert credit(store, site) == [(Touch(at=HERO.at, newsletter="2026-11", link="hero"), None)]
        with store._reading(site) as each:  # noqa: SLF001
            left = each.run(each.statements.select_claims, reference="1001").fetchall()
        assert list(left) == []

    def test_claims_are_each_shops_own(self, store: Store, site: str) -> None:
        store.claim(f"{site}-other", claim())
        store.record(site, arrival())

        assert credit(store, site) == [(None, None)]

    def test_an_order_and_its_claim_meet_when_they_race(self, store: Store, site: str) -> None:
        """Neither may overlook the other, though neither has been committed."""
        numbers = [str(number) for number in range(20)]
        start = Barrier(2)

        def race(number: str, *, by_claim: bool) -> Recorded | None:
            start.wait()
            if by_claim:
                return store.claim(site, claim(number))
            bought = order(customer_ref="k1") if int(number) % 2 else None
            revenue = None if bought else arrival().conversion.revenue
            return store.record(site, arrival(number, order=bought, revenue=revenue))

        with ThreadPoolExecutor(2) as pool:
            claims = pool.submit(lambda: [race(number, by_claim=True) for number in numbers])
            orders = pool.submit(lambda: [race(number, by_claim=False) for number in numbers])
            assert claims.exception() is None
            assert orders.exception() is None

        assert credit(store, site) == [(HERO, None)] * len(numbers)
