"""``salestrack segment``."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from tests.commands.conftest import Run
from wsgi_salestrack import Conversion, Line, Money, Order, Touch, Tracker

COLUMNS = [
    *("contact", "count", "quantity", "currency", "gross", "refunded", "net", "average"),
    *("first_order", "last_order", "r", "f", "m"),
]


@pytest.fixture(autouse=True)
def sales(tracker: Tracker) -> None:
    """Two contacts, one of whom buys in two currencies."""
    shoes = Line(
        product_id="A1",
        name="Shoes",
        categories=("Shoes",),
        quantity=2,
        unit_price=Money("30", "USD"),
    )
    for reference, contact, revenue, order, newsletter in (
        ("1", "=cmd", Money("60.03", "USD"), Order(lines=(shoes,)), "2026-11"),
        ("2", "=cmd", Money("9", "EUR"), None, None),
        ("3", "=cmd", Money("40", "USD"), None, None),
        ("4", "c81", Money("1000", "USD"), None, "2026-11"),
    ):
        at = datetime(2026, 11, int(reference), 20, tzinfo=UTC)
        sale = Conversion(reference=reference, revenue=revenue, occurred_at=at, order=order)
        tracker.record(sale, touch=Touch(contact=contact, newsletter=newsletter))
    tracker.refund("3", amount="0.10")
    tracker.close()


def contacts(run: Run, *options: str) -> list[str]:
    result = run("segment", "--format", "json", *options)
    assert result.exit_code == 0, result.output
    return [row["contact"] for row in json.loads(result.output)]


def test_contacts_as_csv(run: Run) -> None:
    """One row for each currency, with times in the shop's zone, and nothing that is a formula."""
    result = run("segment", "--format", "csv")

    heading, *rows = csv.reader(io.StringIO(result.stdout_bytes.decode(), newline=""))
    assert result.stdout_bytes.count(b"\r\n") == 4
    assert heading == COLUMNS
    times = ["2026-11-02 05:00", "2026-11-04 05:00"]
    assert rows == [
        ["'=cmd", "1", "0", "EUR", "9.00", "0.00", "9.00", "9.00", *times, "4", "5", "5"],
        # Half a cent goes to the even one.
        ["'=cmd", "2", "2", "USD", "100.03", "0.10", "99.93", "49.96", *times, "4", "5", "4"],
        [
            *("c81", "1", "0", "USD", "1000.00", "0.00", "1000.00", "1000.00"),
            *("2026-11-05 05:00", "2026-11-05 05:00", "5", "4", "5"),
        ],
    ]


def test_contacts_for_people_and_for_programs(run: Run) -> None:
    head, rule, first, *_ = run("segment").output.splitlines()
    assert head.split() == COLUMNS
    assert set(rule) == {"-", " "}
    assert first.split()[:4] == ["=cmd", "1", "0", "EUR"]

    row, *_ = json.loads(run("segment", "--format", "json").output)
    assert list(row) == COLUMNS
    assert (row["contact"], row["net"], row["r"]) == ("=cmd", "9.00", 4)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--where", "total >= 100"], ["c81"]),
        (["--where", "total >= 9 EUR and count = 3"], ["=cmd", "=cmd"]),
        (["--where", "product = A1 or category in (Hats)"], ["=cmd", "=cmd"]),
        (["--where", "newsletter = '2026-11' and not product = A1"], ["c81"]),
        (["--where", "recency = 5"], ["c81"]),
        (["--where", "last_order before 2026-11-05"], ["=cmd", "=cmd"]),
        (["--currency", "USD"], ["=cmd", "c81"]),
        (["--currency", "EUR", "--where", "total >= 9"], ["=cmd"]),
        (["--since", "2026-11-05"], ["c81"]),
        (["--until", "2026-11-02"], ["=cmd"]),
        (["--since", "2026-11-03", "--until", "2026-11-04", "--where", "total < 40"], ["=cmd"] * 2),
        (["--since", "2027-01-01"], []),
    ],
)
def test_contacts_are_those_that_were_asked_for(
    run: Run, options: list[str], expected: list[str]
) -> None:
    assert contacts(run, *options) == expected


def test_nobody_is_said_to_be_nobody(run: Run) -> None:
    nobody = ("segment", "--where", "count > 99")
    assert run(*nobody).output == "no contacts\n"
    assert run(*nobody, "--format", "json").output == "[]\n"
    assert run(*nobody, "--format", "csv").stdout_bytes == (",".join(COLUMNS) + "\r\n").encode()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--where", "totl > 5"], "where expects \"total\", and found 'totl', at character 1"),
        (["--where", "list = 'vip"], "\n  list = 'vip\n         ^\n"),
        (["--where", ""], "where expects one of total"),
        (["--currency", "usd"], "currency is not an upper-case ISO 4217 code"),
        (["--since", "tomorrow"], "is neither a day (2026-11-21) nor a moment"),
        (["--since", "2026-11-02", "--until", "2026-10-01"], "until is before since"),
    ],
)
def test_what_is_wrong_is_said(run: Run, options: list[str], problem: str) -> None:
    result = run("segment", *options)

    assert result.exit_code == 2
    assert problem in result.stderr


def test_the_help_s_own_conditions_are_read(run: Run) -> None:
    """Each line and each example, as it stands."""
    text = run("segment", "--help").output
    conditions, examples = (
        text.partition("Options:")[0].split("Conditions, joined")[1].split("Examples:")
    )
    lines = [line.strip().split("  ")[0] for line in conditions.splitlines()[1:]]
    written = [line for line in lines if line]
    written += [line.split('"')[1] for line in examples.splitlines() if "--where" in line]

    assert len(written) == 11
    for where in written:
        assert run("segment", "--where", where).exit_code == 0, where
