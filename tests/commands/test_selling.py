"""``salestrack cancel`` and ``salestrack identify``."""

from __future__ import annotations

from tests.commands.conftest import Run, sell
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker


def test_cancel(run: Run, tracker: Tracker) -> None:
    """Twice is once; what is unknown is said, with an exit code for scripts."""
    sell(tracker, "1001")

    assert run("cancel", "1001").output == "1001 cancelled\n"
    assert run("cancel", "1001").output == "1001 was cancelled before\n"
    assert tracker.report().rows == ()

    unknown = run("cancel", "1001", "--scope", "target:1")
    assert unknown.exit_code == 1
    assert "no conversion has this reference in the scope target:1" in unknown.stderr


def test_identify(run: Run, tracker: Tracker) -> None:
    line = Line(product_id="s1", name="Socks", quantity=1, unit_price=Money("1", "USD"))
    tracker.record(Conversion(order=Order(customer_ref="k1", lines=(line,))))

    assert run("identify", "c81", "k1").output == "k1 is c81\n"
    assert [row.dimension for row in tracker.report("contact").rows] == ["c81"]
    assert run("identify", "", "k1").exit_code == 2
