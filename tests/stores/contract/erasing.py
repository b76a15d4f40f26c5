from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.stores.contract.claims import claim
from tests.stores.dump import dump
from tests.stores.values import HERO, NOON, SEVEN, all_of, arrival, click, line, order
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
    store.join(site, asked)


class ErasingContract:
    """Who asks what is kept of them, and who is to be forgotten."""

    def test_all_that_is_stored_of_a_contact_is_handed_out(self, store: Store, site: str) -> None:
        """By kind, and nothing of anybody else."""
        fill(store, site)

        names, items = store.personal_data(site, CONTACT)
        found: list[Any] = list(items)

        assert names.customer_refs == (CUSTOMER,)
        assert names.subscriptions == (SUBSCRIPTION,)
        assert names.visitors == ("5", "7")
        kinds = [type(item).__name__.removeprefix("Personal") for item in found]
        assert kinds == [
            *("Identity", "Separation"),
            *("Click",) * 4,
            *("Conversion",) * 3,
            *("Claim", "Publisher"),
        ]
        conversions = {item.reference: item for item in found if hasattr(item, "adjustments")}
        assert sorted(conversions) == ["1", "2", "4"]
        first = conversions["1"]
        assert first.touch.contact == first.referral.contact == CONTACT
        assert [(each.amount, each.currency) for each in (first.revenue, first.refunded)] == [
            (Money("10", "USD").amount, "USD"),
            (Money("4", "USD").amount, "USD"),
        ]
        assert [each.product_id for each in first.lines] == ["s1"]
        assert [each.reference for each in first.adjustments] == ["R-1"]
        assert [each.customer_ref for each in first.conflicts] == ["canary-k9"]
        assert not {"c2", "k2", "s2", "k5", "k6"} & set(repr(found).split("'"))

    def test_a_contact_that_nobody_knows_has_nothing(self, store: Store, site: str) -> None:
        fill(store, f"{site}-other")

        assert personal(store, site) == []
        assert forget(store, site) == Forgotten()
        assert len(personal(store, f"{site}-other")) == 11

    def test_nothing_of_whoever_is_forgotten_is_left(self, store: Store, site: str) -> None:
        """In no column of any table; and somebody else's rows are as they were."""
        fill(store, site)
        others = personal(store, site, "c2")

        forgotten = forget(store, site)

        assert forgotten == Forgotten(
            clicks=4, conversions=3, claims=1, identities=1, separations=1, publishers=1
        )
        left = dump(store, site)
        assert "canary" not in left
        assert personal(store, site) == []
        assert personal(store, site, "c2") == others
        assert "/p/shoes?a=1" in left
        assert forget(store, site) == Forgotten()

    def test_what_counts_goes_on_counting(self, store: Store, site: str) -> None:
        """By all dimensions that are nobody's name; commissions, clicks and visitors, too."""
        fill(store, site)
        before = totals(store, site), clicks(store, site), store.commissions(site)

        forget(store, site)

        assert (totals(store, site), clicks(store, site), store.commissions(site)) == before
        assert all(finding.problem is None for finding in store.verify(site))
        (total,) = store.totals(site, Selection(by=("contact",), where={"contact": "c2"}))
        assert total.count == 1

    def test_no_row_has_the_visitor_whom_a_cookie_names(self, store: Store, site: str) -> None:
        """All of a browser's rows have the same new one."""
        fill(store, site)

        forget(store, site)

        renewed = {found.visitor for found in self._rows(store, site)} - {OTHERS}
        assert len(renewed) == 2
        assert not renewed & {OWN, 5}

    def _rows(self, store: Store, site: str) -> list[Click]:
        """Clicks of whoever is nobody now, and of c2."""
        rows = store.journeys(
            site, Selection(by=()), timedelta(days=9), lambda found: [*found.touches]
        )
        return [clicked(HERO, visitor=row[0]) for row in rows]

    @pytest.mark.parametrize(
        "repeat", [same_order, other_values, only_the_customer, lead, seen_again]
    )
    def test_a_repeat_does_not_bring_them_back(
        self, store: Store, site: str, repeat: Callable[[str, Store], None]
    ) -> None:
        """A page that is loaded again, a webhook, or a better source of the same order."""
        fill(store, site)
        forget(store, site)

        repeat(site, store)

        assert "canary" not in dump(store, site)
        assert [found.erased for found in all_of(store, site)].count(True) == 3

    def test_a_shared_browser_stays_the_others_as_well(self, store: Store, site: str) -> None:
        """Only what names the contact is theirs; the browser's new id is the same in all rows."""
        nobodys = clicked(Touch(at=NOON, newsletter="x"), SHARED, "/p?q=1")
        for made in (clicked(TOUCH, SHARED), clicked(OTHER, SHARED), nobodys):
            store.add_click(site, made)
        sold(store, site, "1", visitor=SHARED)
        sold(store, site, "2", order=order(customer_ref="k2"), visitor=SHARED)
        store.claim(site, claim("3", customer_ref="k2", visitor=SHARED, touch=OTHER))
        store.separate(site, Link(visitor=SHARED, customer_ref="k2"), NOON, apart=True)

        names, items = store.personal_data(site, CONTACT)
        assert (names.visitors, len(list(items))) == ((), 1)
        forgotten = forget(store, site)

        assert (forgotten.clicks, forgotten.conversions, forgotten.claims) == (1, 0, 0)
        left = dump(store, site)
        assert f" {SHARED}," not in left
        assert "/p?q=1" in left
        visitors = {row.visitor for row in self._rows(store, site)}
        apart = store.journeys(
            site, Selection(by=()), timedelta(9), lambda found: [*found.links] and found.apart
        )
        assert {link.visitor for link in apart} == visitors
        recorded = store.record(site, arrival("3", order=order(customer_ref="k2"), revenue=None))
        assert recorded.touch == OTHER  # by the claim that is still theirs

    @pytest.mark.parametrize("apart", [Link(visitor=OWN, contact=CONTACT), None])
    def test_a_browser_that_was_separated_is_not_theirs(
        self, store: Store, site: str, apart: Link | None
    ) -> None:
        store.add_click(site, clicked(TOUCH))
        sold(store, site, "1", visitor=OWN)
        if apart is not None:
            store.separate(site, apart, NOON, apart=True)

        assert forget(store, site).conversions == (0 if apart else 1)

    def test_a_customer_who_is_somebody_else_stays(self, store: Store, site: str) -> None:
        """Their order was credited to the contact's click; only that is taken out."""
        store.identify(site, "c2", "k2", NOON)
        sold(store, site, "1", order=order(customer_ref="k2"), touch=TOUCH, revenue=None)

        assert personal(store, site)[0].customer_ref is None
        forget(store, site)

        (found,) = all_of(store, site)
        assert found.conversion.customer_ref == "k2"
        assert found.touch == msgspec.structs.replace(TOUCH, contact=None, subscription=None)

    def test_a_customer_who_was_separated_is_not_theirs(self, store: Store, site: str) -> None:
        """Though they were identified before; only that they were is gone."""
        store.identify(site, CONTACT, "k5", NOON)
        store.separate(site, Link(contact=CONTACT, customer_ref="k5"), NOON, apart=True)
        sold(store, site, "1", order=order(customer_ref="k5"), revenue=None)

        assert store.personal_data(site, CONTACT)[0].customer_refs == ()
        forgotten = forget(store, site)

        assert (forgotten.conversions, forgotten.identities) == (0, 1)
        (found,) = all_of(store, site)
        assert (found.conversion.customer_ref, found.erased) == ("k5", False)

    def test_claims_of_their_orders_go_by_whomever(self, store: Store, site: str) -> None:
        """Also by a browser and a customer that nothing else ties to them."""
        bought = order(customer_ref="canary-guest")
        sold(store, site, "1", order=bought, touch=TOUCH, revenue=None)
        store.claim(site, claim("1", customer_ref="canary-guest", visitor=77, touch=SEVEN))
        assert "77" in dump(store, site)

        forget(store, site)

        left = dump(store, site)
        assert "canary" not in left
        assert " 77," not in left

    def test_an_order_of_theirs_that_another_click_sold(self, store: Store, site: str) -> None:
        """Whose click it was stays; it is no longer known whose order."""
        store.identify(site, CONTACT, CUSTOMER, NOON)
        sold(store, site, "1", order=order(customer_ref=CUSTOMER), touch=OTHER, revenue=None)

        assert personal(store, site)[1].touch.contact is None
        forget(store, site)

        (found,) = all_of(store, site)
        assert (found.touch, found.conversion.customer_ref) == (OTHER, None)

    def test_a_subscription_that_others_have_is_nobodys_name(self, store: Store, site: str) -> None:
        """As where all are called "weekly"."""
        weekly = msgspec.structs.replace(TOUCH, subscription="weekly")
        anonymous = Touch(at=NOON, subscription="weekly", newsletter="2026-11")
        for touch in (weekly, msgspec.structs.replace(weekly, contact="c2"), anonymous):
            store.add_click(site, clicked(touch, None))

        assert forget(store, site).clicks == 1
        assert dump(store, site).count("weekly") == 2

    def test_a_touch_that_named_nobody_else_is_gone(self, store: Store, site: str) -> None:
        """Not even when it was."""
        sold(store, site, "1", touch=Touch(at=NOON, contact=CONTACT))

        forget(store, site)

        assert all_of(store, site)[0].touch is None

    def test_customers_who_may_be_the_same_are_told(self, store: Store, site: str) -> None:
        """They ordered by the contact's click once; other orders have only their number."""
        sold(store, site, "1", order=order(customer_ref="k7"), touch=TOUCH, revenue=None)
        sold(store, site, "2", order=order(customer_ref="k7"), revenue=None)
        sold(store, site, "3", order=order(customer_ref="k8"), touch=TOUCH, revenue=None)

        assert forget(store, site).beside == ("k7",)
        store.identify(site, CONTACT, "k7", NOON)
        again = forget(store, site)

        assert (again.conversions, again.beside) == (1, ())
        assert not {"k7", "k8"} & set(dump(store, site).split('"'))

    def test_only_the_very_same_contact_is_forgotten(self, store: Store, site: str) -> None:
        for contact in (CONTACT, CONTACT.upper(), f"{CONTACT} ", f"{CONTACT}0"):
            store.add_click(site, clicked(msgspec.structs.replace(HERO, contact=contact), None))

        assert forget(store, site).clicks == 1

    def test_references_go_where_that_is_asked_for(self, store: Store, site: str) -> None:
        """Then a repeat is not known any more, and counts anew."""
        fill(store, site)

        forget(store, site, references=True)

        found = {each.conversion.reference for each in all_of(store, site)}
        assert found & {"1", "2", "3", "4"} == {"3"}
        assert '"R-1"' not in dump(store, site)
        assert store.record(site, arrival("1")).outcome == "recorded"

    def test_a_dry_run_changes_nothing(self, store: Store, site: str) -> None:
        fill(store, site)
        before = dump(store, site)

        told = forget(store, site, dry_run=True)

        assert dump(store, site) == before
        done = forget(store, site)
        assert (told.clicks, told.conversions, told.claims, told.identities) == (
            *(done.clicks, done.conversions, done.claims, done.identities),
        )

    def test_a_large_history_is_changed_in_pages(
        self, store: Store, site: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And it is told how far that is."""
        monkeypatch.setattr("wsgi_salestrack.stores.sql_privacy._PAGE", 3)
        for _ in range(7):
            store.add_click(site, clicked(TOUCH))
        assert len(personal(store, site)) == 7
        watched: list[tuple[str, int, int]] = []

        forget(store, site, watch=lambda *how_far: watched.append(how_far))

        assert [each[1:] for each in watched if each[0] == "rows"] == [(3, 7), (6, 7), (7, 7)]
        assert "canary" not in dump(store, site)
        (found,) = store.clicks(site, Selection(by=()), visitors=True)
        assert (found.clicks, found.visitors) == (7, 1)


ADDRESS = "canary@shop.example"


class ErasedTextsContract:
    """Names within other text."""

    @pytest.mark.parametrize("contact", [ADDRESS, "canary81"])
    def test_what_is_named_after_them_gets_another_name(
        self, store: Store, site: str, contact: str
    ) -> None:
        """The same wherever it stands, so that clicks and sales still belong together."""
        touch = Touch(at=NOON, contact=contact, newsletter=f"birthday of {contact}", list="L")
        refused = Touch(at=NOON, newsletter=f"birthday of {contact}", link=contact.upper())
        store.add_click(site, clicked(touch))
        store.add_click(site, clicked(refused, None, f"/hello/{contact.replace('@', '%40')}?a=1"))
        bought = order(line("gift", f"Gift for {contact}"), point_of_sale=f"at {contact}")
        sold(store, site, f"{contact}-1", order=bought, touch=touch, revenue=None, terms=TERMS)
        change = Change(kind="refund", amount=Money("1", "USD"), reference=f"R {contact}")
        how: dict[str, Any] = {"id": new_id(NOON), "at": NOON, "announced": False}
        store.adjust(site, "order", f"{contact}-1", change, **how)

        assert forget(store, site, contact).texts > 0

        left = dump(store, site)
        assert "canary" not in left.lower()
        selection = Selection(by=("newsletter",))
        (total,) = store.totals(site, selection)
        (found,) = store.clicks(site, selection, visitors=False)
        assert total.values == found.values
        assert (total.values[0] or "").startswith("birthday of ")
        assert found.clicks == 2
        assert all(finding.problem is None for finding in store.verify(site))

    def test_what_others_are_counted_by_stays(self, store: Store, site: str) -> None:
        """Somebody is called as a newsletter is; it is told."""
        touch = Touch(at=NOON, contact="summer", newsletter="summer-2026", link="of summer")
        store.add_click(site, clicked(touch))
        store.add_click(site, clicked(msgspec.structs.replace(OTHER, newsletter="summer-2026"), 8))
        store.add_click(site, clicked(Touch(at=NOON, newsletter="summer-2026"), None))
        sold(store, site, "1", order=order(line(name="summer socks")), revenue=None)

        forgotten = forget(store, site, "summer")

        assert forgotten.left == ("summer socks", "summer-2026")
        left = dump(store, site)
        assert left.count("summer-2026") == 3
        assert "of summer" not in left

    def test_a_mail_address_goes_wherever_it_is(self, store: Store, site: str) -> None:
        """Also out of somebody else's rows; their names stay."""
        touch = msgspec.structs.replace(OTHER, link=f"from {ADDRESS}")
        store.add_click(site, clicked(touch, OTHERS, f"/?friend={ADDRESS}&a=1"))
        store.add_publisher(site, Publisher(id="p1", name=f"Jo <{ADDRESS}>"))

        forgotten = forget(store, site, ADDRESS)

        left = dump(store, site)
        assert (forgotten.clicks, forgotten.texts, forgotten.left) == (0, 3, ())
        assert ADDRESS not in left
        assert "c2" in left
        assert "&a=1" in left

    @pytest.mark.parametrize("contact", ["11", "2026", "abc"])
    def test_a_name_that_says_little_is_looked_for_in_no_text(
        self, store: Store, site: str, contact: str
    ) -> None:
        """It would be found by accident."""
        touch = Touch(at=NOON, contact=contact, newsletter="2026-11 abc")
        sold(store, site, "2026-11 abc", touch=touch)

        assert forget(store, site, contact).texts == 0
        (found,) = all_of(store, site)
        assert found.conversion.reference == "2026-11 abc"
        assert found.touch == msgspec.structs.replace(touch, contact=None)

    def test_patterns_in_a_name_are_none(self, store: Store, site: str) -> None:
        """Another's text that a pattern would fit is left alone."""
        for number, name in enumerate(("c_%!81", "cabX!81")):
            touch = Touch(at=NOON, contact=name if not number else None, newsletter=f"of {name}")
            store.add_click(site, clicked(touch, None))

        forget(store, site, "c_%!81")

        left = dump(store, site)
        assert "of cabX!81" in left
        assert "c_%!81" not in left

    def test_a_publishers_accounts_are_kept(self, store: Store, site: str) -> None:
        """What was earned has to be on record; it is told."""
        sold(
            store,
            site,
            "1",
            referral=msgspec.structs.replace(SEVEN, publisher="canary"),
            terms=TERMS,
        )
        before = store.commissions(site)

        forgotten = forget(store, site, "canary")

        assert forgotten.left == ("the accounts of the publisher canary",)
        assert store.commissions(site) == before
