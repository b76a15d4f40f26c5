"""``salestrack reconcile``: the shop's own orders beside what is recorded."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from wsgi_salestrack import Tracker

ORDERS = """\
reference,revenue,currency,status,refunded,occurred_at
1,10.00,USD,paid,,2026-11-01
2,20.00,USD,paid,5.00,2026-11-01
3,30.00,USD,cancelled,,2026-11-02
4,40.00,USD,paid,,2026-11-02
"""
RECORDED = [
    {"reference": number, "revenue": number * 10, "occurred_at": "2026-11-01T02:00Z"}
    for number in (1, 2, 3, 5)
]
QUERY = 'SELECT number AS "Reference", total AS amount, day AS occurred_at FROM orders'


@pytest.fixture
def orders(tmp_path: Path, tracker: Tracker) -> str:
    """A shop's file, beside what is recorded."""
    list(tracker.import_conversions(RECORDED))
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    return str(file)


@pytest.fixture
def shop(tmp_path: Path, tracker: Tracker) -> str:
    """A shop's own database, whose amounts are floats."""
    list(tracker.import_conversions(RECORDED))
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE orders (number INTEGER, total REAL, day TEXT)")
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, '2026-11-01')", [(1, 10.0), (2, 19.99), (5, 50.0)]
        )
        connection.commit()
    return str(path)


def test_what_differs_is_listed(run: Run, orders: str) -> None:
    """With the totals of both sides, and an exit code as diff has it."""
    result = run("reconcile", orders)

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "kind          reference  line  currency   shop   here  remedy  mended  note",
        "------------  ---------  ----  --------  -----  -----  ------  ------  ----",
        "missing       4             5  USD       40.00      -  record  no",
        "refund        2             3  USD       15.00  20.00  refund  no",
        "cancellation  3             4  USD        0.00  30.00  cancel  no",
        "extra         5             -  USD           -  50.00  cancel  no",
        "",
        "side  currency  orders  revenue  refunded     net",
        "----  --------  ------  -------  --------  ------",
        "shop  USD            3    70.00      5.00   65.00",
        "here  USD            4   110.00      0.00  110.00",
        "",
        "4 orders compared from 2026-11-01 to 2026-11-02; 4 differ",
    ]


def test_it_is_mended(run: Run, tracker: Tracker, orders: str) -> None:
    """The extra one when that is said; afterwards nothing differs."""
    first = run("reconcile", orders, "--apply")
    assert first.exit_code == 1
    assert first.stdout.splitlines()[-1].endswith("; 4 differ; 3 of them mended")

    second = run("reconcile", orders, "--apply", "--cancel-extra")
    assert second.exit_code == 0
    assert run("reconcile", orders).stdout.splitlines()[0] == "nothing differs"
    assert [str(row.net) for row in tracker.report().totals] == ["65.00"]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
@pytest.mark.parametrize(
    "period",
    [
        ("0001-01-01", "9999-12-31"),
        ("0001-01-01T00:00+00:00", "9999-12-31T23:59+00:00"),
        ("0001-01-01T00:00+09:00", "9999-12-31T23:59-09:00"),
    ],
)
def test_a_period_as_long_as_the_calendar(
    run: Run, config: Path, orders: str, zone: str, period: tuple[str, str]
) -> None:
    """Its ends may be no days of the shop's time zone; it is told all the same."""
    config.write_text(config.read_text().replace("Asia/Tokyo", zone))

    result = run("reconcile", orders, "--since", period[0], "--until", period[1])

    assert result.exit_code == 1, result.exception
    assert "4 orders compared from 0001-01-01 to 9999-12-31; " in result.stdout


def test_it_is_printed_for_programs(run: Run, orders: str) -> None:
    """The differences and what can't be read; all else goes elsewhere."""
    Path(orders).write_text(ORDERS + "6,x,USD,paid,,2026-11-02\n")
    result = run("reconcile", orders, "--format", "json")
    listed = json.loads(result.stdout)
    assert [each["kind"] for each in listed] == [
        *("missing", "refund", "cancellation", "extra", "rejected"),
    ]
    assert (listed[1]["shop"], listed[1]["here"], listed[1]["mended"]) == ("15.00", "20.00", "no")
    assert listed[4]["note"] == "revenue is not a plain decimal number such as 49.95"
    assert "4 orders compared" in result.stderr
    table = run("reconcile", orders, "--format", "csv").stdout
    assert [row["line"] for row in csv.DictReader(io.StringIO(table))] == ["5", "3", "4", "", "6"]


def test_a_period(run: Run, orders: str) -> None:
    result = run("reconcile", orders, "--since", "2026-11-01", "--until", "2026-11-01")
    assert "2 orders compared from 2026-11-01 to 2026-11-01; 2 differ" in result.stdout


def test_orders_that_do_not_say_when(run: Run, orders: str) -> None:
    """Nothing can be extra then, and that is said."""
    Path(orders).write_text("reference,revenue\n1,10\n")
    result = run("reconcile", orders)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == (
        "1 orders compared; none says when it was, so nothing here can be extra: give --since, "
        "--until; 0 differ"
    )


@pytest.mark.parametrize("url", ["{}", "sqlite:///{}"])
def test_a_query_of_the_shops_own_database(run: Run, shop: str, url: str) -> None:
    """A float is the shortest text that means it; the database is not changed."""
    before = Path(shop).read_bytes()
    result = run("reconcile", "--query", QUERY, "--database", url.format(shop), "--format", "json")
    assert [
        (each["kind"], each["reference"], each["shop"]) for each in json.loads(result.stdout)
    ] == [
        ("amount", "2", "19.99"),
        ("extra", "3", None),
    ]
    assert Path(shop).read_bytes() == before


@pytest.mark.parametrize("url", ["{}", "sqlite:///{}"])
@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT number FROM orders", "column 'number' is unknown"),
        ("SELECT total AS revenue FROM orders", "column reference is missing"),
        ("SELECT nothing FROM nowhere", "query failed"),
        ("DELETE FROM orders", "query"),
    ],
)
def test_a_query_that_is_wrong(run: Run, shop: str, url: str, query: str, problem: str) -> None:
    """It is said, and nothing is changed by it."""
    before = Path(shop).read_bytes()
    result = run("reconcile", "--query", query, "--database", url.format(shop))
    assert result.exit_code == 2
    assert problem in result.stderr
    assert Path(shop).read_bytes() == before


@pytest.mark.parametrize("query", ["ATTACH '{}' AS other", "VACUUM INTO '{}'"])
def test_a_query_makes_no_other_file(run: Run, shop: str, query: str, tmp_path: Path) -> None:
    """The shop's is only read, and so is everything else."""
    other = tmp_path / "other.db"

    result = run("reconcile", "--query", query.format(other), "--database", shop)

    assert result.exit_code == 2
    assert "query" in result.stderr
    assert not other.exists()


def test_signs_in_a_query_mean_themselves(run: Run, shop: str) -> None:
    """What looks like a parameter is none."""
    query = f"{QUERY} WHERE day LIKE '2026%' AND '12:30' > '%(x)s'"
    result = run("reconcile", "--query", query, "--database", f"sqlite:///{shop}")
    assert "3 orders compared" in result.stdout
    query = f"{QUERY} WHERE day LIKE '2026%' AND '12:30' < '%(x)s'"
    result = run("reconcile", "--query", query, "--database", f"sqlite:///{shop}")
    assert "0 orders compared" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "give FILE, or --query"),
        (["FILE", "--query", "SELECT 1"], "give FILE, or --query"),
        (["--query", "SELECT 1"], "--query goes with --database"),
        (["FILE", "--cancel-extra"], "--cancel-extra goes with --apply"),
        (["--query", "SELECT 1", "--database", "nowhere.db"], "is no file"),
        (["--query", "SELECT 1", "--database", "nosuch://x"], "database is no URL"),
    ],
)
def test_what_is_asked_wrongly(run: Run, orders: str, arguments: list[str], problem: str) -> None:
    result = run("reconcile", *(orders if each == "FILE" else each for each in arguments))
    assert result.exit_code == 2
    assert problem in result.stderr
