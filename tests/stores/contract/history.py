from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.stores.contract.ledger import sale
from tests.stores.values import HERO, NOON, SEVEN, arrival, click, line, order
from wsgi_salestrack import Conversion, Money, Order, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.stores.base import Place, Selection, Store

HOUR = timedelta(hours=1)


def selection(**values: Any) -> Selection:
    return Selection(by=(), **values)


def references(
    store: Store, site: str, selected: Selection, before: Place | None = None, most: int = 50
) -> list[str | None]:
    found = store.latest(site, selected, before, most)
    return [recorded.conversion.reference for recorded in found]


class HistoryContract:
    """What people leaf through."""

    def test_the_latest_come_first_by_when_they_occurred(self, store: Store, site: str) -> None:
        """Not by when they came, which is later for what was imported."""
        for hours in (2, 5, 1):
            store.record(site, arrival(f"r{hours}", occurred_at=NOON - hours * HOUR))

        assert references(store, site, selection()) == ["r1", "r2", "r5"]

    def test_a_page_goes_on_where_the_one_before_ended(self, store: Store, site: str) -> None:
        """Each once, also those of one moment."""
        for number in range(7):
            at = NOON - (number // 3) * HOUR
            store.record(site, arrival(f"r{number}", occurred_at=at))
        seen: list[str | None] = []
        before = None
        for _ in range(4):
            page = store.latest(site, selection(), before, 2)
            seen += [recorded.conversion.reference for recorded in page]
            last = page[-1].conversion.occurred_at
            assert last is not None
            before = Place(last, page[-1].id)

        assert len(seen) == 7
        assert sorted(map(str, seen)) == [f"r{number}" for number in range(7)]
        assert {*seen[:3]} == {"r0", "r1", "r2"}
        assert store.latest(site, selection(), before, 2) == []

    def test_they_come_whole(self, store: Store, site: str) -> None:
        """With their products, touches, and what was taken back."""
        sold = arrival("1001", order=order(line(quantity=2)), touch=HERO, referral=SEVEN)
        recorded = store.record(site, sold)

        assert store.latest(site, selection(), None, 50) == [recorded]

    def test_what_is_cancelled_is_there_as_well(self, store: Store, site: str) -> None:
        """It counts no longer, but people look for it."""
        store.record(site, arrival("1001"))
        change = Change(kind="cancellation", reference=None)
        store.adjust(site, "order", "1001", change, id=new_id(NOON), at=NOON, announced=False)

        (found,) = store.latest(site, selection(), None, 50)

        assert found.cancelled

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ({"newsletter": "2026-11"}, ["hero"]),
            ({"newsletter": None}, ["plain", "seven"]),
            ({"publisher": "p7"}, ["seven"]),
            ({"contact": "c81"}, ["hero"]),
            ({"contact": "c99"}, ["seven"]),
            ({"link": "hero", "newsletter": "2026-11"}, ["hero"]),
            ({"link": "hero", "newsletter": "2026-10"}, []),
            ({"source": "splio"}, ["plain"]),
            ({"day": "2026-11-21"}, ["hero", "plain", "seven"]),
        ],
    )
    def test_only_those_that_are_asked_for(
        self, store: Store, site: str, where: dict[Any, str | None], expected: list[str]
    ) -> None:
        """A customer's orders are the contact's that they are."""
        store.record(site, arrival("hero", touch=HERO))
        lines = order(line(), customer_ref="k7")
        store.record(site, arrival("seven", referral=SEVEN, order=lines))
        store.record(site, arrival("plain", source="splio"))
        store.identify(site, "c99", "k7", NOON)

        assert sorted(map(str, references(store, site, selection(where=where)))) == expected

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ({"product": "s1"}, ["both", "socks"]),
            ({"product": "h1"}, ["both"]),
            ({"product": "x1"}, []),
            ({"product": None}, ["plain"]),
            ({"category": "wool"}, ["both", "socks"]),
            ({"category": "wo"}, []),
            ({"category": None}, ["both", "plain"]),
            ({"category": "wool", "product": "s1"}, ["both", "socks"]),
            ({"category": "wool", "product": "h1"}, []),
            ({"category": None, "product": "h1"}, ["both"]),
            ({"product": ""}, []),
            ({"product": "s1", "newsletter": "2026-11"}, ["socks"]),
        ],
    )
    def test_by_what_was_bought(
        self, store: Store, site: str, where: dict[Any, str | None], expected: list[str]
    ) -> None:
        """One of its lines is of the product, or of one in the category."""
        socks, hat = line(categories=("wool", "feet")), line("h1", "Hat")
        store.record(site, arrival("socks", order=order(socks), touch=HERO))
        both = order(hat, socks)
        store.record(site, arrival("both", order=both, revenue=Money("20", "USD")))
        store.record(site, arrival("plain"))

        assert sorted(map(str, references(store, site, selection(where=where)))) == expected

    @pytest.mark.parametrize("by", ["product", "category"])
    def test_what_is_of_no_product(self, store: Store, site: str, by: Any) -> None:
        """Those sales that the report's row has a part of: it has as many as that counts."""
        price = Money("4.25", "USD")
        socks = line(categories=("wool",), quantity=2, unit_price=price)
        most = Money("99999999.99", "USD")
        large = msgspec.structs.replace(socks, unit_price=most, quantity=999_999_999)
        for name, revenue, lines in (
            ("all of it", "8.50", [socks]),
            ("with shipping", "10.50", [socks]),
            ("with a discount", "8", [socks]),
            ("without lines", "8.50", []),
            (
                "too large to add up",
                "8.50",
                [large],
            ),
            ("some returned", "8.50", [socks]),
            ("some money returned", "8.50", [socks]),
            ("all returned", "8.50", [socks]),
        ):
            sold = Order(customer_ref="k7", lines=tuple(lines))
            store.record(site, arrival(name, revenue=Money(revenue, "USD"), order=sold))
        for name, change in (
            ("some returned", Change(kind="refund", reference=None, lines={"s1": 1})),
            ("some money returned", Change(kind="refund", reference=None, amount="1")),
            ("all returned", Change(kind="refund", reference=None)),
        ):
            store.adjust(site, "order", name, change, id=new_id(NOON), at=NOON, announced=False)

        listed = sorted(map(str, references(store, site, selection(where={by: None}))))
        assert listed == [
            "some money returned",
            "too large to add up",
            "with a discount",
            "with shipping",
            "without lines",
        ]
        totals = store.totals(site, Selection(by=(by,)))
        assert sum(each.count for each in totals if each.values == (None,)) == len(listed)

    def test_of_a_period_and_a_currency(self, store: Store, site: str) -> None:
        """From its first moment to before its last."""
        for hours in range(4):
            store.record(site, arrival(f"r{hours}", occurred_at=NOON + hours * HOUR))
        period = selection(since=NOON + HOUR, until=NOON + 3 * HOUR)

        assert references(store, site, period) == ["r2", "r1"]
        assert references(store, site, selection(currency="EUR")) == []
        assert len(references(store, site, selection(currency="USD"))) == 4

    def test_the_sales_are_each_shops_own(self, store: Store, site: str) -> None:
        store.record(site, arrival("1001"))

        assert references(store, f"{site}-other", selection()) == []

    def test_a_sale_of_any_time_is_found(self, store: Store, site: str) -> None:
        """From before 1970, too, and on from there."""
        for year in (1901, 1969, 2900):
            occurred_at = datetime(year, 1, 1, tzinfo=UTC)
            store.record(site, arrival(str(year), occurred_at=occurred_at))
        first = store.latest(site, selection(), None, 2)
        at = first[-1].conversion.occurred_at
        assert at is not None

        assert [each.conversion.reference for each in first] == ["2900", "1969"]
        assert references(store, site, selection(), Place(at, first[-1].id)) == ["1901"]

    def test_a_contacts_clicks(self, store: Store, site: str) -> None:
        """Those of bots as well, and nobody else's; the latest first."""
        for hours in range(3):
            touch = msgspec.structs.replace(HERO, at=NOON - hours * HOUR)
            store.add_click(site, click(touch, verdict="bot" if hours == 1 else "valid"))
        store.add_click(site, click(Touch(at=NOON, contact="c82")))
        store.add_click(f"{site}-other", click(HERO))

        first = store.latest_clicks(site, "c81", None, 2)
        at = first[-1].touch.at
        assert at is not None
        rest = store.latest_clicks(site, "c81", Place(at, first[-1].id), 2)

        assert [each.verdict for each in first] == ["valid", "bot"]
        assert [each.touch.at for each in (*first, *rest)] == [NOON, NOON - HOUR, NOON - 2 * HOUR]

    def test_a_click_comes_whole(self, store: Store, site: str) -> None:
        made = store.add_click(site, click(msgspec.structs.replace(HERO, publisher="p7")))

        assert store.latest_clicks(site, "c81", None, 1) == [made]

    def test_what_products_are_called(self, store: Store, site: str) -> None:
        """As they were called last; what was never sold has no name."""
        for name in ("Socks", "Warm socks"):
            sold: Conversion = arrival(name, order=order(line("s1", name))).conversion
            store.record(site, msgspec.structs.replace(arrival(name), conversion=sold))

        assert store.product_names(site, ["s1", "s2"]) == {"s1": "Warm socks"}
        assert store.product_names(f"{site}-other", ["s1"]) == {}
        assert store.product_names(site, []) == {}

    def test_the_latest_commissions(self, store: Store, site: str) -> None:
        """The same entries as the whole ledger has, the other way round, a page at a time."""
        for number in range(5):
            store.record(site, sale(f"r{number}"))
        every = store.commissions(site)[::-1]
        store.set_commission_state(site, [each.id for each in every[:2]], "approved", NOON)
        every = store.commissions(site)[::-1]

        first = store.latest_commissions(site, most=3)
        rest = store.latest_commissions(site, before=first[-1].id, most=3)

        assert [*first, *rest] == every
        assert store.latest_commissions(site, state="approved", most=9) == every[:2]
        assert store.latest_commissions(site, state="pending", most=9) == every[2:]
        assert store.latest_commissions(site, publisher="p7", most=9) == every
        assert store.latest_commissions(site, publisher="p8", most=9) == []
        assert store.latest_commissions(f"{site}-other", most=9) == []

    def test_what_was_earned(self, store: Store, site: str) -> None:
        """The sums over the ledger, by state, and each currency by itself."""
        for number, currency in enumerate(("USD", "USD", "USD", "JPY")):
            store.record(site, sale(f"r{number}", revenue=Money("20", currency)))
        chosen = [each.id for each in store.commissions(site)[:2]]
        store.set_commission_state(site, chosen, "approved", NOON)
        change = Change(kind="refund", amount="5.00", reference=None)
        store.adjust(site, "order", "r2", change, id=new_id(NOON), at=NOON, announced=False)
        expected: Counter[tuple[str, str, int]] = Counter()
        for entry in store.commissions(site):
            expected[entry.state, entry.currency, entry.exponent] += entry.minor

        found = store.earned(site)

        assert {(each.state, each.currency, each.exponent): each.minor for each in found} == (
            expected
        )
        assert len(found) == len(expected) == 3
        assert store.earned(site, "p7") == found
        assert store.earned(site, "p8") == []
        assert store.earned(f"{site}-other") == []
