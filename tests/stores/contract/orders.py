from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import WITH_A_STORE, all_of, arrival, line, order
from wsgi_salestrack import Line, Money, Order
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.stores.base import Store

texts = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20
)
prices = st.integers(0, 10_000).map(lambda minor: Money.from_minor(minor, "BHD", 3))
products = st.builds(
    Line,
    product_id=texts,
    name=texts,
    categories=st.lists(texts, max_size=3).map(tuple),
    quantity=st.integers(1, 9),
    unit_price=prices,
)
orders = st.builds(
    Order,
    customer_ref=st.none() | texts,
    point_of_sale=st.none() | texts,
    lines=st.lists(products, min_size=1, max_size=5, unique_by=lambda line: line.product_id).map(
        tuple
    ),
) | st.builds(Order, customer_ref=texts, point_of_sale=st.none() | texts)


def names(store: Store, site: str) -> list[list[str]]:
    """The products' names, order by order."""
    return [
        [bought.name for bought in found.conversion.order.lines]
        for found in all_of(store, site)
        if found.conversion.order
    ]


class OrdersContract:
    """The part of a conversion that lists products."""

    def test_lines_are_read_in_their_order(self, store: Store, site: str) -> None:
        """Whatever their ids: as they stood on the order."""
        bought = order(*(line(product_id) for product_id in ("9", "10", "1", "b", "a")))

        store.record(site, arrival(order=bought, revenue=None))

        assert [found.conversion.order for found in all_of(store, site)] == [bought]

    def test_a_product_may_stand_on_two_lines(self, store: Store, site: str) -> None:
        """At two prices, as where the second pair costs half."""
        bought = order(line(), line(unit_price=Money("5", "USD"), quantity=2))

        store.record(site, arrival(order=bought, revenue=None))

        assert [found.conversion.order for found in all_of(store, site)] == [bought]

    @pytest.mark.parametrize(
        "price",
        [Money("0", "USD"), Money(12, "JPY"), Money("0.001", "BHD"), Money("1.2345", "CLF")],
        ids=str,
    )
    def test_a_price_keeps_its_currencys_decimals(
        self, store: Store, site: str, price: Money
    ) -> None:
        store.record(site, arrival(order=order(line(unit_price=price)), revenue=None))

        (found,) = all_of(store, site)
        assert found.conversion.order == order(line(unit_price=price))
        assert found.conversion.revenue == price

    def test_an_order_is_known_before_its_lines(self, store: Store, site: str) -> None:
        """Whose it is and where; what was bought is filled in by whoever knows it."""
        known = Order(customer_ref="k1", point_of_sale="web")
        first = store.record(site, arrival(order=known))
        assert (first.outcome, first.conversion.order) == ("recorded", known)
        assert [found.conversion.order for found in all_of(store, site)] == [known]

        full = order(line(), customer_ref="k1")
        second = store.record(site, arrival(order=full, source="ecommerce_pixel"))
        again = store.record(site, arrival(order=Order(customer_ref="k1")))

        bought = order(line(), customer_ref="k1", point_of_sale="web")
        assert (second.outcome, again.outcome) == ("enriched", "duplicate")
        assert [found.conversion.order for found in all_of(store, site)] == [bought]

    def test_a_customer_of_no_lines_may_have_no_revenue(self, store: Store, site: str) -> None:
        """As of a signup."""
        signup = arrival(order=Order(customer_ref="k1"), revenue=None)
        store.record(site, signup)

        (found,) = all_of(store, site)
        assert (found.conversion.revenue, found.conversion.customer_ref) == (None, "k1")

    def test_a_long_order_is_one_order(self, store: Store, site: str) -> None:
        bought = order(*(line(str(number)) for number in range(300)))

        store.record(site, arrival(order=bought, revenue=None))

        assert [found.conversion.order for found in all_of(store, site)] == [bought]

    @given(st.lists(orders, min_size=1, max_size=2))
    @WITH_A_STORE
    def test_any_order_is_read_again(self, store: Store, bought: list[Order]) -> None:
        """Any text, in any alphabet; each site has its own products."""
        for each in bought:
            site = f"shop-{new_visitor_id()}"
            store.record(site, arrival(order=each, revenue=None))
            assert [found.conversion.order for found in all_of(store, site)] == [each]

    @pytest.mark.parametrize("source", ["api", "xmlrpc", "bluehornet", "import"])
    def test_a_trusted_source_renames_a_product_for_earlier_orders_too(
        self, store: Store, site: str, source: str
    ) -> None:
        """A report by product shows it once, under its present name and categories."""
        store.record(site, arrival("1", order=order(line(name="Sox")), revenue=None))
        renamed = line(name="Socks", categories=("wool", "warm"))

        store.record(site, arrival("2", order=order(renamed), revenue=None, source=source))

        assert [found.conversion.order for found in all_of(store, site)] == [order(renamed)] * 2

    @pytest.mark.parametrize("source", ["ecommerce_pixel", "target", "affiliate", "splio"])
    def test_a_pixel_renames_nothing(self, store: Store, site: str, source: str) -> None:
        """Anybody can send one; it may only name what has no name yet."""
        store.record(site, arrival("1", order=order(line(name="Socks")), revenue=None))
        forged = order(line(name="Free money"), line("s2", "Scarf"))

        store.record(site, arrival("2", order=forged, revenue=None, source=source))

        assert names(store, site) == [["Socks"], ["Socks", "Scarf"]]

    def test_a_trusted_source_puts_a_pixels_name_right(self, store: Store, site: str) -> None:
        """Also where it repeats that very order."""
        forged = order(line(name="Free money"))
        store.record(site, arrival(order=forged, revenue=None, source="ecommerce_pixel"))

        store.record(site, arrival(order=order(), revenue=None))

        assert names(store, site) == [["Socks"]]

    def test_the_answer_is_what_stands_in_the_store(self, store: Store, site: str) -> None:
        """A receiver sees the product under the name that the report will show."""
        store.record(site, arrival("1", order=order(line(name="Socks")), revenue=None))

        recorded = store.record(
            site, arrival("2", order=order(line(name="X")), revenue=None, source="ecommerce_pixel")
        )

        assert recorded.conversion == all_of(store, site)[-1].conversion

    def test_products_are_each_shops_own(self, store: Store, site: str) -> None:
        """Two shops may call different things by the same id."""
        other = f"{site}-other"
        store.record(site, arrival(order=order(line(name="Socks")), revenue=None))

        store.record(other, arrival(order=order(line(name="Screws")), revenue=None))

        assert (names(store, site), names(store, other)) == ([["Socks"]], [["Screws"]])
