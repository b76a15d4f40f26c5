"""The files: what is in them, and how they are sent."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from wsgi_salestrack import Tracker
from wsgi_salestrack.reports import render
from wsgi_salestrack.reports.listings import SALES
from wsgi_salestrack.reports.segments import render_buyers

_EVERYTHING = "period=all"
_LISTS = (
    "/reports/newsletter",
    "/reports/product",
    "/models/newsletter",
    "/sales",
    "/sale?reference=1463",
    "/hits",
    "/payouts",
    "/commissions",
    "/segments",
)


@pytest.mark.parametrize("path", _LISTS)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_list_can_be_had_as_a_file(shown: FlaskClient, path: str, form: str) -> None:
    """Which browsers save and never show, and in which each row has every column."""
    joined = "&" if "?" in path else "?"

    answer = shown.get(f"/sales{path}{joined}format={form}")

    assert answer.status_code == 200
    kind = {"csv": "text/csv", "json": "application/json"}[form]
    assert answer.mimetype == kind
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
    if form == "json":
        widths = {len(row) for row in json.loads(answer.text)}
    else:
        widths = {len(row) for row in csv.reader(io.StringIO(answer.text))}
    assert len(widths) == 1


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("by", ["newsletter", "contact", "publisher", "day"])
def test_a_report_is_the_command_lines(
    shown: FlaskClient, sold: Tracker, by: str, form: str
) -> None:
    """To the byte, whatever the page shows of it and in which order."""
    answer = shown.get(
        f"/sales/reports/{by}?{_EVERYTHING}&sort=sales.up&page=2&currency=USD&format={form}"
    )

    assert answer.text == render(sold.report(by, currency="USD"), form)


def test_a_segment_is_the_command_lines(shown: FlaskClient, sold: Tracker) -> None:
    """Its conditions are those of the page."""
    where = "total >= 100 and not list = 'vip'"

    answer = shown.get("/sales/segments", query_string={"where": where, "format": "csv"})

    expected = "".join(render_buyers(sold.segment(where), "csv", sold.config.timezone))
    assert answer.text == expected
    assert answer.text.count("\n") > 5


def test_all_sales_are_in_the_file(shown: FlaskClient, sold: Tracker) -> None:
    """Not only those of the page; each once."""
    found = json.loads(shown.get(f"/sales/sales?{_EVERYTHING}&format=json").text)

    every = sold.conversions(most=1000)
    assert len(found) == len(every) > 400
    assert [row["reference"] for row in found] == [each.conversion.reference for each in every]
    assert list(found[0]) == [column.name for column in SALES]


def test_what_is_chosen_is_what_is_in_the_file(shown: FlaskClient, sold: Tracker) -> None:
    """Conditions go with it."""
    answer = shown.get(f"/sales/sales?{_EVERYTHING}&publisher=cold-feet&format=json")

    found = json.loads(answer.text)
    assert len(found) == len(sold.conversions(where={"publisher": "cold-feet"}, most=1000)) > 10
    assert {row["publisher"] for row in found} == {"cold-feet"}


def test_an_empty_list_is_an_empty_file(client: FlaskClient) -> None:
    """With its heading; and JSON is an empty list."""
    for path in ("/reports/link", "/sales", "/hits", "/payouts", "/commissions", "/segments"):
        assert json.loads(client.get(f"/sales{path}?format=json").text) == []
        assert client.get(f"/sales{path}?format=csv").text.count("\n") == 1


def test_a_file_can_be_asked_about(shown: FlaskClient) -> None:
    """HEAD has no body, and all headers."""
    answer = shown.head("/sales/sales?format=csv")

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.mimetype == "text/csv"


def test_another_form_is_named(shown: FlaskClient) -> None:
    answer = shown.get("/sales/sales?format=xlsx")

    assert answer.status_code == 400
    assert "format is not one of csv, json" in answer.text
