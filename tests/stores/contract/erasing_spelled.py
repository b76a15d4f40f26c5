from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from tests.stores.contract.forgetting import (
    CONTACT,
    OTHER,
    OTHERS,
    TERMS,
    TOUCH,
    clicked,
    fill,
    forget,
    sold,
)
from tests.stores.dump import dump
from tests.stores.values import NOON, line, order
from wsgi_salestrack import Money, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.affiliates import Publisher
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.persons import Link
from wsgi_salestrack.privacy import Forgotten
from wsgi_salestrack.stores.base import Store

ADDRESS = "canary@shop.example"
ACCENTED = "Zo\u00eb.M\u00fcller@canary.example"

#: A contact, and how it stands in other text.
SPELLED = {
    "encoded": (ADDRESS, "canary%40shop.example"),
    "encoded in capitals": (ADDRESS, "Canary%40Shop.Example"),
    "encoded twice": (ADDRESS, quote(quote(ADDRESS))),
    "accents encoded": (ACCENTED, quote(ACCENTED)),
    "accents apart": (ACCENTED, unicodedata.normalize("NFD", ACCENTED)),
    "given with accents apart": (unicodedata.normalize("NFD", ACCENTED), ACCENTED.upper()),
}


def spelled_everywhere(store: Store, site: str, spelled: str) -> None:
    """In all texts of somebody else's rows."""
    name = f"x {spelled}"
    texts = {"subscription": name, "list": name, "newsletter": name, "link": name}
    touch = msgspec.structs.replace(OTHER, **texts)
    store.add_click(site, clicked(touch, OTHERS, f"/{quote(spelled, safe='%')}"))
    bought = order(line("s1", name, categories=(name,)), point_of_sale=name)
    how: dict[str, Any] = {"touch": touch, "revenue": None, "affiliate_link": name}
    sold(store, site, name, order=bought, terms=TERMS, **how)
    sold(store, site, name, order=order(line("s1", name, quantity=2), point_of_sale="y"), **how)
    refund = Change(kind="refund", amount=Money("1", "USD"), reference=name)
    store.adjust(site, "order", name, refund, id=new_id(NOON), at=NOON, announced=False)
    store.add_publisher(site, Publisher(id="p7", name=name))


class ErasedSpellingsContract:
    """Names that are spelled otherwise, or tied to a person only by what is deleted with them."""

    @pytest.mark.parametrize("how", SPELLED)
    def test_a_mail_address_goes_however_it_is_spelled(
        self, store: Store, site: str, how: str
    ) -> None:
        """From every column."""
        contact, spelled = SPELLED[how]
        spelled_everywhere(store, site, spelled)

        foreseen = forget(store, site, contact, dry_run=True)
        forgotten = forget(store, site, contact)

        assert "example" not in dump(store, site).lower()
        assert forgotten.texts >= 13
        assert forgotten.left == ()
        assert foreseen == forgotten

    @pytest.mark.parametrize("how", SPELLED)
    def test_what_rows_are_known_by_is_told_however_it_is_spelled(
        self, store: Store, site: str, how: str
    ) -> None:
        """Contacts, customers, products and publishers; and nothing else is left."""
        contact, spelled = SPELLED[how]
        touch = Touch(at=NOON, contact=f"c {spelled}", publisher=f"p {spelled}")
        bought = order(line(f"l {spelled}"), customer_ref=f"k {spelled}")
        sold(store, site, "1", order=bought, touch=touch, revenue=None)
        store.separate(site, Link(contact="c2", customer_ref=f"s {spelled}"), NOON, apart=True)

        forgotten = forget(store, site, contact)

        told = {f"{what} {spelled}" for what in "ckls"} | {f"the publisher p {spelled}"}
        assert set(forgotten.left) == told

    def test_a_publishers_customer_number_goes_with_the_contact(
        self, store: Store, site: str
    ) -> None:
        """Whoever has no contact of their own is called as the contact is."""
        store.add_publisher(site, Publisher(id="p9", contact=CONTACT, customer_ref="kcan-9"))
        store.add_publisher(site, Publisher(id=CONTACT, customer_ref="kcan-8"))
        store.add_publisher(site, Publisher(id="p8", contact="c2", customer_ref="k2"))

        forgotten = forget(store, site)

        assert (forgotten.publishers, forgotten.beside) == (2, ())
        assert "kcan" not in dump(store, site)
        names = [(each.contact, each.customer_ref) for each in store.publishers(site)]
        assert sorted(names, key=str) == [("c2", "k2"), (None, None), (None, None)]

    def test_a_publishers_customer_number_that_has_orders_is_told(
        self, store: Store, site: str
    ) -> None:
        """Of which nobody has said that it is the contact's; who is somebody else is not theirs."""
        for number in "78":
            publisher = Publisher(id=f"p{number}", contact=CONTACT, customer_ref=f"k{number}")
            store.add_publisher(site, publisher)
            sold(store, site, number, order=order(customer_ref=f"k{number}"), revenue=None)
        store.identify(site, "c2", "k8", NOON)
        store.add_publisher(site, Publisher(id=CONTACT, customer_ref="k9"))
        sold(store, site, "9", order=order(customer_ref="k9"), revenue=None)

        assert forget(store, site).beside == ("k7", "k9")

    def test_what_goes_is_not_told_to_be_left(self, store: Store, site: str) -> None:
        """Though by then identities, separations and publishers still have the name."""
        customer = f"k-{ADDRESS}"
        touch = msgspec.structs.replace(TOUCH, contact=ADDRESS)
        sold(store, site, "1", order=order(customer_ref=customer), touch=touch, revenue=None)
        store.identify(site, ADDRESS, customer, NOON)
        store.separate(site, Link(contact=ADDRESS, customer_ref="k5"), NOON, apart=True)
        store.add_publisher(site, Publisher(id="p9", contact=ADDRESS, customer_ref=customer))

        foreseen = forget(store, site, ADDRESS, dry_run=True)
        forgotten = forget(store, site, ADDRESS)

        assert foreseen == forgotten
        assert forgotten == Forgotten(conversions=1, identities=1, separations=1, publishers=1)
        assert "canary" not in dump(store, site)

    @pytest.mark.parametrize("contact", [ADDRESS, "canary81"])
    @pytest.mark.parametrize("written", [True, False])
    def test_who_is_called_as_a_publisher_is_told_once(
        self, store: Store, site: str, contact: str, *, written: bool
    ) -> None:
        """Written down, or only named by a touch."""
        if written:
            store.add_publisher(site, Publisher(id=contact))
        for touch in (Touch(at=NOON, contact=contact), Touch(at=NOON, publisher=contact)):
            sold(store, site, f"{len(touch.publisher or '')}", touch=touch)

        foreseen = forget(store, site, contact, dry_run=True)
        forgotten = forget(store, site, contact)

        assert forgotten.left == foreseen.left == (f"the publisher {contact}",)

    @pytest.mark.parametrize("how", ["referral", "click"])
    def test_a_publisher_is_found_wherever_one_is_named(
        self, store: Store, site: str, how: str
    ) -> None:
        touch = Touch(at=NOON, publisher="canary81")
        if how == "click":
            store.add_click(site, clicked(touch, None))
        else:
            sold(store, site, "1", referral=touch)

        assert forget(store, site, "canary81").left == ("the publisher canary81",)

    @pytest.mark.parametrize("references", [True, False])
    @pytest.mark.parametrize("contact", [CONTACT, ADDRESS])
    def test_a_dry_run_says_what_a_real_one_does(
        self, store: Store, site: str, contact: str, *, references: bool
    ) -> None:
        """Of every table, and of texts that nobody else's rows have."""
        fill(store, site)
        touch = Touch(at=NOON, contact=contact, newsletter=f"of {contact}", link="canary-s1")
        store.add_click(site, clicked(touch, 21, f"/p/{contact}?mail={contact}"))
        bought = order(
            line("own", f"{contact}'s mug"), line("s1", f"{contact}'s"), customer_ref="canary-k4"
        )
        sold(store, site, f"R {contact}", order=bought, touch=touch, revenue=None, terms=TERMS)
        sold(store, site, "6", order=order(line("s1", f"{contact}'s")), touch=OTHER, revenue=None)
        other = msgspec.structs.replace(OTHER, link="canary-s1", list=f"of {contact} and canary-k1")
        store.add_click(site, clicked(other, 22))
        refund = Change(kind="refund", amount=Money("1", "USD"), reference=f"of {contact}")
        store.adjust(site, "order", f"R {contact}", refund, id=1, at=NOON, announced=False)
        customer = f"k {contact} long"
        store.identify(site, contact, customer, NOON)
        store.add_click(site, clicked(msgspec.structs.replace(touch, list=f"to {customer}"), 21))
        sold(store, site, "3", order=order(customer_ref=customer))
        before = dump(store, site)

        foreseen = forget(store, site, contact, references=references, dry_run=True)

        assert dump(store, site) == before
        assert foreseen.texts > 0
        assert foreseen == forget(store, site, contact, references=references)

    def test_a_dry_run_finds_who_is_only_a_publisher_or_separated(
        self, store: Store, site: str
    ) -> None:
        store.separate(site, Link(contact="c5", customer_ref="k5"), NOON, apart=True)
        store.add_publisher(site, Publisher(id="p5", contact="c6"))
        store.identify(site, "c7", "k7", NOON)
        store.separate(site, Link(contact="c7", customer_ref="k7"), NOON, apart=True)

        assert forget(store, site, "c5", dry_run=True) == Forgotten(separations=1)
        assert forget(store, site, "c6", dry_run=True) == Forgotten(publishers=1)
        assert forget(store, site, "c7", dry_run=True) == Forgotten(identities=1, separations=1)
