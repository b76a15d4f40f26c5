"""Reports, held against those of the tracker and a plain count over the sales."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from flask_salestrack.dashboard import figures, lists
from tests.dashboard.showing import counted, net, table, text
from tests.support.clock import ManualClock
from tests.support.shop import Visit
from wsgi_salestrack import Tracker


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


def test_what_was_clicked_and_sold_nothing_is_told(clicked: FlaskClient) -> None:
    """In a table of its own; and in a file, too, which has nothing else."""
    page = clicked.get("/sales/reports/newsletter").text

    assert table(page, "Clicked, and sold nothing") == [
        ["Newsletter", "Clicks", "Visitors"],
        ["second", "1", "1"],
    ]
    assert [row[0] for row in table(page, "Sales by newsletter")] == [
        "Newsletter",
        "first",
        "Total",
    ]
    links = [unescape(link) for link in re.findall(r'href="([^"]*format=csv[^"]*)"', page)]
    found = [csv.DictReader(clicked.get(link).text.splitlines()) for link in links]
    assert [[row["newsletter"] for row in rows] for rows in found] == [["first"], ["second"]]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("link?newsletter=first", [["hero", "3", "2"]]),
        ("newsletter?across=link", [["first", "hero", "3", "2"], ["second", "hero", "1", "1"]]),
        ("newsletter?period=last-month", []),
        ("product", []),
        ("hour", []),
        ("publisher", []),
    ],
)
def test_each_report_has_what_clicks_know_of_it(
    clicked: FlaskClient, query: str, rows: list[list[str]]
) -> None:
    """By one or two names of a link; of nights in which nobody bought nothing is told."""
    page = clicked.get(f"/sales/reports/{query}").text

    assert table(page, "Clicked, and sold nothing")[1:] == rows


def test_beside_the_period_before_it_is_what_was_clicked_since(
    clicked: FlaskClient, tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """A newsletter that was clicked before, and is no longer, is not told as clicked."""
    clock.advance(timedelta(days=31))
    visit(tracker).get(tracker.click_url("/", newsletter="third"))

    page = clicked.get("/sales/reports/newsletter?compare=1").text

    rows = table(page, "Clicked, and sold nothing")[1:]
    assert [(row[0], row[1].partition("new")[0]) for row in rows] == [("third", "1")]
    file = clicked.get("/sales/reports/newsletter?compare=1&unsold=1&format=json")
    assert [row["newsletter"] for row in file.json or ()] == ["third"]


def test_of_many_the_most_clicked_are_shown(
    clicked: FlaskClient, tracker: Tracker, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are in the file."""
    monkeypatch.setattr(lists, "SIZE", 2)
    visitor = visit(tracker)
    for newsletter in ("third", "third", "third", "fourth"):
        visitor.get(tracker.click_url("/", newsletter=newsletter))

    page = clicked.get("/sales/reports/newsletter").text

    assert [row[0] for row in table(page, "Clicked, and sold nothing")[1:]] == ["third", "fourth"]
    assert "The 2 most clicked of 3; the files hold all of them." in text(page)
    file = clicked.get("/sales/reports/newsletter?unsold=1&format=json")
    assert [row["newsletter"] for row in file.json or ()] == ["third", "fourth", "second"]
    assert file.headers["Content-Disposition"] == 'attachment; filename="unsold-by-newsletter.json"'


def test_both_names_of_a_crossed_report_lead_on(clicked: FlaskClient) -> None:
    """The second one to what is of both; a month, which has no page, to nowhere."""
    page = clicked.get("/sales/reports/newsletter?across=link&period=all").text
    (address,) = re.findall(r'href="(/sales/one/link[^"]*newsletter=first[^"]*)">.*footer', page)

    assert "Clicks 1 Visitors 1 Conversion 100.0%" in text(clicked.get(unescape(address)).text)
    months = clicked.get("/sales/reports/newsletter?across=month").text
    assert [row[:2] for row in table(months, "Sales by newsletter and month")[1:]] == [
        ["first", "2026-11"],
        ["Total", ""],
    ]
    assert "/sales/one/month" not in months


@pytest.mark.parametrize(
    "page", ["reports/newsletter", "models/newsletter", "sales", "reports/day"]
)
@pytest.mark.parametrize("chosen", ["", "EUR", "USD", "GBP"])
def test_each_currency_can_be_chosen_from_any_other(
    shown: FlaskClient, page: str, chosen: str
) -> None:
    """Whoever came by a link that has one would think that the shop sells in no other."""
    found = shown.get(f"/sales/{page}?period=all&currency={chosen}").text

    (choice,) = re.findall(r'aria-label="Currency">(.*?)</ul>', found, re.DOTALL)
    names = re.findall(r">([^<>]+)</a>", choice)
    assert names == ["All currencies", "USD", "EUR"]
    current = re.findall(r'aria-current="true">([^<>]+)</a>', choice)
    assert current == ([] if chosen == "GBP" else [chosen or "All currencies"])
