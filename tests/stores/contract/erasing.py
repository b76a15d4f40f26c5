from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.stores.contract.forgetting import (
    CONTACT,
    CUSTOMER,
    OTHERS,
    OWN,
    SUBSCRIPTION,
    TOUCH,
    clicked,
    clicks,
    fill,
    forget,
    lead,
    only_the_customer,
    other_values,
    personal,
    same_order,
    seen_again,
    totals,
    touched,
)
from tests.stores.dump import dump
from tests.stores.values import HERO, all_of, arrival
from wsgi_salestrack import Money
from wsgi_salestrack.privacy import Forgotten
from wsgi_salestrack.stores.base import Selection, Store


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

        renewed = {found.visitor for found in touched(store, site)} - {OTHERS}
        assert len(renewed) == 2
        assert not renewed & {OWN, 5}

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
