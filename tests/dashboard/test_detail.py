"""One newsletter, contact, publisher, ... by itself."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from tests.dashboard.showing import table, text
from wsgi_salestrack import Tracker


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
