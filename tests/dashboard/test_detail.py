"""One newsletter, contact, publisher, ... by itself."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.dashboard.showing import table, text
from wsgi_salestrack import Conversion, Money, Touch, Tracker


def test_one_contact_by_itself(shown: FlaskClient, sold: Tracker) -> None:
    """Their sales and clicks, the latest of each."""
    page = shown.get("/sales/one/contact?value=c12&period=all").text

    sales = sold.conversions(where={"contact": "c12"}, currency="USD")
    assert [row[0] for row in table(page, "Latest sales")[1:]] == [
        each.conversion.reference for each in sales
    ]
    assert len(sales) > 2
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
    rows = table(page, "Earned so far")[1:]
    assert [row[0] for row in rows] == sorted({currency for currency, _ in sums})
    for currency, *amounts in rows:
        assert amounts == [f"{sums[currency, state]:,}" for state in states]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "newsletter?value=first",
            "Items 2 Taken back 0.00 USD Clicks 4 Visitors 2 Conversion 25.0%",
        ),
        ("link?value=hero&newsletter=first", "Clicks 3 Visitors 2 Nothing was sold"),
        ("newsletter?value=second", "Clicks 1 Visitors 1 Nothing was sold in this period."),
        ("newsletter?value=first&currency=EUR", "Clicks 4 Visitors 2 Nothing was sold"),
        ("newsletter?value=never", "Nothing was sold in this period."),
    ],
)
def test_clicks_and_what_became_of_them(clicked: FlaskClient, address: str, told: str) -> None:
    """How many clicked a newsletter or a link, and how many of these bought."""
    page = text(clicked.get(f"/sales/one/{address}&period=all").text)

    assert told in page
    assert ("Clicks" in page) == ("Clicks" in told)


def test_what_clicks_do_not_know_has_no_clicks(shown: FlaskClient) -> None:
    """Nobody clicks a product: that would be a rate of something else."""
    page = text(shown.get("/sales/one/product?value=ridge-socks&period=all").text)

    assert "Turnover" in page
    assert "Clicks" not in page
    assert "Conversion" not in page


def test_of_what_sold_nothing_one_sees_which_links_were_clicked(clicked: FlaskClient) -> None:
    """The way there keeps what was chosen."""
    page = clicked.get("/sales/one/newsletter?value=second").text

    address = "/sales/reports/link?newsletter=second"
    assert f'href="{address}">Which links were clicked' in page
    assert table(clicked.get(address).text, "Clicked, and sold nothing")[1:] == [["hero", "1", "1"]]


@pytest.mark.parametrize(
    "address",
    [
        *("", "one/newsletter?value=2026-11-07&period=all", "one/link?value=hero&period=90d"),
        *("one/publisher?value=cold-feet&period=all", "one/contact?value=c12&period=all"),
        *("one/product?value=mitts&period=all", "one/source?value=api&period=all"),
    ],
)
def test_a_page_is_of_the_currency_that_it_says(shown: FlaskClient, address: str) -> None:
    """Also where nobody asked for one: the chip of the one that is chosen changes nothing."""
    usual = shown.get(f"/sales/{address}").text
    chosen = shown.get(f"/sales/{address}{'&' if '?' in address else '?'}currency=USD").text

    assert ", USD" in text(usual)
    for caption in ("Latest sales", "Newsletters", "Links", "Products", "Publishers", "Contacts"):
        assert table(usual, caption) == table(chosen, caption)
    assert all("USD" in row[2] for row in table(usual, "Latest sales")[1:])
    for words in ("All of them", "All newsletters", "All products", "All links"):
        assert _places(usual, words) <= _places(chosen, words)


def _places(page: str, words: str) -> set[str]:
    """Where the buttons with these words lead to."""
    return set(re.findall(rf'<a class="button plain" href="([^"]*)">{words}<', page))


def test_all_of_them_are_those_of_the_page(shown: FlaskClient) -> None:
    """The list behind the latest ones has the same sales, and says of what they are."""
    page = shown.get("/sales/one/publisher?value=cold-feet&period=all").text
    (place,) = _places(page, "All of them")
    every = shown.get(unescape(place)).text

    rows = table(every, "The newest first")[1:]
    assert rows[:10] == table(page, "Latest sales")[1:]
    assert all("USD" in row[2] for row in rows)
    assert "All time, USD" in text(every)
    more = shown.get("/sales/sales?publisher=cold-feet&period=all").text
    assert len(table(more, "The newest first")) > len(rows) + 1
    widened = re.search(r'href="([^"]*)">All currencies', every)
    assert widened is not None
    wider = table(shown.get(unescape(widened[1])).text, "The newest first")
    assert wider == table(more, "The newest first")


def test_what_has_no_currency_is_among_all_sales(client: FlaskClient, tracker: Tracker) -> None:
    """Signups are no sales in USD; they are told, and the way to them is kept."""
    touch = Touch(newsletter="first")
    tracker.record(Conversion(reference="1", revenue=Money("5.00", "USD")), touch=touch)
    tracker.record(Conversion(scope="target:2", reference="s1", target="2"), touch=touch)

    page = client.get("/sales/one/newsletter?value=first&currency=USD").text
    assert [row[0] for row in table(page, "Latest sales")[1:]] == ["1"]
    found = re.search(r'signups: 1. <a href="([^"]*)">Among all sales', page)
    assert found is not None
    every = client.get(unescape(found[1])).text
    assert sorted(row[0] for row in table(every, "The newest first")[1:]) == ["1", "s1"]
    overview = client.get("/sales/?currency=USD").text
    assert 'signups: 1. <a href="/sales/reports/target">By target' in overview
