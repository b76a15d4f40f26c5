from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import HERO, NOON, SEVEN, WITH_A_STORE, all_of, arrival, line, order
from wsgi_salestrack import Money
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores.base import Selection, Store

LATER = NOON + timedelta(minutes=5)

sources = st.sampled_from(["target", "api", "xmlrpc"])
revenues = st.sampled_from([None, Money("1", "USD"), Money("2", "USD"), Money("2", "EUR")])
arrivals = st.builds(arrival, st.sampled_from(["1001", "1002"]), source=sources, revenue=revenues)


class RepeatsContract:
    """A conversion that arrives again."""

    def test_the_same_again_is_a_duplicate(self, store: Store, site: str) -> None:
        """With the id of the first, whenever it comes."""
        first = store.record(site, arrival(touch=HERO, quantity=2))

        again = store.record(site, arrival(touch=HERO, quantity=2, at=LATER))

        assert again == msgspec.structs.replace(first, outcome="duplicate")
        assert all_of(store, site) == [first]

    def test_a_difference_between_equals_is_a_conflict(self, store: Store, site: str) -> None:
        """The first one stands."""
        first = store.record(site, arrival())

        other = store.record(site, arrival(revenue=Money("11", "USD"), source="xmlrpc"))

        assert other == msgspec.structs.replace(first, outcome="conflict")
        assert all_of(store, site) == [first]

    def test_a_more_trusted_source_replaces_the_values(self, store: Store, site: str) -> None:
        """Under the same id, with the touch that was known."""
        pixel = arrival(source="target", revenue=Money("9999", "USD"), touch=HERO, target="1")
        first = store.record(site, pixel)

        replaced = store.record(site, arrival(at=LATER))

        assert (replaced.outcome, replaced.id, replaced.touch) == ("enriched", first.id, HERO)
        assert replaced.conversion == msgspec.structs.replace(
            arrival().conversion, target="1", occurred_at=NOON
        )
        assert [found.conversion for found in all_of(store, site)] == [replaced.conversion]

    def test_a_signed_pixel_stands_between_an_unsigned_one_and_the_shop_itself(
        self, store: Store, site: str
    ) -> None:
        """Whoever comes first: a key that only the shop has says more than a page that all see."""

        def said(by: str, reference: str) -> Arrival:
            source = "api" if by == "shop" else "ecommerce_pixel"
            revenue = Money({"unsigned": "1", "signed": "2", "shop": "3"}[by], "USD")
            return arrival(reference, source=source, signed=by == "signed", revenue=revenue)

        for number, order_of_arrival in enumerate(permutations(["unsigned", "signed", "shop"])):
            for by in order_of_arrival:
                store.record(site, said(by, str(number)))
        assert {found.conversion.revenue for found in all_of(store, site)} == {Money("3", "USD")}

        assert store.record(site, said("unsigned", "pixels")).outcome == "recorded"
        assert store.record(site, said("signed", "pixels")).outcome == "enriched"
        assert store.record(site, said("unsigned", "pixels")).outcome == "duplicate"

    def test_a_less_trusted_source_only_fills_in(self, store: Store, site: str) -> None:
        """Touches, lines and where it was seen; never a value."""
        store.record(site, arrival())

        filled = store.record(
            site, arrival(source="ecommerce_pixel", touch=HERO, referral=SEVEN, order=order())
        )

        assert filled.outcome == "enriched"
        assert (filled.touch, filled.referral) == (HERO, SEVEN)
        assert filled.conversion.source == "api"
        assert filled.conversion.order == order()
        assert [
            msgspec.structs.replace(found, outcome="enriched") for found in all_of(store, site)
        ] == [filled]

    def test_lines_in_a_currency_that_was_replaced_are_gone(self, store: Store, site: str) -> None:
        """They must not come back as lines in the other currency."""
        pixel = arrival(source="ecommerce_pixel", order=order(line(quantity=3)), revenue=None)
        store.record(site, pixel)

        replaced = store.record(site, arrival(revenue=Money("27", "EUR")))

        assert replaced.conversion.order is None
        assert [found.conversion for found in all_of(store, site)] == [replaced.conversion]

    def test_lines_of_a_trusted_source_replace_the_others(self, store: Store, site: str) -> None:
        """Fewer than there were: none of the old ones is left."""
        many = order(line("s1", quantity=1), line("s2", quantity=1), line("s3", quantity=1))
        store.record(site, arrival(source="ecommerce_pixel", order=many, revenue=None))

        store.record(site, arrival(order=order(line("s2", quantity=2)), revenue=None))

        (found,) = all_of(store, site)
        assert found.conversion.order == order(line("s2", quantity=2))

    def test_what_was_recorded_without_revenue_can_be_filled_with_lines(
        self, store: Store, site: str
    ) -> None:
        """And is read again as it was answered."""
        store.record(site, arrival(revenue=None))

        filled = store.record(site, arrival(source="xmlrpc", order=order(), revenue=None))

        assert [found.conversion for found in all_of(store, site)] == [filled.conversion]
        assert store.record(site, arrival(order=order(), revenue=None)).outcome == "duplicate"

    @given(st.lists(arrivals, min_size=1, max_size=6))
    @WITH_A_STORE
    def test_totals_never_count_twice(self, store: Store, arriving: Sequence[Arrival]) -> None:
        """Whatever arrives in whatever order: each reference counts once, with what stands."""
        site = f"shop-{new_visitor_id()}"
        last = {each.conversion.reference: store.record(site, each) for each in arriving}

        standing = {found.id: found.conversion for found in all_of(store, site)}
        assert standing == {each.id: each.conversion for each in last.values()}
        totals = store.totals(site, Selection(by=("newsletter",)))
        assert sum(total.count for total in totals) == len(last)
        for currency in (None, "USD", "EUR"):
            revenues = [each.revenue for each in standing.values()]
            assert sum(total.revenue for total in totals if total.currency == currency) == sum(
                revenue.minor for revenue in revenues if revenue and revenue.currency == currency
            )
