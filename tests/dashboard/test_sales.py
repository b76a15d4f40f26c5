"""Single sales: the list of them, and why one is credited as it is."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.dashboard.showing import table, text
from wsgi_salestrack import Conversion, Money, Tracker


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


def test_what_else_was_said_of_a_sale(client: FlaskClient, tracker: Tracker) -> None:
    """By whom, and which values."""
    for amount in ("10", "12", "9"):
        tracker.record(Conversion(reference="1001", revenue=Money(amount, "USD")))

    page = client.get("/sales/sale?reference=1001").text

    _, *rows = table(page, "Said otherwise, and does not count")
    assert [row[1:] for row in rows] == [["api", "12.00 USD"], ["api", "9.00 USD"]]


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


@pytest.mark.parametrize(
    ("page", "by", "arguments"),
    [
        ("sales?period=90d", "contact", "&period=90d"),
        ("sales?period=90d&link=hero", "newsletter", "&period=90d&link=hero"),
        ("sales?period=90d&link=hero", "link", "&period=90d"),
        ("one/newsletter?value=2026-11-07", "contact", "&currency=USD&newsletter=2026-11-07"),
        ("sale?reference=1463", "newsletter", "&period=all"),
        ("sale?reference=1463", "product", "&period=all"),
        ("sale?reference=1463", "category", "&period=all"),
        ("one/contact?value=c12&period=all", "link", "&period=all"),
    ],
)
def test_every_name_leads_to_its_own_page(
    shown: FlaskClient, page: str, by: str, arguments: str
) -> None:
    """With what was chosen; from a sale, which may be old, with all time. Something is there."""
    addresses = re.findall(rf'href="(/sales/one/{by}\?[^"]*)"', shown.get(f"/sales/{page}").text)

    every = [unescape(address) for address in addresses]
    fitting = [each for each in every if each.partition("&")[1:] == ("&", arguments[1:])]
    assert fitting
    assert "Turnover" in text(shown.get(fitting[-1]).text)


def test_a_commission_leads_to_its_sale(shown: FlaskClient) -> None:
    """By the reference; it says why the publisher earns that."""
    page = shown.get("/sales/commissions").text
    reference = table(page, "The newest first")[1][2]

    assert f'href="/sales/sales?reference={reference}"' in page
    sale = shown.get(f"/sales/sales?reference={reference}", follow_redirects=True)
    assert f"Sale {reference} " in text(sale.text)
    assert len(table(sale.text, "Commissions")) > 1
