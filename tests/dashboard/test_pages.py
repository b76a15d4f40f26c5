"""Hits, payouts and segments, held against what the tracker tells."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask.testing import FlaskClient

from tests.dashboard.showing import table, text
from wsgi_salestrack import Tracker


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
