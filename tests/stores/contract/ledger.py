from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.stores.contract.adjustments import cancel, refund
from tests.stores.contract.claims import claim
from tests.stores.values import NOON, SEVEN, arrival
from wsgi_salestrack import Commission, Money, Publisher, Touch
from wsgi_salestrack.affiliates import CommissionState
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.terms import Rule, Terms

TEN = Rule.of("tier1", "percent", "10")
FIVE = Rule.of("tier2", "percent", "5")
FLAT = Rule.of("tier1", "fixed", "2.50")
TERMS = Terms(tier1=TEN, tier2=FIVE)
#: On the way to having been paid.
PAID: tuple[CommissionState, ...] = ("approved", "paid")


def sale(reference: str = "1001", **values: Any) -> Arrival:
    """Ten dollars through a tracking code, referred by publisher p7, unless it says otherwise."""
    default: dict[str, Any] = {"source": "affiliate", "terms": TERMS, "referral": SEVEN}
    return arrival(reference, **(default | values))


def entries(store: Store, site: str) -> list[tuple[str, int, int]]:
    """Who earns how much in which tier, entry by entry."""
    return [(entry.publisher, entry.tier, entry.minor) for entry in store.commissions(site)]


class LedgerContract:
    """What publishers earn."""

    def test_a_referred_sale_earns_a_commission(self, store: Store, site: str) -> None:
        """By its tracking code's rule, pending at first."""
        recorded = store.record(site, sale())

        (entry,) = store.commissions(site)
        assert entry == Commission(
            id=entry.id,
            conversion=recorded.id,
            reference="1001",
            publisher="p7",
            tier=1,
            minor=100,
            currency="USD",
            exponent=2,
            rule=TEN,
            state="pending",
            at=NOON,
        )
        assert str(entry.amount) == "1.00"

    def test_a_sale_that_nobody_referred_earns_nothing(self, store: Store, site: str) -> None:
        """Nor one that came through no tracking code, nor one that comes again."""
        store.record(site, sale("1", referral=None))
        store.record(site, sale("2", terms=None))
        assert entries(store, site) == []
        for _ in range(2):
            store.record(site, sale("3"))
        assert entries(store, site) == [("p7", 1, 100)]

    def test_a_parent_earns_in_the_second_tier(self, store: Store, site: str) -> None:
        """And each by rules of their own, if they have any."""
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p7", parent="p1"))
        store.record(site, sale("1"))
        store.set_publisher(site, "p1", {"tier2": Rule.of("tier2", "fixed", "0.30")})
        store.set_publisher(site, "p7", {"tier1": FLAT})
        store.record(site, sale("2"))

        assert entries(store, site) == [
            ("p7", 1, 100),
            ("p1", 2, 50),
            ("p7", 1, 250),
            ("p1", 2, 30),
        ]

    def test_what_the_hit_says_goes_before_all_rules(self, store: Store, site: str) -> None:
        """For the tier that it speaks of."""
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p7", parent="p1", tier1=FLAT))
        terms = Terms(tier1=TEN, tier2=FIVE, override1=Rule.of("com1", "fixed", "7"))
        store.record(site, sale(terms=terms))

        assert entries(store, site) == [("p7", 1, 700), ("p1", 2, 50)]

    def test_a_cancellation_takes_back_what_was_earned(self, store: Store, site: str) -> None:
        """To the unit, as an entry of its own; a later change of rules changes nothing."""
        store.add_publisher(site, Publisher(id="p1"))
        store.add_publisher(site, Publisher(id="p7", parent="p1", tier1=FLAT))
        store.record(site, sale(revenue=Money("0.99", "USD")))
        store.set_publisher(site, "p7", {"parent": None, "tier1": None})
        for _ in range(2):
            cancel(store, site)

        assert entries(store, site) == [
            ("p7", 1, 250),
            ("p1", 2, 5),
            ("p7", 1, -250),
            ("p1", 2, -5),
        ]

    def test_a_commission_follows_the_revenue(self, store: Store, site: str) -> None:
        """A more trusted source knows another one, even in another currency."""
        store.record(site, sale("1", scope="order"))
        store.record(site, arrival("1", revenue=Money("12.34", "USD")))
        assert entries(store, site) == [("p7", 1, 100), ("p7", 1, 23)]

        store.record(site, sale("2", scope="order"))
        store.record(site, arrival("2", revenue=Money("900", "JPY")))
        found = [(entry.minor, entry.currency) for entry in store.commissions(site, reference="2")]
        assert found == [(100, "USD"), (-100, "USD"), (90, "JPY")]

    def test_whoever_claims_an_order_refers_it(self, store: Store, site: str) -> None:
        """A publisher's touch that comes after the sale earns as one that was there before."""
        store.record(site, sale("1", scope="order", referral=None))
        store.claim(site, claim("1", referral=SEVEN))
        store.claim(site, claim("2", referral=SEVEN))
        store.record(site, sale("2", scope="order", referral=None))

        assert entries(store, site) == [("p7", 1, 100), ("p7", 1, 100)]

    def test_a_repeat_through_a_tracking_code_earns(self, store: Store, site: str) -> None:
        """The order was told by another way first, which knew of no commission."""
        store.record(site, arrival(referral=SEVEN))
        assert store.record(site, sale(scope="order")).outcome == "enriched"

        assert entries(store, site) == [("p7", 1, 100)]

    def test_a_refund_takes_back_its_part(self, store: Store, site: str) -> None:
        """A percentage of it to the unit; of something fixed nothing, until nothing is left."""
        terms = Terms(tier1=Rule.of("tier1", "percent", "12.5"))
        store.record(site, sale("1001", scope="order", terms=terms))
        refund(store, site, amount="3.33")
        assert entries(store, site) == [("p7", 1, 125), ("p7", 1, -42)]

        other = f"{site}-fixed"
        store.record(other, sale("1001", scope="order", terms=Terms(tier1=FLAT)))
        for amount in ("9.99", "0.01"):
            refund(store, other, amount=amount)
        assert entries(store, other) == [("p7", 1, 250), ("p7", 1, -250)]

    def test_a_reinstatement_gives_it_again(self, store: Store, site: str) -> None:
        """After a cancellation and after a refund."""
        store.record(site, sale(scope="order"))
        cancel(store, site)
        refund(store, site, kind="reinstatement")
        refund(store, site)
        refund(store, site, kind="reinstatement", amount="5")

        amounts = [entry.minor for entry in store.commissions(site)]
        assert amounts == [100, -100, 100, -100, 50]

    def test_entries_are_found_by_publisher_and_by_sale(self, store: Store, site: str) -> None:
        eight = Touch(at=SEVEN.at, publisher="p8")
        store.record(site, sale("1"))
        store.record(site, sale("2", referral=eight))

        assert [e.reference for e in store.commissions(site, publisher="p7")] == ["1"]
        assert [e.reference for e in store.commissions(site, publisher="p8")] == ["2"]
        assert [e.reference for e in store.commissions(site, reference="2")] == ["2"]
        assert store.commissions(f"{site}-other") == []

    def test_many_at_once_earn_once_and_take_back_once(self, store: Store, site: str) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: store.record(site, sale(scope="order")), range(8)))
            list(pool.map(lambda _: cancel(store, site), range(8)))

        assert entries(store, site) == [("p7", 1, 100), ("p7", 1, -100)]
