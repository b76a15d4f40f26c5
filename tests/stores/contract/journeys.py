from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import msgspec
import pytest

from tests.stores.values import HERO, MICROSECOND, NOON, SEVEN, arrival, click, order
from wsgi_salestrack import Money, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.persons import Link
from wsgi_salestrack.stores.base import Dimension, Selection, Store
from wsgi_salestrack.stores.journey_rows import JourneyRows
from wsgi_salestrack.touches import TOUCH_NAMES, Verdict, programmes_of

DAY = timedelta(days=1)
LINK = Link(contact="c81", customer_ref="77")


def read(store: Store, site: str, *, by: Dimension = "newsletter", **selection: Any) -> JourneyRows:
    """All rows, with a look back of a day."""

    def kept(rows: JourneyRows) -> JourneyRows:
        parts = (rows.links, rows.touches, rows.sales)
        links, touches, sales = ([tuple(row) for row in part] for part in parts)
        # An id is whatever the store gave it.
        told = [sale[1:] for sale in sales]
        return rows._replace(links=[Link(*each) for each in links], touches=touches, sales=told)

    return store.journeys(site, Selection(by=(by,), **selection), DAY, kept)


def microseconds(touch: Touch) -> int:
    assert touch.at is not None
    return int(touch.at.timestamp()) * 1_000_000 + touch.at.microsecond


class JourneysContract:
    """Who clicked and who bought, as the models read it."""

    def test_a_link_is_taken_out_and_put_back(self, store: Store, site: str) -> None:
        """The latest word counts, and is kept only where it is new."""
        other = Link(visitor=2**63 - 1, contact="c81")
        told = [
            store.separate(site, link, NOON, apart=apart)
            for link, apart in [
                (LINK, False),
                (LINK, True),
                (LINK, True),
                (other, True),
                (LINK, False),
                (LINK, False),
            ]
        ]

        assert told == [False, True, False, True, True, False]
        assert read(store, site).apart == {other}
        assert read(store, f"{site}-other").apart == set()

    @pytest.mark.parametrize(
        "link", [Link(contact="C81", customer_ref="77"), Link(None, "77", "c81")]
    )
    def test_only_the_very_same_link_is_taken_out(
        self, store: Store, site: str, link: Link
    ) -> None:
        store.separate(site, LINK, NOON, apart=True)

        assert store.separate(site, link, NOON, apart=True)
        assert read(store, site).apart == {LINK, link}

    def test_links_are_clicks_orders_and_what_the_host_said(self, store: Store, site: str) -> None:
        """Each once, of all times."""
        long_ago = msgspec.structs.replace(HERO, at=NOON - 1000 * DAY)
        for touch in (HERO, HERO, long_ago, Touch(at=NOON, newsletter="n")):
            store.add_click(site, click(touch))
        store.add_click(site, click(Touch(at=NOON, contact="robot"), verdict="bot"))
        for reference in ("1", "2"):
            bought = order(customer_ref="77")
            store.record(site, arrival(reference, order=bought, visitor=8))
        store.record(site, arrival("3", order=order(customer_ref="78")))
        store.record(site, arrival("4", visitor=9))
        store.identify(site, "c82", "79", NOON)

        found = list(read(store, site, since=NOON, until=NOON + DAY).links)

        assert sorted(found, key=repr) == sorted(
            [
                Link(visitor=7, contact="c81"),
                Link(visitor=8, customer_ref="77"),
                Link(contact="c82", customer_ref="79"),
            ],
            key=repr,
        )
        assert read(store, f"{site}-other").links == []

    def test_a_touch_has_just_those_names_that_are_asked_for(self, store: Store, site: str) -> None:
        """And whose it is, and when it was; in the order they came."""
        later = msgspec.structs.replace(SEVEN, at=NOON)
        for touch in (HERO, later):
            store.add_click(site, click(touch))

        found = read(store, site, by="link", where={"newsletter": "n", "day": "2026-11-21"})

        assert found.names == ["newsletter", "link"]
        assert found.touches == [
            (7, "c81", microseconds(HERO), 1, "2026-11", "hero"),
            (7, None, microseconds(later), 2, None, None),
        ]

    def test_programmes_are_those_of_the_domain(self, store: Store, site: str) -> None:
        """For every combination of names that there is or is not."""
        touches = [
            Touch(at=NOON, **dict(zip(TOUCH_NAMES, names, strict=True)))
            for names in product((None, "x"), repeat=len(TOUCH_NAMES))
        ]
        for number, touch in enumerate(touches):
            made = msgspec.structs.replace(click(touch), id=number + 1)
            store.add_click(site, made)

        found = [row[3] for row in read(store, site).touches]

        expected = [
            (newsletters + 2 * publishers) if any(touch.names) else None
            for touch in touches
            for newsletters, publishers in [programmes_of(touch.names)]
        ]
        assert found == expected

    @pytest.mark.parametrize("verdict", ["bot", "prefetch", "embedded", "refused"])
    def test_what_nobody_clicked_is_no_touch(
        self, store: Store, site: str, verdict: Verdict
    ) -> None:
        store.add_click(site, click(HERO, verdict=verdict))

        assert read(store, site).touches == []

    def test_touches_begin_before_the_first_sale_and_end_with_the_last(
        self, store: Store, site: str
    ) -> None:
        """By the look-back; without a period, all there are."""
        moments = [NOON - DAY - MICROSECOND, NOON - DAY, NOON + DAY - MICROSECOND, NOON + DAY]
        for at in moments:
            store.add_click(site, click(msgspec.structs.replace(HERO, at=at)))

        bounded = read(store, site, since=NOON, until=NOON + DAY).touches

        times = [microseconds(Touch(at=at)) for at in moments]
        assert [row[2] for row in bounded] == times[1:3]
        assert [row[2] for row in read(store, site).touches] == times

    def test_a_sale_is_what_is_to_be_shared(self, store: Store, site: str) -> None:
        """With the touches that it was credited to when it was recorded."""
        sold = arrival(
            "1", order=order(customer_ref="77"), visitor=8, touch=HERO, referral=SEVEN, target="7"
        )
        store.record(site, sold)
        change = Change(kind="refund", amount=Money("4", "USD"))
        store.adjust(site, "order", "1", change, id=new_id(NOON), at=NOON, announced=False)
        store.identify(site, "c82", "77", NOON)

        by_target = read(store, site, by="target").sales
        by_contact = read(store, site, by="contact").sales

        start = (8, "77", microseconds(Touch(at=NOON)), "USD", 2, 1, 1000, 400)
        hero, seven = ("c81", microseconds(HERO), 1), (None, microseconds(SEVEN), 2)
        assert by_target == [(*start, "7", None, *hero, *seven)]
        assert by_contact == [(*start, None, "c82", *hero, "c81", *seven, None)]

    def test_only_the_sales_of_a_selection_are_read(self, store: Store, site: str) -> None:
        """What was cancelled counts no longer."""
        for number, target in enumerate(["1", "2", "1"]):
            moment = NOON + number * DAY
            store.record(site, arrival(str(number), at=moment, target=target))
        store.record(site, arrival("eur", revenue=Money("1", "EUR")))
        store.record(site, arrival("lead", revenue=None))
        change = Change(kind="cancellation")
        store.adjust(site, "order", "2", change, id=new_id(NOON), at=NOON, announced=False)

        def revenues(**selection: Any) -> list[int]:
            return sorted(row[6] for row in read(store, site, **selection).sales)

        assert revenues() == [0, 100, 1000, 1000]
        assert revenues(since=NOON + DAY) == [1000]
        assert revenues(until=NOON + DAY, currency="USD") == [1000]
        assert revenues(where={"target": "1", "day": "2026-11-21"}) == [1000]
        assert revenues(where={"target": None}) == [0, 100]
        assert revenues(where={"newsletter": "x"}) == revenues()
        assert read(store, f"{site}-other").sales == []

    def test_nothing_is_read_of_a_store_without_tables(self, store: Store, site: str) -> None:
        found = read(store, site)

        assert not any((found.links, found.apart, found.touches, found.sales))
