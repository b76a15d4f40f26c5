"""``salestrack payout``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.commands.conftest import Run, sell
from wsgi_salestrack import BadValue, Payout, Tracker

NOW = ("--holding", "0")


def earn(tracker: Tracker, *references: str, amount: str = "12.34") -> None:
    """Approved commissions of publisher p7, ten percent each."""
    for reference in references:
        sell(tracker, reference, amount=amount)
    tracker.set_commission_state([entry.id for entry in tracker.commissions()], "approved")


def the_payout(tracker: Tracker) -> Payout:
    """The only one."""
    (payout,) = tracker.payouts()
    return payout


def states(tracker: Tracker) -> list[str]:
    """Of all commissions."""
    return [entry.state for entry in tracker.commissions()]


def test_from_prepare_to_pay(run: Run, tracker: Tracker) -> None:
    """Each step by ids, or of all that are so far."""
    tracker.add_publisher("p7", name="=Sock news")
    earn(tracker, "1", "2")

    prepared = run("payout", "prepare", *NOW, "--format", "json")
    (row,) = json.loads(prepared.output)
    id = row["payout"]
    assert (row["publisher"], row["name"], row["state"]) == ("p7", "=Sock news", "prepared")
    assert (row["currency"], row["amount"], row["sales"]) == ("USD", "2.46", 2)
    assert run("payout", "approve", "--all").output == "1 approved\n"
    assert run("payout", "approve", id).output == "0 approved\n"

    exported = run("payout", "export", id)
    assert run("payout", "pay", "--all").output == "1 paid\n"
    again = run("payout", "export", id)

    day = f"{the_payout(tracker).at:%Y-%m-%d}"
    assert (
        exported.stdout_bytes
        == again.stdout_bytes
        == (
            "payout,publisher,name,currency,amount,sales,prepared\r\n"
            f"{id},p7,'=Sock news,USD,2.46,2,{day}\r\n"
        ).encode()
    )
    assert states(tracker) == ["paid", "paid"]
    assert run("payout", "prepare", *NOW).output == "no payouts\n"


def test_a_sale_that_is_not_paid_is_not_counted(run: Run, tracker: Tracker) -> None:
    """Its commission and what took it back are both in the payout, and come to nothing."""
    earn(tracker, "1", "2", "3")
    tracker.cancel("2")
    run("payout", "prepare", *NOW)

    payout = the_payout(tracker)
    assert (str(payout.amount), payout.sales) == ("2.46", 2)
    assert len(tracker.commissions(payout=payout.id)) == 4
    assert run("verify").exit_code == 0


def test_payouts_are_listed_and_shown(run: Run, tracker: Tracker) -> None:
    """With times in the shop's zone; what is in them, too, as the ledger has it."""
    earn(tracker, "1", "2")
    run("payout", "prepare", *NOW)
    payout = the_payout(tracker)

    head, _, line = run("payout", "list", "--publisher", "p7", "--state", "prepared").output.split(
        "\n"
    )[:3]
    assert head.split() == [
        *("payout", "prepared", "publisher", "name", "state", "currency", "amount", "sales"),
    ]
    assert line.split()[0] == str(payout.id)
    assert line.endswith("p7         -     prepared  USD         2.46      2")
    assert run("payout", "list", "--publisher", "p8").output == "no payouts\n"
    assert run("payout", "list", "--state", "paid").output == "no payouts\n"

    shown = run("payout", "show", str(payout.id), "--format", "csv").output
    rows = list(csv.DictReader(io.StringIO(shown)))
    assert [(row["reference"], row["amount"], row["payout"]) for row in rows] == [
        ("1", "1.23", str(payout.id)),
        ("2", "1.23", str(payout.id)),
    ]


def test_a_dropped_payout_is_prepared_anew(run: Run, tracker: Tracker) -> None:
    """And its own commissions can still be seen."""
    earn(tracker, "1")
    run("payout", "prepare", *NOW)
    id = str(the_payout(tracker).id)

    assert run("payout", "drop", id).output == "1 dropped\n"
    assert " 1.23 " in run("payout", "show", id).output
    run("payout", "prepare", *NOW)
    assert [payout.state for payout in tracker.payouts()] == ["dropped", "prepared"]


def test_sales_are_held_and_small_sums_wait(run: Run, tracker: Tracker) -> None:
    """Thirty days without an option, and any sum."""
    earn(tracker, "1")

    assert run("payout", "prepare").output == "no payouts\n"
    small = run("payout", "prepare", *NOW, "--minimum", "USD:1.24", "--minimum", "JPY:1")
    assert small.output == "no payouts\n"
    assert run("payout", "prepare", *NOW, "--publisher", "p8").output == "no payouts\n"
    assert run("payout", "prepare", *NOW, "--minimum", "USD:1.23").exit_code == 0
    assert str(the_payout(tracker).amount) == "1.23"


def test_commissions_in_a_payout_are_left_alone(run: Run, tracker: Tracker) -> None:
    """Those of a publisher are decided without them."""
    earn(tracker, "1")
    run("payout", "prepare", *NOW)
    sell(tracker, "2")

    assert run("commission", "pay", "--publisher", "p7").output == "0 paid\n"
    declined = run("commission", "decline", "--publisher", "p7", "--reason", "no such order")
    assert declined.output == "1 declined\n"
    refused = run("commission", "pay", str(tracker.commissions()[0].id))
    assert (refused.exit_code, states(tracker)) == (2, ["approved", "declined"])
    assert f"is in payout {the_payout(tracker).id}, and can't become paid" in refused.stderr
    assert run("commission", "list", "--state", "declined").output.endswith(
        "-       no such order\n"
    )


def test_a_publishers_own_purchase_is_declined(run: Run, tracker: Tracker) -> None:
    run("publisher", "add", "p7", "--customer-ref", "12")
    run("identify", "c7", "12")
    sell(tracker, "1", contact="c7")

    assert run("commission", "list").output.endswith("-       self-referral\n")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["approve"], "ID is missing; give the ids that list prints, or --all, and not both"),
        (["approve", "ID", "--all"], "and not both"),
        (["export"], "ID is missing"),
        (["export", "ID"], "is prepared, and can't become exported"),
        (["pay", "ID"], "is prepared, and can't become paid"),
        (["drop", "7"], "payout 7 does not exist"),
        (["show", "7"], "payout 7 does not exist"),
        (["show", str(10**30)], f"payout {10**30} does not exist"),
        (["approve", str(2**63)], f"payout {2**63} does not exist"),
        (["export", str(2**63)], f"payout {2**63} does not exist"),
        (["drop", "--", "-5"], "payout -5 does not exist"),
        (["approve", "one"], "one"),
        (["prepare", "--holding", "-1"], "-1"),
        (["prepare", "--holding", "3651"], "holding is not from 0 to 3650 days"),
        (["prepare", "--holding", "9" * 30], "holding is not from 0 to 3650 days"),
        (["prepare", "--minimum", "25"], "--minimum '25' is not CURRENCY:AMOUNT, such as USD:25"),
        (["prepare", "--minimum", "USD:1", "--minimum", "USD:2"], "--minimum gives USD twice"),
        (["prepare", "--minimum", "USD:NaN"], "minimum of 'USD': amount is not a plain decimal"),
        (["prepare", "--minimum", "XXX:1"], "minimum of 'XXX': currency"),
    ],
)
def test_what_cannot_be_done_to_a_payout_is_said(
    run: Run, tracker: Tracker, arguments: list[str], problem: str
) -> None:
    earn(tracker, "1")
    run("payout", "prepare", *NOW)
    id = str(the_payout(tracker).id)
    result = run("payout", *[id if one == "ID" else one for one in arguments])

    assert result.exit_code == 2
    assert problem in result.stderr
    assert [payout.state for payout in tracker.payouts()] == ["prepared"]


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("", "reason is empty; leave it out instead"),
        ("x" * 256, "reason is longer than 255 characters"),
        ("\0", "reason contains a NUL character"),
    ],
)
def test_a_reason_that_cannot_be_kept_is_refused(
    run: Run, tracker: Tracker, reason: str, problem: str
) -> None:
    sell(tracker, "1")
    result = run("commission", "decline", "--publisher", "p7", "--reason", reason)

    assert (result.exit_code, states(tracker)) == (2, ["pending"])
    assert problem in result.stderr


def test_a_reason_is_for_what_is_declined(tracker: Tracker) -> None:
    with pytest.raises(BadValue, match="reason is given, but only what is declined has one"):
        tracker.set_commission_state([], "approved", reason="why not")
