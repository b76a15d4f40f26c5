from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_salestrack.dashboard.columns import COLUMNS
from wsgi_salestrack import Report, ReportRow
from wsgi_salestrack.reports import FORMATS, render

HEADER = [
    *("newsletter", "currency", "count", "quantity", "revenue", "refunded", "net", "average"),
    *("commission", "clicks", "visitors", "conversion_rate", "revenue_per_click"),
]

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
amounts = st.builds(
    lambda minor, exponent: Decimal(minor).scaleb(-exponent),
    st.integers(0, 10**15),
    st.integers(0, 4),
)
rows = st.builds(
    ReportRow,
    dimension=st.none() | names,
    currency=st.just("USD"),
    count=st.integers(1, 10**9),
    quantity=st.integers(0, 10**12),
    revenue=amounts,
    refunded=amounts,
)


def report(*rows: ReportRow) -> Report:
    return Report(by=("newsletter",), rows=rows, totals=())


def named(*names: str | None) -> Report:
    """A report with these newsletters."""
    return report(
        *(
            ReportRow(
                dimension=name,
                currency="USD",
                count=1,
                quantity=2,
                revenue=Decimal("3.50"),
                refunded=Decimal(0),
            )
            for name in names
        )
    )


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_csv_for_a_spreadsheet() -> None:
    """By RFC 4180; numbers are plain, none is empty, and sums are left to the spreadsheet."""
    made = render(
        report(
            ReportRow(
                dimension="2026-11",
                currency="EUR",
                count=1234,
                quantity=2500,
                revenue=Decimal("1234567.89"),
                refunded=Decimal("0.89"),
                commission=Decimal("12.50"),
                clicks=3000,
                visitors=2000,
            ),
            ReportRow(
                dimension='so "special", this',
                currency="JPY",
                count=1,
                quantity=1,
                revenue=Decimal(5),
                refunded=Decimal(0),
            ),
            ReportRow(
                dimension="two\nlines",
                currency="USD",
                count=1,
                quantity=0,
                revenue=Decimal("0.10"),
                refunded=Decimal(0),
                clicks=0,
                visitors=0,
            ),
            ReportRow(
                dimension=None, currency=None, count=7, quantity=0, revenue=None, refunded=None
            ),
        ),
        "csv",
    )

    assert made == (
        "newsletter,currency,count,quantity,revenue,refunded,net,average,"
        "commission,clicks,visitors,conversion_rate,revenue_per_click\r\n"
        "2026-11,EUR,1234,2500,1234567.89,0.89,1234567.00,1000.46,12.50,"
        "3000,2000,0.411333,411.522630\r\n"
        '"so ""special"", this",JPY,1,1,5,0,5,5,,,,,\r\n'
        '"two\nlines",USD,1,0,0.10,0,0.10,0.10,,0,0,,\r\n'
        ",,7,0,,,,,,,,,\r\n"
    )


@given(st.lists(rows, max_size=5))
def test_csv_is_read_back_as_it_was_written(made: list[ReportRow]) -> None:
    """By any reader; only what a spreadsheet would compute has an apostrophe in front."""
    header, *found = parsed(render(report(*made), "csv"))

    assert header == HEADER
    for cells, row in zip(found, made, strict=True):
        name = row.dimension or ""
        assert cells[0] == (f"'{name}" if re.match(r"[=+\-@\t\r\n＝＋－＠]", name) else name)
        assert cells[1:4] == ["USD", str(row.count), str(row.quantity)]
        assert [Decimal(cell) for cell in cells[4:8]] == [
            *(row.revenue, row.refunded, row.net, row.average)
        ]
        assert all(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) for cell in cells[4:8])


@given(st.lists(rows, max_size=3))
def test_csv_lines_end_as_rfc_4180_says(made: list[ReportRow]) -> None:
    """With a carriage return and a line feed, the last one too; others are within quotes."""
    text = render(report(*made), "csv")

    outside = re.sub(r'"(?:[^"]|"")*"', "", text)
    assert outside.count("\r\n") == len(made) + 1
    assert outside.endswith("\r\n")
    assert not re.search("\r(?!\n)|(?<!\r)\n", outside)


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        '=HYPERLINK("https://evil.example")',
        "=cmd|' /C calc'!A0",
    ],
    ids=ascii,
)
def test_a_formula_is_defused(name: str) -> None:
    """A newsletter's or a publisher's name must not run in somebody's spreadsheet."""
    assert parsed(render(named(name), "csv"))[1][0] == f"'{name}"


@pytest.mark.parametrize("name", ["2026-11", "a=b", "x@example.org", "1+1", "(none)", "'quoted'"])
def test_what_is_no_formula_is_left_as_it_is(name: str) -> None:
    assert parsed(render(named(name), "csv"))[1][0] == name


@given(st.lists(rows, max_size=5))
def test_json_is_read_back_exactly(made: list[ReportRow]) -> None:
    """Amounts are text, for many a reader would make floats of numbers."""
    text = render(report(*made), "json")

    assert json.loads(text) == [
        {
            "newsletter": row.dimension,
            "currency": row.currency,
            "count": row.count,
            "quantity": row.quantity,
            "revenue": f"{row.revenue:f}",
            "refunded": f"{row.refunded:f}",
            "net": f"{row.net:f}",
            "average": f"{row.average:f}",
            **dict.fromkeys(HEADER[8:]),
        }
        for row in made
    ]
    assert text.endswith("]\n")


def test_json_without_revenue_is_null() -> None:
    """Nothing that was sold is not the same as something that was sold for nothing."""
    signup = ReportRow(
        dimension=None, currency=None, count=7, quantity=0, revenue=None, refunded=None
    )

    (found,) = json.loads(render(report(signup), "json"))
    assert [found[name] for name in HEADER] == [None, None, 7, 0, *[None] * 9]


@pytest.mark.parametrize("form", FORMATS)
def test_titles_are_only_for_people(form: str) -> None:
    """A program looks for the value."""
    text = render(named("7"), form, {"newsletter": {"7": "Sale"}})

    assert ("Sale" in text) == (form == "table")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_empty_file_is_still_one_of_its_kind(form: str) -> None:
    text = render(report(), form)

    assert (json.loads(text) == []) if form == "json" else (parsed(text) == [HEADER])


@pytest.mark.parametrize(
    ("currency", "revenue", "average", "people", "programs"),
    [
        ("JPY", "3254579", "1084860", "464940", "464939.857143"),
        ("USD", "10.25", "3.42", "1.46", "1.464286"),
        ("USD", "0.05", "0.02", "0.01", "0.007143"),
        ("KWD", "671.955", "223.985", "95.994", "95.993571"),
    ],
)
def test_revenue_per_click_has_the_decimals_of_its_currency(
    currency: str, revenue: str, average: str, people: str, programs: str
) -> None:
    """As the average beside it, for people; programs are told six of what has no end."""
    row = ReportRow(
        dimension="a",
        currency=currency,
        count=3,
        quantity=3,
        revenue=Decimal(revenue),
        refunded=Decimal(0),
        clicks=7,
        visitors=7,
    )

    shown = render(report(row), "table", width=200).splitlines()
    cells = dict(zip(shown[0].split(), shown[-1].split(), strict=True))
    assert (cells["average"].replace(",", ""), cells["per_click"].replace(",", "")) == (
        average,
        people,
    )
    told = dict(zip(*parsed(render(report(row), "csv")), strict=True))
    assert (told["average"], told["revenue_per_click"]) == (average, programs)
    assert COLUMNS["per-click"].shown(row) == f"{Decimal(people):,}"
