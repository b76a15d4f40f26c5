from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import BadValue, Conversion, Line, Money, Order

prices = st.integers(0, 9_999).map(lambda cents: Money.from_minor(cents, "USD", 2))
lines = st.builds(
    Line, product_id=st.just("p"), name=st.just("P"), quantity=st.integers(1, 99), unit_price=prices
)


def order(*items: tuple[str, int], currency: str = "USD") -> Order:
    """An order of (unit price, quantity) lines."""
    return Order(
        lines=tuple(
            Line(product_id=price, name="P", quantity=quantity, unit_price=Money(price, currency))
            for price, quantity in items
        )
    )


@given(st.lists(lines, min_size=1, max_size=20))
def test_an_order_gives_the_revenue_and_the_quantity(bought: list[Line]) -> None:
    """The sums over its lines, to the cent."""
    conversion = Conversion(order=Order(lines=tuple(bought)))

    total = sum((line.unit_price.amount * line.quantity for line in bought), Decimal(0))
    assert conversion.revenue == Money(total, "USD")
    assert conversion.quantity == sum(line.quantity for line in bought)


def test_what_is_said_beside_an_order_stands() -> None:
    """A discount or the shipping is in no line."""
    conversion = Conversion(
        revenue=Money("9.00", "USD"), quantity=3, order=order(("5.00", 2), ("1.00", 2))
    )

    assert conversion.revenue == Money("9.00", "USD")
    assert conversion.quantity == 3


def test_a_conversion_without_an_order_has_only_what_was_said() -> None:
    """A signup has no revenue, which is not the same as a revenue of nothing."""
    conversion = Conversion()

    assert (conversion.revenue, conversion.quantity, conversion.order) == (None, None, None)
    assert (conversion.source, conversion.scope) == ("api", "order")


def test_an_order_keeps_the_decimals_of_its_currency() -> None:
    assert Conversion(order=order(("5", 2), currency="JPY")).revenue == Money(10, "JPY")
    assert Conversion(order=order(("0.001", 3), currency="BHD")).revenue == Money("0.003", "BHD")


@pytest.mark.parametrize("said", [{"customer_ref": "k1"}, {"point_of_sale": "web"}])
def test_an_order_may_say_only_whose_it_is_or_where(said: dict[str, Any]) -> None:
    """Then nothing can be added up."""
    conversion = Conversion(order=Order(**said))

    assert (conversion.revenue, conversion.quantity, conversion.lines) == (None, None, ())
    assert conversion.customer_ref == said.get("customer_ref")


def test_an_order_that_says_nothing_is_refused() -> None:
    """There is one way to say nothing: no order."""
    with pytest.raises(BadValue, match="leave the order out") as refused:
        Order()

    assert refused.value.field == "lines"


def test_lines_in_two_currencies_are_refused() -> None:
    """Nothing could be their sum."""
    euro, dollar = order(("5", 1), currency="EUR").lines + order(("5", 1)).lines
    with pytest.raises(BadValue) as refused:
        Order(lines=(euro, dollar))

    assert refused.value.field == "unit_price"


def test_a_revenue_in_another_currency_than_the_lines_is_refused() -> None:
    with pytest.raises(BadValue) as refused:
        Conversion(revenue=Money("5", "EUR"), order=order(("5", 1)))

    assert refused.value.field == "revenue"


def test_lines_that_add_up_to_more_than_a_revenue_may_be_are_refused() -> None:
    """The largest sum is taken; the error names what is too large."""
    largest = Conversion(order=order(("99999999.98", 1), ("0.01", 1)))
    assert largest.revenue == Money("99999999.99", "USD")

    with pytest.raises(BadValue) as refused:
        Conversion(order=order(("99999999.98", 1), ("0.02", 1)))

    assert refused.value.field == "revenue"


def test_lines_that_add_up_to_more_than_a_quantity_may_be_are_refused() -> None:
    """What is recorded must be readable again: a quantity has the same bounds when it is read."""
    largest = Conversion(order=order(("0.01", 999_999_998), ("0.00", 1)))
    assert largest.quantity == 999_999_999

    with pytest.raises(BadValue) as refused:
        Conversion(order=order(("0.01", 999_999_998), ("0.00", 2)))

    assert refused.value.field == "quantity"
