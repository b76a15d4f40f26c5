"""What the pages show, held against a plain count over the sales."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from flask_salestrack.dashboard import charts, figures
from tests.dashboard.conftest import ZONE
from wsgi_salestrack import Recorded, Tracker

TODAY = date(2026, 11, 21)
LAST_30_DAYS = (TODAY - timedelta(days=29), TODAY)


class _Tables(HTMLParser):
    """The cells of all tables of a page, by the tables' captions."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: defaultdict[str, list[list[str]]] = defaultdict(list)
        self._caption = ""
        self._cell: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows[self._caption.strip()].append([])
        elif tag in {"td", "th", "caption"}:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if self._cell is None or tag not in {"td", "th", "caption"}:
            return
        text = " ".join("".join(self._cell).split())
        if tag == "caption":
            self._caption = text
        else:
            self.rows[self._caption][-1].append(text)
        self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def table(page: str, caption: str) -> list[list[str]]:
    """The rows of a table, its heading first."""
    return _Tables(page).rows[caption]


def text(page: str) -> str:
    """What a page says."""
    bare = re.sub(r"<(style|svg|details).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", bare)).split())


def counted(tracker: Tracker, currency: str = "USD") -> list[Recorded]:
    """All sales in a currency that were not cancelled."""
    every = tracker.conversions(currency=currency, most=1000)
    return [each for each in every if not each.cancelled]


def within(sales: list[Recorded], days: tuple[date, date]) -> list[Recorded]:
    """Those of some days in the shop's time zone."""
    return [each for each in sales if days[0] <= day_of(each) <= days[1]]


def day_of(recorded: Recorded) -> date:
    at = recorded.conversion.occurred_at
    assert at is not None
    return at.astimezone(ZoneInfo(ZONE)).date()


def net(sales: list[Recorded]) -> Decimal:
    return sum((each.net.amount for each in sales if each.net is not None), Decimal(0))


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


@pytest.mark.parametrize("by", ["newsletter", "link", "contact", "product", "source", "day"])
def test_a_report_shows_all_its_rows(shown: FlaskClient, sold: Tracker, by: str) -> None:
    """Page by page, each once; and the totals below each page."""
    report = sold.report(by, currency="USD")
    found: list[str] = []
    for number in range(1, 1 + -(-len(report.rows) // 50)):
        page = shown.get(f"/sales/reports/{by}?period=all&currency=USD&page={number}").text
        _, *rows, total = table(page, f"Sales by {by}")
        assert total[1] == figures.number(report.totals[0].net)
        found += [row[1] for row in rows]

    assert found == [figures.number(row.net) for row in report.rows]


def test_rows_are_sorted_by_each_column(shown: FlaskClient) -> None:
    """The largest first, or the smallest; each currency by itself, the shop's own first."""
    for sort in ("sales", "sales.up"):
        page = shown.get(f"/sales/reports/link?period=all&sort={sort}").text
        heading, *rows = table(page, "Sales by link")
        place = next(at for at, cell in enumerate(heading) if cell.startswith("Sales"))
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for row in rows:
            if row[0] != "Total":
                groups[row[1]].append(int(row[place].replace(",", "")))
        assert list(groups)[:2] == ["USD", "EUR"]
        for numbers in groups.values():
            assert numbers == sorted(numbers, reverse=sort == "sales")
        assert f'aria-sort="{"descending" if sort == "sales" else "ascending"}"' in page


def test_names_are_sorted_with_nobody_last(shown: FlaskClient) -> None:
    """From A to Z, or from Z to A."""
    for sort, reverse in (("name", False), ("name.up", True)):
        page = shown.get(f"/sales/reports/link?period=all&currency=USD&sort={sort}").text
        names = [row[0] for row in table(page, "Sales by link")[1:-1]]
        assert names[-1] == "(none)"
        assert names[:-1] == sorted(names[:-1], reverse=reverse)


def test_models_stand_side_by_side(shown: FlaskClient, sold: Tracker) -> None:
    """And each credits the same in all."""
    page = shown.get("/sales/models/newsletter?period=all&currency=USD").text

    heading, *rows = table(page, "Turnover that each model credits")
    sums = Counter[str]()
    for row in rows:
        for model, amount in zip(heading[2:], row[2:], strict=True):
            sums[model] += 0 if amount == "\N{EN DASH}" else int(re.sub("[,.]", "", amount))
    expected = int(net(counted(sold)) * 100)
    assert dict(sums) == dict.fromkeys(heading[2:], expected)
    assert heading[2:] == ["Last touch", "First touch", "Linear", "Position", "Decay"]


def test_one_contact_by_itself(shown: FlaskClient, sold: Tracker) -> None:
    """Their sales and clicks, the latest of each."""
    page = shown.get("/sales/one/contact?value=c12&period=all").text

    sales = sold.conversions(where={"contact": "c12"})
    assert [row[0] for row in table(page, "Latest sales")[1:]] == [
        each.conversion.reference for each in sales
    ]
    assert len(sales) > 3
    clicks = sold.clicks("c12", most=10)
    assert [row[5] for row in table(page, "Latest clicks")[1:]] == [
        each.destination for each in clicks
    ]


def test_one_publisher_by_itself(shown: FlaskClient, sold: Tracker) -> None:
    """What they earned, by what became of it."""
    page = shown.get("/sales/one/publisher?value=cold-feet&period=all").text

    assert "Publisher Cold Feet" in text(page)
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: Decimal("0.00"))
    for entry in sold.commissions(publisher="cold-feet"):
        sums[entry.currency, entry.state] += entry.amount
    states = ("pending", "approved", "paid", "declined")
    rows = table(page, "Earned")[1:]
    assert [row[0] for row in rows] == sorted({currency for currency, _ in sums})
    for currency, *amounts in rows:
        assert amounts == [f"{sums[currency, state]:,}" for state in states]


def test_a_sale_is_found_by_its_reference(shown: FlaskClient) -> None:
    """The form leads to the sale, whichever scope it is in."""
    found = shown.get("/sales/sales?reference=1463")
    signup = shown.get("/sales/sales?reference=s3")

    assert found.headers["Location"] == "/sales/sale?reference=1463"
    assert signup.headers["Location"] == "/sales/sale?reference=s3&scope=target:2"
    assert "No sale has this reference" in shown.get("/sales/sales?reference=0").text


def test_why_a_sale_is_credited_so(shown: FlaskClient, sold: Tracker) -> None:
    """As explain says it, by each model."""
    for model in ("last", "linear"):
        page = shown.get(f"/sales/sale?reference=1463&model={model}").text
        found = sold.explain("1463", model=model)
        rows = table(page, "Touches of the buyer")[1:]
        assert [row[3] for row in rows] == [each.verdict for each in found.candidates]
        assert len(rows) > 5


def test_sales_go_on_to_older_ones(shown: FlaskClient, sold: Tracker) -> None:
    """Page by page, each once, to the last."""
    address = "/sales/sales?period=all"
    found: list[str] = []
    while address:
        page = shown.get(address).text
        found += [row[0].split()[0] for row in table(page, "The newest first")[1:]]
        older = re.search(r'rel="next" href="([^"]*)"', page)
        address = "" if older is None else unescape(older[1])

    every = sold.conversions(most=1000)
    assert found == [each.conversion.reference for each in every]


def test_hits_tell_why_they_were_rejected(shown: FlaskClient, sold: Tracker) -> None:
    """And can be had by what became of them."""
    page = shown.get("/sales/hits?period=30d&outcome=rejected").text

    rows = table(page, "The newest first")[1:]
    rejected = [hit for _, hit in sold.hits(sold.now() - timedelta(days=30))][::-1]
    rejected = [hit for hit in rejected if hit.outcome == "rejected"]
    assert [row[2] for row in rows] == [hit.reason for hit in rejected]
    assert len(rows) == 22
    most = Counter(hit.reason for hit in rejected).most_common(1)[0]
    assert f"{most[1]} times {most[0]}" in text(page)


def test_payouts_and_what_is_in_them(shown: FlaskClient, sold: Tracker) -> None:
    """The newest first; each with its commissions, which sum to it."""
    rows = table(shown.get("/sales/payouts").text, "The newest first")[1:]
    payouts = sold.payouts()[::-1]

    assert [(row[0], row[3]) for row in rows] == [(str(p.id), p.state) for p in payouts]
    page = shown.get(f"/sales/payouts/{payouts[0].id}").text
    entries = sold.commissions(payout=payouts[0].id)
    amounts = [row[5] for row in table(page, "Commissions in it")[1:]]
    assert len(amounts) == len(entries) > 0
    assert sum(entry.amount for entry in entries) == payouts[0].amount


def test_a_segment_is_asked_for_in_words(shown: FlaskClient, sold: Tracker) -> None:
    """By a text that the page explains; how many they are stands above them."""
    where = "count >= 2 and not list = 'vip'"
    page = shown.get("/sales/segments", query_string={"where": where}).text

    buyers = list(sold.segment(where))
    rows = table(page, f"{len(buyers)} contacts")[1:]
    assert len(buyers) > 3
    assert list(dict.fromkeys(row[0] for row in rows)) == [each.contact for each in buyers][:50]


def test_a_wrong_segment_is_pointed_at(shown: FlaskClient) -> None:
    """What was typed stays in the form, with the place that is wrong below it."""
    answer = shown.get("/sales/segments", query_string={"where": "total >= 100 and colour = 'x'"})

    assert answer.status_code == 400
    assert "total &gt;= 100 and colour = &#39;x&#39;</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "at character 18" in text(answer.text)
