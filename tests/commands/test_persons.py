"""``salestrack identify``, ``separate`` and ``join``."""

from __future__ import annotations

from tests.commands.conftest import Run
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker


def test_identify(run: Run, tracker: Tracker) -> None:
    line = Line(product_id="s1", name="Socks", quantity=1, unit_price=Money("1", "USD"))
    tracker.record(Conversion(order=Order(customer_ref="k1", lines=(line,))))

    assert run("identify", "c81", "k1").output == "k1 is c81\n"
    assert [row.dimension for row in tracker.report("contact").rows] == ["c81"]
    assert run("identify", "", "k1").exit_code == 2


def test_separate_and_join(run: Run, tracker: Tracker) -> None:
    """Each says what it found, and undoes the other."""
    tracker.identify(contact="c81", customer_ref="k1")
    two = ("--contact", "c81", "--customer-ref", "k1")

    told = [run(command, *two).output for command in ("separate", "separate", "join", "join")]
    assert told == [
        "they are two persons\n",
        "they were separated before\n",
        "what links them counts again\n",
        "they were not separated\n",
    ]


def test_one_alone_is_no_link(run: Run) -> None:
    result = run("separate", "--contact", "c81")

    assert result.exit_code == 2
    assert "give two of the three" in result.stderr
