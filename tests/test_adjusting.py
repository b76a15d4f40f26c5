"""What an adjustment does to a conversion: pure functions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import Adjusted, Adjustment, BadValue, Conversion, Line, Money, Order, Recorded
from wsgi_salestrack.adjusting import weigh
from wsgi_salestrack.adjustments import AdjustmentKind, Change

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def sale(revenue: Money | None = None, order: Order | None = None) -> Recorded:
    """Of ten dollars, unless it says otherwise."""
    if revenue is None and order is None:
        revenue = Money("10", "USD")
    conversion = Conversion(reference="1001", revenue=revenue, order=order, occurred_at=NOON)
    return Recorded(outcome="recorded", conversion=conversion, touch=None, referral=None, id=1)


def ordered(*lines: tuple[str, int, str], revenue: str | None = None) -> Recorded:
    """An order of so many products at these prices; its revenue may be another than their sum."""
    order = Order(
        lines=tuple(
            Line(product_id=id, name=id, quantity=quantity, unit_price=Money(price, "USD"))
            for id, quantity, price in lines
        )
    )
    return sale(None if revenue is None else Money(revenue, "USD"), order)


class Sale:
    """A sale on which one change after the other is made."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self.made: list[Adjustment] = []

    def change(self, kind: AdjustmentKind = "refund", **values: Any) -> Adjusted:
        """Ask for a change."""
        number = len(self.made) + 1
        adjusted = weigh(
            self.recorded,
            self.made,
            Change(kind=kind, **values),
            id=number,
            at=NOON,
        )
        if adjusted.outcome == "adjusted":
            self.recorded = adjusted.recorded
            self.made.append(adjusted.adjustment)
        return adjusted

    @property
    def net(self) -> str:
        """What is left."""
        return str(self.recorded.net)


@pytest.mark.parametrize(
    ("steps", "nets"),
    [
        ([("refund", "3"), ("refund", "7")], ["7.00 USD", "0.00 USD"]),
        ([("refund", None)], ["0.00 USD"]),
        ([("refund", "3"), ("chargeback", None)], ["7.00 USD", "0.00 USD"]),
        ([("cancellation", None), ("reinstatement", None)], ["0.00 USD", "10.00 USD"]),
        (
            [("refund", "3"), ("cancellation", None), ("reinstatement", None), ("refund", None)],
            ["7.00 USD", "0.00 USD", "7.00 USD", "0.00 USD"],
        ),
        ([("refund", "3"), ("reinstatement", "1")], ["7.00 USD", "8.00 USD"]),
        ([("chargeback", None), ("reinstatement", None)], ["0.00 USD", "10.00 USD"]),
    ],
)
def test_what_is_left_of_a_sale(
    steps: list[tuple[AdjustmentKind, str | None]], nets: list[str]
) -> None:
    """Step by step; each says how much it changed."""
    sold = Sale(sale())
    left = []
    for kind, amount in steps:
        sold.change(kind, amount=amount)
        left.append(sold.net)

    assert left == nets


@pytest.mark.parametrize(
    ("before", "change", "problem"),
    [
        ([], {"amount": "10.01"}, r"amount is more than the 10\.00 USD that is left"),
        ([{"amount": "8"}], {"amount": "3"}, r"amount is more than the 2\.00 USD that is left"),
        ([{}], {}, "amount is nothing: of this sale nothing is left"),
        ([{"kind": "cancellation"}], {"amount": "1"}, "the sale is cancelled; reinstate it first"),
        ([], {"amount": "0"}, "amount is zero"),
        ([], {"amount": "-1"}, "amount is not a plain decimal number"),
        ([], {"amount": Money("1", "EUR")}, "amount is not in USD, as the sale is"),
        ([], {"lines": {"s1": 1}}, "lines are unknown of this sale; give an amount"),
        ([], {"kind": "reinstatement"}, "nothing was taken back"),
        ([{"amount": "2"}], {"kind": "reinstatement", "amount": "3"},
         r"amount is more than the 2\.00 USD that was taken back"),
        ([], {"kind": "cancellation", "amount": "1"}, "a sale is cancelled as a whole"),
        ([{"kind": "cancellation"}], {"kind": "reinstatement", "amount": "1"}, "as a whole"),
        ([], {"kind": "cancellation", "lines": {"s1": 1}}, "lines are taken back by a refund"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(
    before: list[dict[str, Any]], change: dict[str, Any], problem: str
) -> None:
    """In words that say how much is left; and nothing changes."""
    sold = Sale(sale())
    for each in before:
        sold.change(**each)
    net = sold.net

    with pytest.raises(BadValue, match=problem):
        sold.change(**change)
    assert sold.net == net


def test_a_signup_has_nothing_to_be_taken_back() -> None:
    sold = Sale(
        Recorded(
            outcome="recorded",
            conversion=Conversion(reference="1"),
            touch=None,
            referral=None,
            id=1,
        )
    )
    with pytest.raises(BadValue, match="without revenue"):
        sold.change()
    sold.change("cancellation")
    assert sold.recorded.cancelled


def test_products_come_back_at_their_price() -> None:
    """Those of the first line first, where there are two; never more than were bought."""
    sold = Sale(ordered(("s1", 2, "3"), ("s2", 1, "5"), ("s1", 1, "1")))

    amounts = [sold.change(lines=lines).adjustment.amount for lines in ({"s1": 1}, {"s1": 2})]
    assert [str(amount) for amount in amounts] == ["3.00 USD", "4.00 USD"]
    with pytest.raises(BadValue, match="lines have 1 of 's1', of which 0 are left"):
        sold.change(lines={"s1": 1})
    with pytest.raises(BadValue, match="lines have 's9', which is not in the order"):
        sold.change(lines={"s9": 1})
    with pytest.raises(BadValue, match="lines and amount are both given"):
        sold.change(lines={"s2": 1}, amount="1")
    for quantity in (0, -1, True, 1.5, "1"):
        with pytest.raises(BadValue, match="lines have no quantity of 's2' that is 1 or more"):
            sold.change(lines={"s2": quantity})
    sold.change("reinstatement")
    assert str(sold.change(lines={"s1": 3, "s2": 1}).adjustment.amount) == "12.00 USD"


def test_products_that_are_worth_more_than_is_left_are_named() -> None:
    sold = Sale(ordered(("s1", 1, "3")))
    sold.change(amount="1")

    with pytest.raises(BadValue, match=r"lines are worth more than the 2\.00 USD that is left"):
        sold.change(lines={"s1": 1})


def test_no_products_are_no_refund() -> None:
    with pytest.raises(BadValue, match="lines are empty"):
        Sale(ordered(("s1", 1, "3"))).change(lines={})


def test_a_discount_is_spread_over_the_products() -> None:
    """All of them together are worth what was paid, to the cent."""
    sold = Sale(ordered(("s1", 3, "3.33"), revenue="10.00"))
    amounts = [str(sold.change(lines={"s1": 1}).adjustment.amount) for _ in range(3)]

    assert amounts == ["3.33 USD", "3.34 USD", "3.33 USD"]
    assert sold.net == "0.00 USD"


def test_a_reference_is_used_once() -> None:
    """Told again it is a duplicate; with something else a conflict, and the first one stands."""
    sold = Sale(sale())
    first = sold.change(amount="3", reference="r1")
    for again in ({"amount": "3"}, {"amount": Money("3", "USD")}, {}):
        told = sold.change(**again, reference="r1")
        assert (told.outcome, told.adjustment) == ("duplicate", first.adjustment)
    for other in ({"amount": "4"}, {"kind": "chargeback", "amount": "3"}, {"lines": {"s1": 1}}):
        assert sold.change(**other, reference="r1").outcome == "conflict"
    assert sold.net == "7.00 USD"


steps = st.lists(
    st.tuples(
        st.sampled_from(["refund", "chargeback", "cancellation", "reinstatement"]),
        st.none() | st.integers(1, 1200),
    ),
    max_size=12,
)


@given(steps, st.sampled_from([("JPY", 0), ("USD", 2), ("BHD", 3)]))
def test_the_net_is_never_negative_nor_more_than_was_sold(
    steps: list[tuple[AdjustmentKind, int | None]], unit: tuple[str, int]
) -> None:
    """And it is what a plain sum says."""
    sold = Sale(sale(Money.from_minor(1000, *unit)))
    refunded, cancelled = 0, False
    for kind, minor in steps:
        amount = None if minor is None else Money.from_minor(minor, *unit)
        try:
            outcome = sold.change(kind, amount=amount).outcome
        except BadValue:
            continue
        if outcome != "adjusted":
            continue
        if kind == "cancellation":
            cancelled = True
        elif kind != "reinstatement":
            refunded += 1000 - refunded if minor is None else minor
        elif cancelled:
            cancelled = False
        else:
            refunded -= refunded if minor is None else minor
        net = sold.recorded.net
        assert net is not None
        assert net.minor == (0 if cancelled else 1000 - refunded)
        assert 0 <= net.minor <= 1000


def test_so_much_is_taken_back_that_what_was_asked_for_is_left() -> None:
    """Whatever was taken back since somebody looked."""
    sold = Sale(sale())
    sold.change(amount="1")
    assert str(sold.change(left=Money("6", "USD")).adjustment.amount) == "3.00 USD"
    for left in ("6", "7"):
        with pytest.raises(BadValue, match=r"left is .* where no more than 6\.00 USD is"):
            sold.change(left=Money(left, "USD"))

    assert sold.net == "6.00 USD"
