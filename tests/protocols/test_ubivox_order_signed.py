"""Signed orders: once there is a tamper key, unsigned hits are refused."""

from __future__ import annotations

import pytest

from tests.support.orders import (
    COLA,
    COLA_DIGEST,
    COLA_PERCENT_DIGEST,
    COLA_SORTED,
    KEY,
    SOCKS,
    SOCKS_DIGEST,
    SOCKS_ORDER,
    customer,
    hit,
)
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker
from wsgi_salestrack.protocols.ubivox_digest import sign

# [doc] "Here's the above example with the added et_digest parameter", with our key's digest.
_SIGNED = f"{COLA_SORTED}&et_digest={COLA_DIGEST}"
_COLA_ID = "54491472"


@pytest.fixture
def signing(make_tracker: MakeTracker) -> Tracker:
    """A tracker with a tamper key."""
    return make_tracker(tamper_keys=["newer", KEY])


def signed(query: str) -> str:
    """The address of a pixel signed by the shop."""
    return hit(f"{query}&et_digest={sign(query, KEY.encode())}")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(_SIGNED, id="[doc] sorted"),
        pytest.param(f"et_digest={COLA_DIGEST.upper()}&{COLA}", id="unsorted, upper case"),
        pytest.param(
            f"{COLA_SORTED}&et_digest={COLA_PERCENT_DIGEST}".replace("+", "%20"), id="%20"
        ),
    ],
)
def test_a_signed_order_is_recorded_as_such(
    signing: Tracker, visit: Visit, listen: Listen, query: str
) -> None:
    """Its word counts more than that of a page's visitor."""
    receivers = listen(signing)

    assert customer(signing, visit).get(hit(query)).error is None

    (recorded,) = receivers.recorded
    assert recorded.conversion.signed
    assert [row["signed"] for row in rows_of(signing, "conversions")] == [1]


def test_the_two_products_order_is_verified(signing: Tracker, visit: Visit, listen: Listen) -> None:
    """The vector with its commas encoded."""
    receivers = listen(signing)

    address = hit(SOCKS | {"et_digest": SOCKS_DIGEST})
    assert customer(signing, visit).get(address).error is None

    (recorded,) = receivers.recorded
    assert recorded.conversion.order == SOCKS_ORDER
    assert recorded.conversion.revenue == Money("6.83", "USD")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        pytest.param(COLA, "et_digest is missing", id="unsigned"),
        pytest.param(_SIGNED.replace("1.50", "0.01"), "does not match", id="another price"),
        pytest.param(_SIGNED.replace("+", "%20"), "does not match", id="encoded in another way"),
        pytest.param(f"{_SIGNED}&et_point_of_sale=x", "does not match", id="a parameter more"),
        pytest.param(f"{_SIGNED}&utm=1", "does not match", id="anybody's parameter more"),
        pytest.param(f"{_SIGNED}&et_digest={COLA_DIGEST}", "et_digest is given twice", id="twice"),
        pytest.param(f"{COLA}&et_digest=", "et_digest is not 64", id="empty"),
        pytest.param(
            f"{_SIGNED}&et_order_ref=12345678", "et_order_ref is given twice", id="a pair twice"
        ),
        pytest.param(
            f"{COLA}&et_digest={sign(COLA, b'older')}", "does not match", id="a key not listed"
        ),
    ],
)
def test_unsigned_and_forged_orders_are_refused(
    signing: Tracker, visit: Visit, listen: Listen, query: str, problem: str
) -> None:
    """Once a key is configured nothing else is recorded, and nothing is said of the order."""
    receivers = listen(signing)

    answer = customer(signing, visit).get(hit(query))

    assert answer.error is not None
    assert problem in answer.error
    assert receivers.rejected == [("ecommerce", answer.error)]
    assert row_counts(signing)["conversions"] == 0


def test_what_is_signed_is_checked_all_the_same(signing: Tracker, visit: Visit) -> None:
    """A shop's own mistake is named."""
    answer = customer(signing, visit).get(signed(COLA.replace("1.50", "1,50")))

    assert answer.error is not None
    assert answer.error.startswith("et_prod_0_unit_price ")


def test_without_a_key_a_digest_says_nothing(tracker: Tracker, visit: Visit) -> None:
    """The order counts, and is no more trusted than others."""
    assert customer(tracker, visit).get(hit(f"{COLA}&et_digest=x")).error is None

    assert [row["signed"] for row in rows_of(tracker, "conversions")] == [0]


def _names(tracker: Tracker) -> dict[str, str]:
    return {row["product_id"]: row["name"] for row in rows_of(tracker, "products")}


_RENAMED = COLA.replace("Coca+Cola+500ml", "Cola").replace("Softdrinks", "drinks%2Csweet")
_SECOND = "et_order_ref=2"


def test_a_signed_hit_renames_a_product_in_earlier_orders_too(
    signing: Tracker, visit: Visit, listen: Listen
) -> None:
    """[doc] "If we see a different product (name, category) at a later time"."""
    receivers = listen(signing)
    visitor = customer(signing, visit)

    visitor.get(hit(_SIGNED))
    later = visitor.get(signed(_RENAMED.replace("et_order_ref=12345678", _SECOND)))
    again = visitor.get(hit(_SIGNED))

    assert (later.error, again.error) == (None, None)
    assert _names(signing) == {_COLA_ID: "Cola"}
    (duplicate,) = receivers.duplicated
    assert duplicate.conversion.order is not None
    line = duplicate.conversion.order.lines[0]
    assert (line.name, line.categories) == ("Cola", ("drinks", "sweet"))


def test_an_unsigned_hit_renames_nothing(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Anyone could rewrite the catalogue [ours]; the sale itself counts."""
    receivers = listen(tracker)
    visitor = customer(tracker, visit)

    visitor.get(hit(COLA))
    later = visitor.get(hit(_RENAMED.replace("et_order_ref=12345678", _SECOND)))

    assert later.error is None
    assert row_counts(tracker)["conversions"] == 2
    assert _names(tracker) == {_COLA_ID: "Coca Cola 500ml"}
    order = receivers.recorded[1].conversion.order
    assert order is not None
    assert order.lines[0].name == "Coca Cola 500ml"


def test_the_shops_own_call_renames_what_a_pixel_named(tracker: Tracker, visit: Visit) -> None:
    """And a pixel cannot name it back."""
    visitor = customer(tracker, visit)
    cola = Line(product_id=_COLA_ID, name="Cola", quantity=1, unit_price=Money("1.50", "USD"))

    visitor.get(hit(COLA))
    tracker.record(Conversion(reference="2", order=Order(lines=(cola,))))
    visitor.get(hit(COLA.replace("et_order_ref=12345678", "et_order_ref=3")))

    assert row_counts(tracker)["conversions"] == 3
    assert _names(tracker) == {_COLA_ID: "Cola"}
