"""What the pages say to what they can't show; never an error 500."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flask_salestrack.dashboard.addresses import KNOWN
from tests.dashboard.conftest import dashboard_of
from tests.support.shop import MakeTracker
from wsgi_salestrack import SalesTrackError, Tracker

PAGES = (
    "/",
    "/reports/newsletter",
    "/reports/month",
    "/models/link",
    "/one/contact",
    "/sales",
    "/sale",
    "/hits",
    "/payouts",
    "/payouts/7",
    "/commissions",
    "/segments",
)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/?period=week", "period is not one of today, 7d, 30d"),
        ("/?since=yesterday", "From is not a day such as 2026-11-21"),
        ("/?since=2026-11-21&until=2026-11-20", "To is before From"),
        ("/?currency=dollars", "currency is not an upper-case ISO 4217 code"),
        ("/?currency=XAU", "currency is not an upper-case ISO 4217 code"),
        ("/?period=7d&period=30d", "period is given more than once"),
        ("/?newsletter=a%00b", "newsletter holds a NUL character"),
        ("/reports/link?model=best", "model is not one of last, first"),
        ("/reports/link?journey=all", "journey is not one of newsletters, publishers, both"),
        ("/reports/link?sort=colour", "sort is not one of name, net"),
        ("/reports/link?page=0", "page is not a number from 1 to 999,999"),
        ("/reports/link?week=47", "it is not like 2026-W47"),
        ("/reports/link?hour=now", "it is not like 2026-11-21 14:00"),
        ("/reports/link?across=link", "across is what the report is by"),
        ("/reports/link?across=colour", "across is not one of newsletter"),
        ("/sales?week=47", "it is not like 2026-W47"),
        ("/one/contact?value=" + "c" * 101, "contact is longer than 100 characters"),
        ("/sales?before=1", "before is not what a link of this list has"),
        ("/sales?reference=" + "r" * 256, "reference is longer than 255 characters"),
        ("/sale", "reference is missing"),
        ("/sale?reference=1&model=best", "model is not one of"),
        ("/hits?period=1y", "period is not one of 1h, 24h, 7d, 30d"),
        ("/hits?outcome=lost", "outcome is not one of recorded"),
        ("/hits?follow=yes", "follow is not one of 1"),
        ("/payouts?state=lost", "state is not one of prepared"),
        ("/commissions?state=lost", "state is not one of pending"),
        ("/segments?where=total+>+lots", "expects an amount such as 49.95"),
        ("/segments?currency=dollars", "currency is not an upper-case ISO 4217 code"),
    ],
)
def test_a_wrong_value_is_named(client: FlaskClient, path: str, problem: str) -> None:
    """With what would be right, and the way back."""
    answer = client.get(f"/sales{path}")

    assert answer.status_code == 400
    assert problem in answer.text
    assert 'href="/sales/"' in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/reports/link", "/models/link", "/one/contact", "/sales", "/segments"]
)
@pytest.mark.parametrize(
    ("dates", "problem", "field"),
    [
        (("2026-11-20", "2026-11-01"), "To is before From.", "until"),
        (("2026-11-20", "1/11"), "To is not a day such as 2026-11-21.", "until"),
        (("1066-10-14", ""), "From is not from 1900-01-01 to 2999-12-31.", "since"),
    ],
)
def test_wrong_dates_are_told_where_they_are_mended(
    client: FlaskClient, path: str, dates: tuple[str, str], problem: str, field: str
) -> None:
    """By the names that the form has; what was typed and chosen is kept in it."""
    since, until = dates
    asked = {"since": since, "until": until, "where": "count > 2", "currency": "USD"}
    answer = client.get(f"/sales{path}", query_string=asked)

    assert answer.status_code == 400
    assert f'id="dates-problem" role="alert">{problem}</p>' in answer.text
    inputs = re.findall(r'<input [^>]*name="(\w+)"[^>]*value="([^"]*)"([^>]*)>', answer.text)
    fields = {name: (value, more) for name, value, more in inputs}
    wrong = ' aria-invalid="true" aria-describedby="dates-problem"'
    for name, value in (("since", since), ("until", until)):
        assert fields[name] == (value, wrong if name == field else "")
    assert fields["currency"][0] == "USD"
    if path == "/segments":
        assert ">count &gt; 2</textarea>" in answer.text
    else:
        assert fields["where"][0] == "count &gt; 2"


@pytest.mark.parametrize("path", [*PAGES, "/reports/"])
def test_what_is_said_twice_is_refused(shown: FlaskClient, path: str) -> None:
    """By every page: it could be meant in two ways."""
    answer = shown.get(f"/sales{path}?reference=1&reference=2")

    assert answer.status_code == 400
    assert "reference is given more than once" in answer.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/reports/colour", "There is no report by colour."),
        ("/models/colour", "There is no report by colour."),
        ("/one/day", "There is no page of one day."),
        ("/sale?reference=404", "no conversion has this reference"),
        ("/payouts/404", "No payout has this number."),
        ("/payouts/" + "9" * 40, "No payout has this number."),
        ("/elsewhere", "Nothing is at elsewhere."),
    ],
)
def test_what_is_not_there_is_told(client: FlaskClient, path: str, words: str) -> None:
    answer = client.get(f"/sales{path}")

    assert answer.status_code == 404
    assert words in answer.text


@pytest.mark.parametrize("path", PAGES[:-3])
def test_a_store_that_fails_is_told_in_words(
    make_tracker: MakeTracker, tmp_path: Path, path: str
) -> None:
    """By each page, and by each file before it begins."""
    broken = tmp_path / "a folder"
    broken.mkdir()
    client = dashboard_of(make_tracker(database=broken)).test_client()

    for form in ("", "?format=csv"):
        query = "?value=c1&reference=1" if path in {"/one/contact", "/sale"} else form
        answer = client.get(f"/sales{path}{query}")
        assert answer.status_code == 503
        assert "The sales can&#39;t be read" in answer.text
        assert "Content-Disposition" not in answer.headers


def test_where_nothing_is_stored_it_says_so(make_tracker: MakeTracker) -> None:
    """A tracker that only sends signals has nothing to show."""
    client = dashboard_of(make_tracker(database=None)).test_client()

    answer = client.get("/sales/")

    assert answer.status_code == 503
    assert "nothing is stored: database is None" in answer.text


@pytest.mark.parametrize("path", ["/", "/reports/newsletter", "/sales", "/hits", "/segments"])
def test_before_the_first_sale_it_says_so(client: FlaskClient, path: str) -> None:
    """In plain words, and no table without rows."""
    answer = client.get(f"/sales{path}")

    assert answer.status_code == 200
    assert "Nothing" in answer.text or "no contact" in answer.text
    assert "<tbody>" not in answer.text


_TEXT = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "0", "-1", "2026-11-21", "all", "USD", "csv", "1.1", "newsletter", "é"]),
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(PAGES), st.dictionaries(st.sampled_from(sorted(KNOWN)), _TEXT, max_size=5))
def test_no_query_is_an_error_of_ours(shown: FlaskClient, path: str, asked: dict[str, str]) -> None:
    """Whatever it is, it is shown, refused in words, or not there."""
    answer = shown.get(f"/sales{path}?{urlencode(asked, errors='replace')}")

    assert answer.status_code in {200, 302, 400, 404}, answer.text


def test_a_programming_error_of_the_shop_stays_one(tracker: Tracker) -> None:
    """Only what salestrack itself raises is told in words."""
    client = dashboard_of(tracker).test_client()

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    tracker.hits = broken  # type: ignore[method-assign,assignment]  # the shop's own mistake

    assert not issubclass(ZeroDivisionError, SalesTrackError)
    assert client.get("/sales/hits").status_code == 500
