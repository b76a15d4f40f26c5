from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.contract.segment_sales import CONDITIONS, PERIODS, Arriving, arrivals, record
from tests.stores.values import MICROSECOND, NOON, WITH_A_STORE, arrival, line, order
from tests.support.asking import CURRENCY, Asked
from tests.support.segments import counted, row_of
from wsgi_salestrack import Buyer, Money, Order, Touch
from wsgi_salestrack.conditions import Condition
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.persons import Link
from wsgi_salestrack.segment_text import parse
from wsgi_salestrack.segments import bought, total
from wsgi_salestrack.selecting import Segment
from wsgi_salestrack.stores.base import Store


def of(where: Condition | str | None = None, **period: Any) -> Segment:
    """A segment at noon."""
    condition = parse(where) if isinstance(where, str) else where
    return Segment(where=condition, currency=CURRENCY, now=NOON, timezone=UTC, **period)


def names_of(found: Iterator[Buyer]) -> list[str]:
    return [buyer.contact for buyer in found]


class SegmentsContract:
    """Contacts by what they bought."""

    @given(st.lists(arrivals(), min_size=1, max_size=14), CONDITIONS, PERIODS)
    @settings(WITH_A_STORE, max_examples=15)
    def test_a_segment_is_what_plain_counting_finds(
        self,
        store: Store,
        arriving: list[Arriving],
        asking: list[Asked],
        period: dict[str, Any],
    ) -> None:
        """Every figure of everybody, and any conditions in any combination."""
        site = f"shop-{new_visitor_id()}"
        for number, each in enumerate(arriving):
            record(store, site, str(number), each)
        store.record(site, arrival("signup", revenue=None, touch=Touch(contact="zz")))
        store.record(site, arrival("nobody's"))
        since, until, currency = (period[name] for name in ("since", "until", "only_currency"))
        sales = [
            each.sale
            for each in arriving
            if not each.cancelled
            and (since is None or each.sale.at >= since)
            and (until is None or each.sale.at < until)
            and currency in (None, each.sale.currency)
        ]
        expected = counted(sales)

        assert [row_of(each) for each in store.buyers(site, of(**period))] == [
            each.row() for each in expected
        ]
        for condition in asking:
            found = names_of(store.buyers(site, of(condition.condition, **period)))
            assert found == [each.contact for each in expected if condition.holds(each)]

    def test_nobody_bought_nothing(self, store: Store, site: str) -> None:
        store.record(site, arrival("1", revenue=None, touch=Touch(contact="c81")))

        assert names_of(store.buyers(site, of())) == []
        assert names_of(store.buyers(site, of("not total > 0"))) == []

    def test_fifths_are_as_large_as_they_can_be(self, store: Store, site: str) -> None:
        """Of equals, who ordered last comes first, and then who has the greater name."""
        for number in range(12):
            at = NOON + number // 4 * MICROSECOND
            store.record(site, arrival(str(number), at=at, touch=Touch(contact=f"c{number:02}")))

        scores = [
            (buyer.recency, buyer.frequency, buyer.spent[0].monetary)
            for buyer in store.buyers(site, of())
        ]

        assert scores == [(score,) * 3 for score in (1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5)]

    def test_a_category_is_what_the_product_is_in_now(self, store: Store, site: str) -> None:
        """Whatever it was in when it was bought."""
        touch = Touch(contact="c81")
        for number, category in enumerate(("warm", "wool")):
            bought_now = order(line(categories=(category,)))
            store.record(site, arrival(str(number), touch=touch, order=bought_now))

        assert names_of(store.buyers(site, of(bought(category="wool")))) == ["c81"]
        assert names_of(store.buyers(site, of(bought(category="warm")))) == []

    def test_a_currency_whose_decimals_changed_is_one(self, store: Store, site: str) -> None:
        """Added in the finer unit."""
        for number, (minor, exponent) in enumerate(((1250, 2), (12, 0))):
            revenue = Money.from_minor(minor, "ISK", exponent)
            store.record(site, arrival(str(number), revenue=revenue, touch=Touch(contact="c81")))

        (buyer,) = store.buyers(site, of(total(at_least="24.50", at_most="24.50", currency="ISK")))
        (spent,) = buyer.spent
        assert (spent.gross, spent.net, spent.average) == tuple(
            map(Decimal, ("24.50", "24.50", "12.25"))
        )

    @pytest.mark.parametrize("name", ["'", '"; --', "%", "_", ":site", "%(site)s", "\N{SNOWMAN}"])
    def test_a_name_is_only_ever_compared(self, store: Store, site: str, name: str) -> None:
        """It comes from whoever asks for a segment."""
        store.record(site, arrival(touch=Touch(contact="c81"), order=order()))

        for kind in ("product", "category", "newsletter", "list", "link", "publisher"):
            given: dict[str, Any] = {kind: name}
            assert names_of(store.buyers(site, of(bought(**given)))) == []
            assert names_of(store.buyers(site, of(~bought(**given)))) == ["c81"]

    def test_buyers_are_those_of_one_moment(self, store: Store, site: str) -> None:
        """Nobody waits for who looks at them, and what changes meanwhile does not show."""
        for contact in "ab":
            store.record(site, arrival(contact, touch=Touch(contact=contact)))

        buyers = store.buyers(site, of())
        first = next(buyers)
        store.record(site, arrival("3", touch=Touch(contact="a")))
        store.record(site, arrival("4", touch=Touch(contact="c")))

        assert [first.contact, *names_of(buyers)] == ["a", "b"]
        assert [buyer.count for buyer in store.buyers(site, of())] == [2, 1, 1]

    def test_a_customer_who_was_separated_is_somebody_else(self, store: Store, site: str) -> None:
        """Until they are joined again; whom a click was of stays."""
        clicked = arrival("1", touch=Touch(contact="c81"), order=Order(customer_ref="k1"))
        store.record(site, clicked)
        store.record(site, arrival("2", order=Order(customer_ref="k1")))
        store.identify(site, "c81", "k1", NOON)
        link = Link(contact="c81", customer_ref="k1")

        counts = []
        for apart in (True, False):
            store.separate(site, link, NOON, apart=apart)
            counts.append([buyer.count for buyer in store.buyers(site, of())])

        assert counts == [[1], [2]]

    def test_buyers_are_each_shops_own(self, store: Store, site: str) -> None:
        new = arrival(touch=Touch(), order=order(customer_ref="k1"))
        store.record(site, new)
        store.identify(site, "c81", "k1", NOON)
        store.record(f"{site}-other", new)

        assert names_of(store.buyers(site, of())) == ["c81"]
        assert names_of(store.buyers(f"{site}-other", of())) == []
