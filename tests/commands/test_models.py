"""``salestrack report`` by another model than the last touch."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.commands.conftest import Run
from wsgi_salestrack import Click, Conversion, Money, Touch, Tracker

NOW = datetime.now(UTC)


def sold(run: Run, *options: str) -> dict[str | None, tuple[object, str]]:
    """Count and revenue of each."""
    result = run("report", "--format", "json", *options)
    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)
    by = next(iter(rows[0]))
    return {row[by]: (row["count"], row["revenue"]) for row in rows}


@pytest.fixture(autouse=True)
def journey(tracker: Tracker) -> None:
    """Two mails and a blog, and then a sale that the host credits to the second mail."""
    last = None
    for days, names in (
        (9, {"newsletter": "a", "contact": "c81"}),
        (5, {"newsletter": "b", "contact": "c81"}),
        (3, {"publisher": "p7"}),
    ):
        touch = Touch(at=NOW - timedelta(days=days), **names)
        last = touch if touch.newsletter else last
        day = f"{touch.at:%Y-%m-%d}"
        click = Click(id=days, touch=touch, day=day, visitor=1, verdict="valid", destination="/")
        tracker.store.add_click("default", click)
    tracker.record(Conversion(reference="1", revenue=Money("10", "USD")), touch=last)
    tracker.close()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), {"b": (1, "10.00")}),
        (("--model", "first"), {"a": (1, "10.00")}),
        (("--model", "linear"), {"a": ("0.500000", "5.00"), "b": ("0.500000", "5.00")}),
        (("--model", "linear", "--window", "newsletters=7"), {"b": (1, "10.00")}),
        (("--model", "last", "--journey", "both"), {None: (1, "10.00")}),
        (("--model", "last", "--journey", "both", "--by", "publisher"), {"p7": (1, "10.00")}),
    ],
)
def test_a_report_is_by_the_model_that_is_asked_for(
    run: Run, options: tuple[str, ...], expected: dict[str | None, tuple[object, str]]
) -> None:
    assert sold(run, *options) == expected


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--model", "best"), "'--model'"),
        (("--journey", "lists"), "'--journey'"),
        (("--window", "newsletters"), "--window"),
        (("--window", "newsletters=-1"), "--window"),
        (("--window", "newsletters=1.5"), "--window"),
        (("--window", "newsletters=999999"), "--window"),
        (("--window", "lists=7"), "windows"),
        (("--window", "publishers=7", "--window", "publishers=8"), "twice"),
    ],
)
def test_what_is_wrong_is_named(run: Run, options: tuple[str, ...], says: str) -> None:
    result = run("report", *options)

    assert result.exit_code == 2
    assert says in result.output
