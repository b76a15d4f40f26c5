"""The overview, held against a plain count over the sales."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient

from flask_salestrack.dashboard import charts
from tests.dashboard.conftest import dashboard_of
from tests.dashboard.showing import LAST_30_DAYS, TODAY, counted, day_of, net, table, text, within
from tests.support.shop import MakeTracker
from wsgi_salestrack import Conversion, Money, Recorded, Tracker


def test_the_figures_of_the_overview(shown: FlaskClient, sold: Tracker) -> None:
    """Turnover, sales and items of 30 days, and how they differ from the 30 days before."""
    page = text(shown.get("/sales/").text)

    sales = within(counted(sold), LAST_30_DAYS)
    before = within(counted(sold), (TODAY - timedelta(days=59), TODAY - timedelta(days=30)))
    items = sum(each.conversion.quantity or 0 for each in sales)
    moved = round(100 * (net(sales) - net(before)) / net(before), 1)
    assert f"Turnover {net(sales):,} USD {moved:+}%".replace("-", "\N{MINUS SIGN}") in page
    assert f"Sales {len(sales)} " in page
    assert f"Items {items} " in page
    assert "Compared with 23 Sep 2026 to 22 Oct 2026." in page


def test_the_chart_of_the_overview(shown: FlaskClient, sold: Tracker) -> None:
    """A row for each day, also for one on which nothing was sold."""
    _, *rows = table(shown.get("/sales/").text, "Turnover by day, USD")

    of_day: defaultdict[date, list[Recorded]] = defaultdict(list)
    for each in within(counted(sold), LAST_30_DAYS):
        of_day[day_of(each)].append(each)
    days = [LAST_30_DAYS[0] + timedelta(days=number) for number in range(30)]
    assert [row[1:] for row in rows] == [
        [str(len(of_day[day])), f"{net(of_day[day]) or Decimal(0):,} USD"] for day in days
    ]
    assert rows[0][0] == "23 Oct 2026"


@pytest.mark.parametrize(
    ("query", "caption", "points"),
    [
        ("period=today", "Turnover by hour, USD", 24),
        ("period=7d", "Turnover by day, USD", 7),
        ("period=90d", "Turnover by day, USD", 90),
        ("period=last-month", "Turnover by day, USD", 31),
        ("period=all", "Turnover by week, USD", 29),
        ("since=2026-01-01&until=2026-11-21", "Turnover by week, USD", 47),
        ("since=2024-01-01&until=2026-11-30", "Turnover by month, USD", 35),
        ("since=1900-01-01", "Turnover by month, USD", 600),  # the last ones
        ("since=2026-10-25&until=2026-10-25", "Turnover by hour, USD", 25),  # clocks are put back
    ],
)
def test_a_chart_has_columns_that_one_can_tell_apart(
    shown: FlaskClient, sold: Tracker, query: str, caption: str, points: int
) -> None:
    """Hours, days, weeks or months; together they are all that was sold then."""
    page = shown.get(f"/sales/?{query}").text

    _, *rows = table(page, caption)
    assert len(rows) == points
    amounts = [Decimal(row[2].removesuffix(" USD").replace(",", "")) for row in rows]
    found = re.search(r"Turnover ([0-9,.]+) USD", text(page))
    assert found is not None
    assert sum(amounts) == Decimal(found[1].replace(",", ""))


def test_all_time_of_the_first_day_has_its_hours(clicked: FlaskClient) -> None:
    """What a shop sees that has just begun: not a day of which each hour is empty."""
    for query in ("period=all", "since=2026-11-21", "period=today"):
        _, *rows = table(clicked.get(f"/sales/?{query}").text, "Turnover by hour, USD")

        sold = [row for row in rows if row[1] != "0"]
        assert sold == [["12:00", "1", "12.50 USD"]]
        assert len(rows) == 24
        assert {row[2] for row in rows if row not in sold} == {"0.00 USD"}


def test_clicks_are_counted(clicked: FlaskClient) -> None:
    """Of all newsletters, in the period; also where nothing was sold in it, or in that currency."""
    assert "Clicks 5 new nothing in the period before" in text(clicked.get("/sales/").text)
    in_euro = text(clicked.get("/sales/?currency=EUR&period=all").text)
    assert "Clicks 5 " in in_euro
    assert "Nothing was sold in this period in EUR." in in_euro
    earlier = text(clicked.get("/sales/?period=last-month").text)
    assert "Clicks" not in earlier


@pytest.mark.parametrize(
    ("caption", "name_of"),
    [
        ("Newsletters", lambda each: each.touch and each.touch.newsletter),
        ("Links", lambda each: each.touch and each.touch.link),
        ("Publishers", lambda each: each.referral and each.referral.publisher),
    ],
)
def test_the_best_of_the_overview(
    shown: FlaskClient,
    sold: Tracker,
    caption: str,
    name_of: Callable[[Recorded], str | None],
) -> None:
    """The best-selling first, five at most; nobody is not among them."""
    _, *rows = table(shown.get("/sales/").text, caption)

    of_name: defaultdict[str | None, list[Recorded]] = defaultdict(list)
    for each in within(counted(sold), LAST_30_DAYS):
        of_name[name_of(each)].append(each)
    of_name.pop(None, None)
    best = sorted(of_name, key=lambda name: -net(of_name[name]))[:5]
    assert [(row[0].split()[-1], row[1], row[2]) for row in rows] == [
        (name, str(len(of_name[name])), f"{net(of_name[name]):,} USD") for name in best
    ]


def test_another_currency_has_an_overview_of_its_own(shown: FlaskClient, sold: Tracker) -> None:
    """They are never added up, and both are offered."""
    page = shown.get("/sales/?currency=EUR").text

    sales = within(counted(sold, "EUR"), LAST_30_DAYS)
    assert f"Turnover {net(sales):,} EUR" in text(page)
    assert "USD" not in "".join(map(str, table(page, "Newsletters")))
    assert 'href="/sales/?currency=USD"' in page


def test_without_the_extra_the_tables_are_shown(
    shown: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open, and with a word on how to have charts."""
    monkeypatch.setattr(charts, "AVAILABLE", False)

    page = shown.get("/sales/").text

    assert '<svg class="chart' not in page
    assert '<details class="more" open>' in page
    assert 'pip install "flask-salestrack[charts]"' in unescape(page)


@pytest.mark.parametrize("page", ["", "one/link?value=hero&", "reports/link?compare=1&"])
def test_a_period_with_nothing_before_it_is_compared_with_nothing(
    shown: FlaskClient, page: str
) -> None:
    """No words of it, no changes beside the figures, and no way to ask for them."""
    address = f"/sales/{page}" if page else "/sales/?"
    for dates in ("since=1900-01-01&until=2026-11-21", "since=2026-01-01&until=2999-12-31"):
        told = text(shown.get(f"{address}{dates}").text)
        assert "Total" in told or "Turnover" in told
        for word in ("Compare", "in the period before", "new "):
            assert word not in told
    assert "eriod before" in text(shown.get(f"{address}period=30d").text)


def test_sales_near_midnight_are_in_the_chart_after_the_time_zone_was_changed(
    make_tracker: MakeTracker,
) -> None:
    """They stay on their days, and what is drawn is still all of the turnover."""
    before = make_tracker(timezone="Europe/Berlin")
    for reference, occurred_at in (
        ("1", datetime(2026, 7, 31, 22, 30, tzinfo=UTC)),
        ("2", datetime(2026, 8, 31, 22, 30, tzinfo=UTC)),
        ("3", datetime(2026, 8, 15, 12, 0, tzinfo=UTC)),
    ):
        money = Money(f"{reference}0.00", "USD")
        before.record(Conversion(reference=reference, revenue=money, occurred_at=occurred_at))
    before.close()
    for zone, days, expected in (
        ("UTC", 32, {"15 Aug 2026": "30.00 USD", "1 Sep 2026": "20.00 USD"}),
        ("Asia/Tokyo", 31, {"1 Aug 2026": "10.00 USD", "15 Aug 2026": "30.00 USD"}),
    ):
        page = (
            dashboard_of(make_tracker(timezone=zone))
            .test_client()
            .get("/sales/?since=2026-08-01&until=2026-08-31")
        )

        _, *rows = table(page.text, "Turnover by day, USD")
        assert {row[0]: row[2] for row in rows if row[1] != "0"} == expected
        assert len(rows) == days
        turnover = sum(Decimal(amount.removesuffix(" USD")) for amount in expected.values())
        assert f"Turnover {turnover} USD" in text(page.text)
