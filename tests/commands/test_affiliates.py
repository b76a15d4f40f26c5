"""``salestrack publisher`` and ``salestrack commission``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.commands.conftest import Run, sell
from wsgi_salestrack import Publisher, Tracker
from wsgi_salestrack.terms import Rule


def ids(tracker: Tracker) -> list[str]:
    """Of all entries of the ledger."""
    return [str(entry.id) for entry in tracker.commissions()]


def states(tracker: Tracker) -> list[str]:
    """Of all entries."""
    return [entry.state for entry in tracker.commissions()]


def test_publishers_are_added_changed_and_listed(run: Run, tracker: Tracker) -> None:
    assert run("publisher", "add", "p1", "--name", "Ann's blog").output == "p1 is added\n"
    person = ("--contact", "c7", "--customer-ref", "12")
    added = run("publisher", "add", "p7", "--parent", "p1", "--tier1", "percent:12.5", *person)
    assert (added.exit_code, added.output) == (0, "p7 is added\n")
    assert run("publisher", "set", "p1", "--tier2", "fixed:2.50").output == "p1 is changed\n"

    assert tracker.publishers() == [
        Publisher(id="p1", name="Ann's blog", tier2=Rule.of("tier2", "fixed", "2.50")),
        Publisher(
            id="p7",
            parent="p1",
            tier1=Rule.of("tier1", "percent", "12.5"),
            contact="c7",
            customer_ref="12",
        ),
    ]
    assert run("publisher", "list").output.splitlines() == [
        "publisher  name        parent  tier1         tier2       contact  customer_ref",
        "---------  ----------  ------  ------------  ----------  -------  ------------",
        "p1         Ann's blog  -       -             fixed:2.50  -        -",
        "p7         -           p1      percent:12.5  -           c7       12",
    ]
    (first, _) = json.loads(run("publisher", "list", "--format", "json").output)
    assert first["name"] == "Ann's blog"


def test_none_takes_away(run: Run, tracker: Tracker) -> None:
    """And what is not given stays."""
    run("publisher", "add", "p1")
    given = ("--parent", "p1", "--tier1", "percent:1", "--contact", "c7", "--customer-ref", "12")
    run("publisher", "add", "p7", "--name", "Bob", *given)
    run("publisher", "set", "p7", *("--parent", "none", "--tier1", "none", "--contact", "none"))
    run("publisher", "set", "p7", "--customer-ref", "none")

    assert tracker.publishers()[1] == Publisher(id="p7", name="Bob")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "problem"),
    [
        (["add", "p1"], 2, "publisher 'p1' is there already; change it by set"),
        (["add", "p2", "--parent", "p9"], 2, "parent 'p9' is unknown; add it first"),
        (["add", "p2", "--tier1", "ten"], 2, "--tier1"),
        (["add", "p2", "--tier1", "percent:101"], 2, "tier1 value is above 100"),
        (["set", "p2", "--name", "Bob"], 2, "publisher 'p2' is unknown; add it first"),
        (["set", "p1"], 2, "nothing to change; give --name, --parent or another option"),
    ],
)
def test_a_wrong_publisher_is_refused_in_plain_words(
    run: Run, tracker: Tracker, arguments: list[str], exit_code: int, problem: str
) -> None:
    tracker.add_publisher("p1")
    result = run("publisher", *arguments)

    assert result.exit_code == exit_code
    assert problem in result.stderr
    assert tracker.publishers() == [Publisher(id="p1")]


def test_commissions_are_listed(run: Run, tracker: Tracker) -> None:
    """With the sale, the rule and the state; for a spreadsheet, too."""
    tracker.add_publisher("p1", parent=None)
    tracker.add_publisher("p7", parent="p1")
    sell(tracker, "=1001", amount="12.34")

    table = run("commission", "list").output
    (first, second) = csv.DictReader(
        io.StringIO(run("commission", "list", "--format", "csv").output)
    )

    assert table.splitlines()[0].split() == [
        *("id", "at", "reference", "publisher", "tier", "rule", "state", "currency", "amount"),
        *("payout", "reason"),
    ]
    assert table.splitlines()[2].endswith(
        "p7            1  percent:10  pending  USD         1.23  -       -"
    )
    assert (first["reference"], first["amount"], first["publisher"]) == ("'=1001", "1.23", "p7")
    assert (second["tier"], second["amount"], second["publisher"]) == ("2", "0.62", "p1")
    assert run("commission", "list", "--state", "paid").output == "no commissions\n"


def test_commissions_are_approved_and_paid(run: Run, tracker: Tracker) -> None:
    """By their ids, or all of a publisher that are so far."""
    for reference in ("1", "2"):
        sell(tracker, reference)
    first, second = ids(tracker)

    assert run("commission", "approve", first).output == "1 approved\n"
    assert run("commission", "decline", second).output == "1 declined\n"
    assert run("commission", "pay", "--publisher", "p7").output == "1 paid\n"
    assert states(tracker) == ["paid", "declined"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["pay", "ID"], "is pending, and can't become paid"),
        (["approve", "7"], "commission 7 does not exist"),
        (["approve"], "ID is missing; give the ids that list prints, or --publisher"),
        (["approve", "one"], "one"),
    ],
)
def test_what_cannot_be_done_to_a_commission_is_said(
    run: Run, tracker: Tracker, arguments: list[str], problem: str
) -> None:
    sell(tracker, "1")
    result = run("commission", *[ids(tracker)[0] if one == "ID" else one for one in arguments])

    assert result.exit_code == 2
    assert problem in result.stderr
    assert states(tracker) == ["pending"]
