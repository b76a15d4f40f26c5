from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.stores.contract.forgetting import (
    OTHER,
    OTHERS,
    TERMS,
    clicked,
    forget,
    sold,
)
from tests.stores.dump import dump
from tests.stores.values import NOON, SEVEN, all_of, line, order
from wsgi_salestrack import Money, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.affiliates import Publisher
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.stores.base import Selection, Store

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

    def test_so_it_does_from_names_of_touches(self, store: Store, site: str) -> None:
        """Subscriptions, and links that are called as their address is."""
        link = f"/u?m={ADDRESS.replace('@', '%40')}"
        touch = msgspec.structs.replace(OTHER, subscription=f"of {ADDRESS}", link=link)
        store.add_click(site, clicked(touch, OTHERS))
        sold(store, site, "1", touch=touch)

        forgotten = forget(store, site, ADDRESS)

        assert (forgotten.texts, forgotten.left) == (4, ())
        assert "canary" not in dump(store, site)

    def test_what_rows_are_known_by_is_left_and_told(self, store: Store, site: str) -> None:
        """Whether another spelling is the same person, only the shop knows."""
        touch = msgspec.structs.replace(OTHER, contact=ADDRESS.upper())
        bought = order(line(f"voucher:{ADDRESS}"), customer_ref=ADDRESS)
        sold(store, site, f"of {ADDRESS}", order=bought, touch=touch, revenue=None)

        forgotten = forget(store, site, ADDRESS)

        assert forgotten.left == (ADDRESS.upper(), ADDRESS, f"voucher:{ADDRESS}")
        left = dump(store, site)
        assert f"of {ADDRESS}" not in left
        assert f"voucher:{ADDRESS}" in left

    def test_a_capital_beyond_ascii_is_the_same_letter(self, store: Store, site: str) -> None:
        """Whether the database knows that or not."""
        touch = msgspec.structs.replace(OTHER, newsletter="for ZO\u00cb@x.example")
        store.add_click(site, clicked(touch))

        assert forget(store, site, "Zo\u00eb@x.example").texts == 1
        assert "x.example" not in dump(store, site)

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

        assert forgotten.left == ("the publisher canary",)
        assert store.commissions(site) == before
