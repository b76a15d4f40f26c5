from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.stores.contract.claims import claim
from tests.stores.contract.forgetting import (
    CUSTOMER,
    OWN,
    REFERRAL,
    SUBSCRIPTION,
    TERMS,
    TOUCH,
    clicked,
    sold,
    totals,
)
from tests.stores.dump import dump
from tests.stores.values import MICROSECOND, NOON, all_of, line, order
from wsgi_salestrack import Touch
from wsgi_salestrack.hits import Hit
from wsgi_salestrack.persons import Link
from wsgi_salestrack.privacy import Limits, Retained, unwatched
from wsgi_salestrack.stores.base import Selection, Store

DAY = timedelta(days=1)
OLD, OLDER = NOON - 100 * DAY, NOON - 200 * DAY


def retain(store: Store, site: str, *, dry_run: bool = False, **limits: datetime) -> Retained:
    """Keep what these limits let."""
    kept = Limits(clicks=None, personal=None, hits=NOON - 30 * DAY)
    kept = msgspec.structs.replace(kept, **limits)
    return store.retain(site, kept, dry_run=dry_run, watch=unwatched)


def at(moment: datetime, touch: Touch = TOUCH) -> Touch:
    return msgspec.structs.replace(touch, at=moment)


def sale(store: Store, site: str, reference: str, moment: datetime, **values: Any) -> None:
    sold(store, site, reference, at=moment, day=f"{moment:%Y-%m-%d}", **values)


class RetentionContract:
    """What is too old to be kept."""

    def test_old_clicks_are_deleted(self, store: Store, site: str) -> None:
        """Those from before the moment, and no others; sales stay as they are."""
        for moment in (OLDER, OLD - MICROSECOND, OLD, NOON):
            store.add_click(site, clicked(at(moment)))
        store.add_click(f"{site}-other", clicked(at(OLDER)))
        sale(store, site, "1", OLDER, touch=at(OLDER), visitor=OWN)
        before = all_of(store, site)

        assert retain(store, site, clicks=OLD) == Retained(deleted_clicks=2)

        assert retain(store, site, clicks=OLD) == Retained()
        (found,) = store.clicks(site, Selection(by=()), visitors=True)
        assert (found.clicks, all_of(store, site)) == (2, before)
        assert store.clicks(f"{site}-other", Selection(by=()), visitors=False)[0].clicks == 1
        assert all(finding.problem is None for finding in store.verify(site))

    def test_old_sales_and_clicks_are_nobodys(self, store: Store, site: str) -> None:
        """But count as before; of newer ones all is kept."""
        bought = order(line("s1"), customer_ref=CUSTOMER)
        touch, referral = at(OLDER), at(OLDER, REFERRAL)
        values = {"order": bought, "visitor": OWN, "terms": TERMS, "revenue": None}
        sale(store, site, "1", OLDER, touch=touch, referral=referral, **values)
        sale(store, site, "1", OLDER, order=order(line("s2"), customer_ref="canary-k9"))
        sale(store, site, "2", OLD, touch=at(OLD), order=order(customer_ref="k2"))
        sale(store, site, "3", OLDER, touch=Touch(at=OLDER, contact="canary"))
        for made in (clicked(at(OLDER), destination="/p?canary"), clicked(at(OLD))):
            store.add_click(site, made)
        only_by_address = clicked(at(OLDER, Touch(newsletter="n")), None, "/q#canary")
        store.add_click(site, only_by_address)
        kept = dump(store, site).count("canary-c81")
        before, commissions = totals(store, site), store.commissions(site)

        done = retain(store, site, personal=OLD)

        assert done == Retained(clicks=2, conversions=2)
        assert (totals(store, site), store.commissions(site)) == (before, commissions)
        assert all(finding.problem is None for finding in store.verify(site))
        assert retain(store, site, personal=OLD) == Retained()
        left = dump(store, site)
        assert kept > left.count("canary-c81") == 2  # of the newer click and the newer sale
        assert left.count(SUBSCRIPTION) == 2
        assert "canary-k" not in left
        assert "#canary" not in left
        first, _, third = sorted(all_of(store, site), key=lambda each: each.id)[:3]
        assert first.touch == msgspec.structs.replace(touch, contact=None, subscription=None)
        assert {each.touch for each in all_of(store, site) if each.erased} == {first.touch, None}
        assert third is not None

    def test_a_repeat_of_an_old_sale_names_nobody(self, store: Store, site: str) -> None:
        sale(store, site, "1", OLDER)
        retain(store, site, personal=OLD)

        sold(store, site, "1", order=order(customer_ref=CUSTOMER), touch=TOUCH)

        assert "canary" not in dump(store, site)

    def test_whom_nothing_newer_is_known_of_is_forgotten(self, store: Store, site: str) -> None:
        """Claims, customers and separations; what is in use is kept, however old."""
        store.add_click(site, clicked(at(NOON)))
        sale(store, site, "1", NOON, order=order(customer_ref="k1"))
        for contact, customer_ref in (("c81", "k1"), ("c82", "k2")):
            store.identify(site, contact, customer_ref, OLDER)
        store.identify(site, "c83", "k3", OLD)
        for link in (
            Link(visitor=OWN, contact="x"),
            Link(visitor=99, customer_ref="k1"),
            Link(visitor=99, contact="canary-c81"),
            Link(visitor=99, contact="x"),
            Link(contact="x", customer_ref="k2"),
        ):
            store.separate(site, link, OLDER, apart=True)
        store.separate(site, Link(visitor=98, contact="x"), OLD, apart=True)
        for reference, moment in (("8", OLDER), ("9", OLD)):
            store.claim(site, claim(reference, at=moment))

        planned = retain(store, site, dry_run=True, personal=OLD)
        done = retain(store, site, personal=OLD)

        assert done == planned == Retained(claims=1, identities=1, separations=2)
        left = store.journeys(site, Selection(by=()), DAY, lambda found: found.apart)
        assert len(left) == 4
        (identity,) = [
            row for row in store.totals(site, Selection(by=("contact",))) if row.values == ("c81",)
        ]
        assert identity.count == 1

    def test_a_dry_run_says_what_would_be_done(self, store: Store, site: str) -> None:
        """And changes nothing."""
        for moment in (OLDER, OLD - DAY, OLD, NOON):
            store.add_click(site, clicked(at(moment)))
            sale(store, site, str(moment), moment, touch=at(moment))
        store.log_hit(site, Hit(at=OLDER, protocol="target", outcome="rejected", reason="no"))
        assert len(store.hits_since(site, OLDER)) > 0
        before = dump(store, site)
        limits: dict[str, Any] = {"clicks": OLD - DAY, "personal": NOON - DAY}

        planned = retain(store, site, dry_run=True, **limits)

        assert dump(store, site) == before
        assert (planned.deleted_clicks, planned.hits) == (1, 1)
        assert (planned.clicks, planned.conversions) == (2, 3)
        assert planned == retain(store, site, **limits)

    def test_many_rows_are_deleted_in_pages(
        self, store: Store, site: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """None too many, and none too few."""
        monkeypatch.setattr("wsgi_salestrack.stores.retention._PAGE", 3)
        monkeypatch.setattr("wsgi_salestrack.stores.sql_retention._PAGE", 3)
        for number in range(7):
            store.add_click(site, clicked(at(OLDER + number * MICROSECOND)))
            store.add_click(site, clicked(at(OLD + number * MICROSECOND)))
            sale(store, site, str(number), OLDER, visitor=number + 1)
            store.claim(site, claim(f"c{number}", at=OLDER + number % 2 * DAY))

        done = retain(store, site, clicks=OLD, personal=NOON)

        assert done == Retained(deleted_clicks=7, clicks=7, conversions=7, claims=7)
        (found,) = store.clicks(site, Selection(by=()), visitors=True)
        assert (found.clicks, found.visitors) == (7, 0)
