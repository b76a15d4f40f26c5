"""The addresses of pages: what they keep, and what never gets into one."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient


def links(page: str) -> list[str]:
    """Where the links of a page lead."""
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', page)]


@pytest.mark.parametrize("path", ["/", "/reports/link", "/sales", "/hits", "/segments", "/payouts"])
def test_no_link_leads_elsewhere(client: FlaskClient, path: str) -> None:
    """Whatever the query says that url_for would take for its own."""
    query = "_external=1&_scheme=javascript&_anchor=x&_method=POST&endpoint=static&evil=1"

    page = client.get(f"/sales{path}?{query}").text

    for link in links(page):
        assert link.startswith(("/sales/", "#"))
        assert not re.search("evil|javascript|_external|_anchor", link)


def test_links_keep_what_was_chosen(client: FlaskClient) -> None:
    """And begin at the first page again."""
    page = client.get(
        "/sales/reports/link?newsletter=2026-11&period=7d&model=linear&sort=sales&page=3"
    ).text

    month = next(link for link in links(page) if "period=month" in link)
    assert parse_qs(urlsplit(month).query) == {
        "newsletter": ["2026-11"],
        "period": ["month"],
        "model": ["linear"],
        "sort": ["sales"],
    }


def test_a_condition_can_be_taken_away(client: FlaskClient) -> None:
    """Also that there is none: those without a newsletter."""
    page = client.get("/sales/reports/link?newsletter=&contact=c81").text

    away = next(link for link in links(page) if "contact" in link and "newsletter" not in link)
    assert "(none)" in page
    assert parse_qs(urlsplit(away).query) == {"contact": ["c81"]}
    form = re.search(r"<form.*?</form>", page, re.DOTALL)
    assert form is not None
    assert '<input type="hidden" name="newsletter" value="">' in form[0]


def test_names_with_any_characters_lead_to_their_page(client: FlaskClient) -> None:
    """A slash or a dot would be a path's, so they stand in the query."""
    name = "../a/b?c=d&e#f"

    page = client.get("/sales/one/newsletter", query_string={"value": name}).text

    assert "<h1>Newsletter" in page
    assert "../a/b?c=d&amp;e#f" in page
