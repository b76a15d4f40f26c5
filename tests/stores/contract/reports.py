from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from benchmarks.cdnow import read_purchases
from benchmarks.plain_sums import Asked, plain_sums
from benchmarks.rule_filling import arrival_of, click_of
from benchmarks.sales_by_rule import Clicked, Sale, clicks_of, sales_of
from tests.reports.agreement import assert_agrees
from tests.stores.values import NOON
from wsgi_salestrack import Money
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.reports import FIGURES, make_reports
from wsgi_salestrack.stores.base import DIMENSIONS, Dimension, Selection, Store

# Its hours do not begin with those of UTC, and it has summer time.
ZONE = ZoneInfo("Australia/Adelaide")
MONTH = timedelta(days=30)
REPORTS = [
    *((name,) for name in DIMENSIONS),
    *(("newsletter", "week"), ("product", "publisher"), ("hour", "link")),
]
# Sales of these are found by the database.
CHOSEN: list[tuple[tuple[str, ...], dict[str, str | None]]] = [
    (("month",), {"product": "sku10"}),
    (("product",), {"category": "cat2"}),
    (("category", "week"), {"category": "cat4"}),
    (("publisher", "category"), {"product": "sku50"}),
    (("newsletter",), {"product": "sku10", "category": "cat4"}),
    (("category",), {"product": None}),
    (("product",), {"category": None}),
]


def fill(store: Store, site: str) -> tuple[list[Sale], list[Clicked]]:
    """Some of CDNOW's purchases, refunded and cancelled by rule, and the clicks before them."""
    sales = list(sales_of(read_purchases()[9::1200]))
    clicks = list(clicks_of(sales))
    store.record_many(site, [arrival_of(sale, ZONE) for sale in sales])
    for sale in sales:
        changes = []
        if sale.taken:
            amount = Money.from_minor(sale.taken, "USD", 2)
            changes.append(Change(kind="refund", amount=amount))
        if sale.returned:
            changes.append(Change(kind="refund", lines=sale.returned))
        if sale.cancelled:
            changes.append(Change(kind="cancellation"))
        for change in changes:
            reference, id = str(sale.number), new_id(NOON)
            store.adjust(site, "order", reference, change, id=id, at=NOON, announced=False)
    for each in clicks:
        store.add_click(site, click_of(each, ZONE))
    return sales, clicks


class ReportsContract:
    """Sums that reports are made of, by every dimension."""

    def test_every_report_is_the_plain_sum(self, store: Store, site: str) -> None:
        """Sales with lines, refunds and commissions, clicks and visitors; crossed, in a period."""
        sales, clicks = fill(store, site)
        since, until = (datetime(1997, month, 1, tzinfo=ZONE) for month in (2, 12))
        for by in REPORTS:
            made = make_reports(
                store,
                site,
                timezone=ZONE,
                window=MONTH,
                models=["last", "linear"],
                by=by,
                since=since,
                until=until,
                figures=FIGURES,
                journey="both" if by == ("source",) else None,
            )
            asked = Asked(by=by, since=since, until=until, zone=ZONE)
            expected = plain_sums(sales, clicks, asked)
            if by == ("source",):
                # Every model has the same of it, whomever it credits.
                assert_agrees(made["linear"], dict(expected))
            assert_agrees(made["last"], expected)
            assert made["last"].totals == made["linear"].totals

    def test_of_a_product_or_a_category_is_the_plain_sum(self, store: Store, site: str) -> None:
        """Of sales with others, too, which share what is earned; and of what is of none."""
        sales, clicks = fill(store, site)
        for by, where in CHOSEN:
            made = make_reports(
                store,
                site,
                timezone=ZONE,
                window=MONTH,
                models=["last"],
                by=by,
                where=where,
                figures=FIGURES,
            )
            expected = plain_sums(sales, clicks, Asked(by=by, where=where, zone=ZONE))
            assert any(each.sales for each in expected.values())
            assert_agrees(made["last"], expected)

    def test_what_few_sales_earn_is_found(self, store: Store, site: str) -> None:
        """Among more that earn nothing: of all times, of a long one, and of one with few sales."""
        sales, clicks = fill(store, site)
        others = list(sales_of(read_purchases()[10::400]))
        assert not any(sale.earns for sale in others)
        store.record_many(site, [arrival_of(sale, ZONE) for sale in others])
        for by in (("contact",), ("month", "publisher")):
            for month in (None, 2, 12):
                since = None if month is None else datetime(1997, month, 1, tzinfo=ZONE)
                until = None if month is None else datetime(1998, 1, 1, tzinfo=ZONE)
                made = make_reports(
                    store,
                    site,
                    timezone=ZONE,
                    window=MONTH,
                    models=["last"],
                    by=by,
                    since=since,
                    until=until,
                    figures=FIGURES,
                )
                asked = Asked(by=by, since=since, until=until, zone=ZONE)
                expected = plain_sums([*sales, *as_recorded(others)], clicks, asked)
                assert any(each.commission for each in expected.values())
                assert_agrees(made["last"], expected)

    @pytest.mark.parametrize(
        ("day", "week"),
        [
            ("2026-11-22", "2026-W47"),
            ("2026-11-23", "2026-W48"),
            ("2026-12-31", "2026-W53"),
            ("2027-01-03", "2026-W53"),
            ("2027-01-04", "2027-W01"),
            ("2024-12-30", "2025-W01"),
        ],
    )
    def test_a_week_begins_on_monday(self, store: Store, site: str, day: str, week: str) -> None:
        """And belongs to the year that has most of it, by ISO 8601."""
        at = datetime.combine(date.fromisoformat(day), NOON.timetz())
        (sale,) = sales_of(read_purchases(1))
        store.record(site, arrival_of(_at(sale, at), ZoneInfo("UTC")))

        (total,) = store.totals(site, Selection(by=("week",)))
        (other,) = store.totals(site, Selection(by=("day",), where={"week": week}))

        assert (total.values, other.values) == ((week,), (day,))

    @pytest.mark.parametrize(
        ("zone", "change", "hours"),
        [
            ("Europe/Berlin", "2026-10-25T01:00", ["25 02:00+02:00", "25 02:00+01:00"]),
            ("Australia/Lord_Howe", "2026-04-04T15:00", ["05 01:00+11:00", "05 01:00+10:30"]),
            ("Australia/Lord_Howe", "2026-10-03T15:30", ["04 01:00+10:30", "04 02:00+11:00"]),
        ],
    )
    def test_an_hour_that_comes_twice_is_two(
        self, store: Store, site: str, zone: str, change: str, hours: list[str]
    ) -> None:
        """Where clocks are put back, and where they change by half an hour only."""
        timezone, at = ZoneInfo(zone), datetime.fromisoformat(f"{change}+00:00")
        moments = (at - timedelta(minutes=20), at + timedelta(minutes=5))
        for sale, moment in zip(sales_of(read_purchases(2)), moments, strict=True):
            store.record(site, arrival_of(_at(sale, moment), timezone))

        found = store.totals(site, Selection(by=("hour",), timezone=timezone))

        labels = {total.values[0] for total in found}
        assert labels == {f"{change[:8]}{hour}" for hour in hours}
        for label in labels:
            where: dict[Dimension, str | None] = {"hour": label}
            one = Selection(by=("hour",), where=where, timezone=timezone)
            assert [total.values for total in store.totals(site, one)] == [(label,)]

    def test_clicks_without_visitors_are_the_same(self, store: Store, site: str) -> None:
        """However a store counts them."""
        fill(store, site)
        names: list[Dimension] = ["newsletter", "link", "publisher", "day", "week", "month"]
        for name in names:
            selection = Selection(by=(name,), timezone=ZONE)
            counted = {each.values: each.clicks for each in store.clicks(site, selection)}
            again: dict[tuple[str | None, ...], int] = {}
            for each in store.clicks(site, selection, visitors=False):
                again[each.values] = again.get(each.values, 0) + each.clicks
            assert again == counted


def as_recorded(sales: list[Sale]) -> list[Sale]:
    """Sales that nobody has refunded or cancelled yet."""
    return [replace(sale, returned={}, taken=0, refunded=0, cancelled=False) for sale in sales]


def _at(sale: Sale, at: datetime) -> Sale:
    return Sale(
        number=sale.number,
        customer=sale.customer,
        at=at,
        quantity=sale.quantity,
        revenue=sale.revenue,
        names=sale.names,
    )
