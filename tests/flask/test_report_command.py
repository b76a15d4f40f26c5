"""``flask salestrack report``: what sold, as a table, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.flask.shops import MakeApp, run
from wsgi_salestrack import Conversion, Money, Touch

_SALES = [
    # reference, revenue, quantity, newsletter, day of November 2026
    ("1", Money("1234.50", "USD"), 2, "2026-11", 1),
    ("2", Money("0.10", "USD"), 1, "2026-11", 2),
    ("3", Money("20", "USD"), 1, "=1+1", 2),
    ("4", Money("500", "JPY"), 1, "2026-11", 30),
    ("5", None, None, None, 2),
]
_HEADER = (
    *("newsletter", "currency", "count", "quantity", "revenue", "refunded", "net", "average"),
    *("commission", "clicks", "visitors", "conversion_rate", "revenue_per_click"),
)


@pytest.fixture
def shop(make_app: MakeApp) -> Flask:
    """A shop that sold something."""
    app = make_app(SALESTRACK_TARGETS={1: "Sale", 2: "Sign-up"})
    tracker = app.extensions["salestrack"]
    for reference, revenue, quantity, newsletter, day in _SALES:
        tracker.record(
            Conversion(
                reference=reference,
                revenue=revenue,
                quantity=quantity,
                occurred_at=datetime(2026, 11, day, 12, tzinfo=UTC),
                target="2" if revenue is None else None,
            ),
            touch=newsletter and Touch(newsletter=newsletter, link="hero"),
        )
    return app


def test_a_table_is_for_people(shop: Flask) -> None:
    """Best-selling first in each currency, columns aligned, totals below, nobody's last."""
    result = run(shop, "report")

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "newsletter  currency  count  quantity   revenue",
        "----------  --------  -----  --------  --------",
        "2026-11     JPY           1         1       500",
        "2026-11     USD           2         3  1,234.60",
        "=1+1        USD           1         1     20.00",
        "(none)      -             1         0         -",
        "----------  --------  -----  --------  --------",
        "total       JPY           1         1       500",
        "total       USD           3         4  1,254.60",
        "total       -             1         0         -",
    ]


def test_csv_is_for_spreadsheets(shop: Flask) -> None:
    """Plain numbers, no totals, and no cell that a spreadsheet takes for a formula."""
    result = run(shop, "report", "--format", "csv")

    assert result.exit_code == 0
    assert list(csv.reader(io.StringIO(result.output))) == [
        list(_HEADER),
        ["2026-11", "JPY", "1", "1", "500", "0", "500", "500", "0", "0", "0", "", ""],
        ["2026-11", "USD", "2", "3", "1234.60", "0.00", "1234.60", "617.30", "0.00", *"00", "", ""],
        ["'=1+1", "USD", "1", "1", "20.00", "0.00", "20.00", "20.00", "0.00", *"00", "", ""],
        ["", "", "1", "0", "", "", "", "", "", "0", "0", "", ""],
    ]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_every_formula_is_defused(make_app: MakeApp, first: str) -> None:
    """Whatever a contact or newsletter is called."""
    app = make_app()
    tracker = app.extensions["salestrack"]
    tracker.record(Conversion(), touch=Touch(contact=f"{first}cmd|' /C calc'!A0"))

    result = run(app, "report", "--by", "contact", "--format", "csv")

    (_, (contact, *_)) = csv.reader(io.StringIO(result.stdout_bytes.decode(), newline=""))
    assert contact == f"'{first}cmd|' /C calc'!A0"


def test_json_is_for_programs(shop: Flask) -> None:
    """Exact: amounts are text, and what there is none of is null."""
    result = run(shop, "report", "--format", "json")

    assert result.exit_code == 0
    assert json.loads(result.output) == [
        dict(zip(_HEADER, (*values, 0, 0, None, None), strict=True))
        for values in (
            ("2026-11", "JPY", 1, 1, "500", "0", "500", "500", "0"),
            ("2026-11", "USD", 2, 3, "1234.60", "0.00", "1234.60", "617.30", "0.00"),
            ("=1+1", "USD", 1, 1, "20.00", "0.00", "20.00", "20.00", "0.00"),
            (None, None, 1, 0, None, None, None, None, None),
        )
    ]


def _rows(app: Flask, *arguments: str) -> list[tuple[object, ...]]:
    result = run(app, "report", "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return [(next(iter(row.values())), row["count"]) for row in json.loads(result.output)]


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        pytest.param(
            ["--by", "day", "--currency", "USD"], [("2026-11-01", 1), ("2026-11-02", 2)], id="day"
        ),
        pytest.param(["--by", "link"], [("hero", 1), ("hero", 3), (None, 1)], id="link"),
        pytest.param(["--by", "target", "--where", "newsletter="], [("2", 1)], id="target"),
        pytest.param(["--by", "list", "--currency", "USD"], [(None, 3)], id="list"),
        pytest.param(["--by", "contact", "--currency", "JPY"], [(None, 1)], id="contact"),
        pytest.param(
            ["--since", "2026-11-02", "--until", "2026-11-02"],
            [("=1+1", 1), ("2026-11", 1), (None, 1)],
            id="one day, both ends included",
        ),
        pytest.param(
            ["--since", "2026-11-02T12:00:00.000001"], [("2026-11", 1)], id="since a moment"
        ),
        pytest.param(["--until", "2026-11-01T12:00"], [], id="until a moment, not included"),
        pytest.param(
            ["--by", "link", "--where", "newsletter=2026-11", "--where", "day=2026-11-02"],
            [("hero", 1)],
            id="two conditions",
        ),
        pytest.param(["--where", "newsletter==1+1"], [("=1+1", 1)], id="a value with equals sign"),
    ],
)
def test_a_selection_is_reported(
    shop: Flask, arguments: list[str], rows: list[tuple[object, ...]]
) -> None:
    """By each dimension, a period in the shop's days, a currency and conditions."""
    assert _rows(shop, *arguments) == rows


def test_a_table_shows_the_targets_titles(shop: Flask) -> None:
    """And the other formats their ids only."""
    table = run(shop, "report", "--by", "target", "--where", "newsletter=")

    assert "\n2 Sign-up  " in table.output


@pytest.mark.parametrize(
    ("form", "output"),
    [
        ("table", "no conversions\n"),
        ("csv", f"{','.join(_HEADER)}\r\n"),
        ("json", "[]\n"),
    ],
)
def test_where_nothing_sold_the_report_is_empty(app: Flask, form: str, output: str) -> None:
    """A report of nothing is no error."""
    result = run(app, "report", "--format", form)

    assert (result.exit_code, result.stdout_bytes.decode()) == (0, output)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--by", "colour"], "newsletter", id="unknown dimension"),
        pytest.param(["--format", "xml"], "json", id="unknown format"),
        pytest.param(["--since", "yesterday"], "2026-11-21", id="since no day"),
        pytest.param(["--until", "2026-02-30"], "2026-11-21", id="until no day"),
        pytest.param(["--currency", "usd"], "currency", id="currency in lower case"),
        pytest.param(["--where", "newsletter"], "NAME=VALUE", id="condition without equals"),
        pytest.param(["--where", "colour=red"], "where", id="unknown condition"),
        pytest.param(["extra"], "extra", id="an argument too many"),
    ],
)
def test_a_wrong_selection_is_a_usage_error(app: Flask, arguments: list[str], message: str) -> None:
    """One that says what would be right, with exit code 2."""
    result = run(app, "report", *arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
