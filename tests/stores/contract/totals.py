from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import MICROSECOND, NOON, WITH_A_STORE, arrival
from wsgi_salestrack import Money, Touch
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores.base import Dimension, Selection, Store, Total

DIMENSIONS: tuple[Dimension, ...] = ("newsletter", "link", "contact", "list", "target", "day")

Group = tuple[str | None, str | None, int | None]

names = st.sampled_from([None, "a", "A", "b "])
touches = st.none() | st.builds(Touch, newsletter=names, link=names, contact=names, list=names)
monies = st.none() | st.builds(
    Money, st.integers(0, 9), st.sampled_from(["USD", "EUR", "JPY", "BHD"])
)
arrivals = st.builds(
    arrival,
    st.none(),
    at=st.integers(-2, 2).map(lambda steps: NOON + steps * MICROSECOND),
    day=st.sampled_from(["2026-11-21", "2026-11-22"]),
    touch=touches,
    target=names,
    revenue=monies,
    quantity=st.none() | st.integers(1, 3),
)


def value_of(arriving: Arrival, dimension: Dimension) -> str | None:
    """What a conversion is grouped by."""
    if dimension == "day":
        return arriving.day
    if dimension == "target":
        return arriving.conversion.target
    return None if arriving.touch is None else getattr(arriving.touch, dimension)


def added_up(arriving: list[Arrival], by: Dimension) -> set[Total]:
    """The totals, counted one by one."""
    counts: Counter[Group] = Counter()
    quantities: Counter[Group] = Counter()
    revenues: Counter[Group] = Counter()
    for each in arriving:
        money = each.conversion.revenue
        value = value_of(each, by)
        group = (value, money.currency, money.exponent) if money else (value, None, None)
        counts[group] += 1
        quantities[group] += each.conversion.quantity or 0
        revenues[group] += money.minor if money else 0
    return {
        Total(
            values=(group[0],),
            currency=group[1],
            exponent=group[2],
            count=counts[group],
            quantity=quantities[group],
            revenue=revenues[group],
            refunded=0,
        )
        for group in counts
    }


def sales(store: Store, site: str, selection: Selection) -> int:
    """How many conversions are selected."""
    return sum(int(total.count) for total in store.totals(site, selection))


class TotalsContract:
    """Conversions added up."""

    def test_nothing_adds_up_to_nothing(self, store: Store, site: str) -> None:
        assert store.totals(site, Selection(by=("newsletter",))) == []

    @given(st.lists(arrivals, max_size=10))
    @WITH_A_STORE
    def test_totals_are_what_counting_gives(self, store: Store, arriving: list[Arrival]) -> None:
        """By every dimension; currencies apart, and those without a value or a revenue as such."""
        site = f"shop-{new_visitor_id()}"
        for each in arriving:
            store.record(site, each)

        for by in DIMENSIONS:
            totals = store.totals(site, Selection(by=(by,)))
            assert set(totals) == added_up(arriving, by)
            assert len(totals) == len(set(totals))

    @given(st.lists(arrivals, max_size=10), st.data())
    @WITH_A_STORE
    def test_a_selection_leaves_out_the_others(
        self, store: Store, arriving: list[Arrival], data: st.DataObject
    ) -> None:
        """By any number of dimensions, where none is a value as well, by currency and by time."""
        site = f"shop-{new_visitor_id()}"
        for each in arriving:
            store.record(site, each)
        where = data.draw(
            st.dictionaries(st.sampled_from(DIMENSIONS), names | st.just("2026-11-21"), max_size=2)
        )
        currency = data.draw(st.sampled_from([None, "USD", "CHF"]))
        since, until = (data.draw(st.none() | st.just(NOON)) for _ in range(2))

        totals = store.totals(
            site,
            Selection(by=("link",), where=where, currency=currency, since=since, until=until),
        )

        chosen = [
            each
            for each in arriving
            if all(value_of(each, dimension) == value for dimension, value in where.items())
            and (since is None or each.at >= since)
            and (until is None or each.at < until)
            and (
                currency is None
                or (each.conversion.revenue or Money(0, "JPY")).currency == currency
            )
        ]
        assert set(totals) == added_up(chosen, "link")

    @pytest.mark.parametrize(
        ("since", "until", "count"),
        [
            (None, None, 1),
            (NOON, None, 1),
            (NOON + MICROSECOND, None, 0),
            (None, NOON, 0),
            (None, NOON + MICROSECOND, 1),
            (NOON, NOON, 0),
        ],
        ids=["always", "since", "since-after", "until", "until-after", "never"],
    )
    def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(
        self, store: Store, site: str, since: datetime | None, until: datetime | None, count: int
    ) -> None:
        """By when it occurred, not by when it arrived."""
        store.record(site, arrival(at=NOON + timedelta(days=9), occurred_at=NOON))

        selection = Selection(by=("day",), since=since, until=until)

        assert sales(store, site, selection) == count

    def test_times_of_any_zone_select(self, store: Store, site: str) -> None:
        """A period of the shop's own days."""
        store.record(site, arrival())
        local = NOON.astimezone()

        assert sales(store, site, Selection(by=("day",), since=local)) == 1
        assert sales(store, site, Selection(by=("day",), until=local)) == 0

    def test_sums_are_exact_beyond_what_a_float_can_count(self, store: Store, site: str) -> None:
        """2**53 + 1 is the first integer that a double has no room for."""
        huge = Money.from_minor(2**53 + 1, "USD", 2)
        for reference in ("1", "2", "3"):
            store.record(site, arrival(reference, revenue=huge, quantity=999_999_999))

        (total,) = store.totals(site, Selection(by=("newsletter",)))

        assert (total.revenue, total.quantity) == (3 * (2**53 + 1), 2_999_999_997)
        assert isinstance(total.revenue, int)

    def test_an_exponent_that_changed_makes_a_total_of_its_own(
        self, store: Store, site: str
    ) -> None:
        """1200 with two decimals and 1200 with none are not 2400 of anything."""
        store.record(site, arrival("1", revenue=Money.from_minor(1200, "ISK", 2)))
        store.record(site, arrival("2", revenue=Money.from_minor(1200, "ISK", 0)))

        totals = store.totals(site, Selection(by=("newsletter",)))

        assert {(total.exponent, total.revenue) for total in totals} == {(2, 1200), (0, 1200)}

    def test_what_replaced_another_value_is_counted_instead(self, store: Store, site: str) -> None:
        """Not beside it: also where it moved into another currency."""
        store.record(site, arrival(source="target", revenue=Money("9999", "USD"), quantity=9))
        store.record(site, arrival(revenue=Money("10", "EUR"), quantity=1))

        (total,) = store.totals(site, Selection(by=("newsletter",)))

        assert msgspec.structs.astuple(total) == ((None,), "EUR", 2, 1, 1, 1000, 0, 0)

    @pytest.mark.parametrize("value", ["'", '"; --', "%", "_", "", "NULL", "\N{SNOWMAN}"])
    def test_a_value_is_only_ever_compared(self, store: Store, site: str, value: str) -> None:
        """It comes from whoever reads the report."""
        store.record(site, arrival(touch=Touch(newsletter="2026-11")))

        assert sales(store, site, Selection(by=("day",), where={"newsletter": value})) == 0

    def test_totals_are_each_shops_own(self, store: Store, site: str) -> None:
        store.record(site, arrival())

        assert sales(store, f"{site}-other", Selection(by=("day",))) == 0
