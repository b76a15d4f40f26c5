"""``salestrack cancel``, ``refund``, ``chargeback`` and ``reinstate``."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Run, sell
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker


def test_cancel(run: Run, tracker: Tracker) -> None:
    """Twice is once; what is unknown is said, with an exit code for scripts."""
    sell(tracker, "1001")

    assert run("cancel", "1001").output == "1001 cancelled: 10.00 USD; left: 0.00 USD\n"
    assert run("cancel", "1001").output == "1001 cancelled before: 10.00 USD; left: 0.00 USD\n"
    assert tracker.report().rows == ()

    unknown = run("cancel", "1001", "--scope", "target:1")
    assert unknown.exit_code == 1
    assert "no conversion has this reference in the scope target:1" in unknown.stderr


def test_refund_charge_back_and_reinstate(run: Run, tracker: Tracker) -> None:
    """Each says what is left; the report shows it."""
    sell(tracker, "1001")
    told = [
        run(*arguments, "1001").output
        for arguments in (
            ("refund", "--amount", "2.50", "--adjustment-ref", "R-1"),
            ("refund", "--amount", "2.50", "--adjustment-ref", "R-1"),
            ("chargeback",),
            ("reinstate", "--amount", "1"),
        )
    ]

    assert told == [
        "1001 refunded: 2.50 USD; left: 7.50 USD\n",
        "1001 refunded before: 2.50 USD; left: 7.50 USD\n",
        "1001 charged back: 7.50 USD; left: 0.00 USD\n",
        "1001 reinstated: 1.00 USD; left: 1.00 USD\n",
    ]
    heading, *_, last = run("report", "--by", "newsletter").output.splitlines()
    row = dict(zip(heading.split(), last.split(), strict=True))
    assert [row[name] for name in ("revenue", "refunded", "net")] == ["10.00", "9.00", "1.00"]


def test_what_is_taken_back_of_products(run: Run, tracker: Tracker) -> None:
    line = Line(product_id="a=b", name="Socks", quantity=3, unit_price=Money("2", "USD"))
    tracker.record(Conversion(reference="7", order=Order(lines=(line,))))

    told = run("refund", "7", "--line", "a=b=1").output
    assert told == "7 refunded: 2.00 USD; left: 4.00 USD\n"
    told = run("chargeback", "7", "--line", "a=b=1", "--line", "a=b=1").output
    assert told == "7 charged back: 4.00 USD; left: 0.00 USD\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("refund", "--amount", "11"), "amount is more than the 10.00 USD that is left"),
        (("refund", "--amount", "ten"), "amount is not a plain decimal number"),
        (("refund", "--line", "socks"), "--line 'socks' is not PRODUCT=QUANTITY"),
        (("refund", "--line", "socks=1"), "lines are unknown of this sale"),
        *(
            (("refund", "--line", f"socks={number}"), f"--line 'socks={number}' is not PRODUCT")
            for number in ("-1", "2.5", "\N{ARABIC-INDIC DIGIT TWO}", "9" * 10, "9" * 5000)
        ),
        (("reinstate",), "nothing was taken back"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, tracker: Tracker, arguments: tuple[str, ...], problem: str
) -> None:
    sell(tracker, "1001")
    result = run(*arguments, "1001")

    assert result.exit_code == 2
    assert problem in result.stderr


def test_a_reference_that_was_used_is_said(run: Run, tracker: Tracker) -> None:
    """With what it was used for."""
    sell(tracker, "1001")
    run("refund", "1001", "--amount", "2", "--adjustment-ref", "R-1")
    result = run("chargeback", "1001", "--amount", "3", "--adjustment-ref", "R-1")

    assert result.exit_code == 2
    assert "'R-1' was used for another change of this sale: refunded, 2.00 USD" in result.stderr


def test_a_reference_of_what_had_no_amount_is_said(run: Run, tracker: Tracker) -> None:
    """A signup is cancelled, and so is reinstated, without one."""
    tracker.record(Conversion(reference="1001"))
    run("cancel", "1001", "--adjustment-ref", "C-1")
    result = run("reinstate", "1001", "--adjustment-ref", "C-1")

    assert result.exit_code == 2
    assert "'C-1' was used for another change of this sale: cancelled\n" in result.stderr
