"""Orders that are refused as a whole: a pixel all the same, ``ST-Error``, nothing recorded."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from tests.support.orders import (
    COLA,
    SOCKS,
    Refuse,
    assert_refused,
    changed,
    customer,
    hit,
    order_of,
    refusing,
)
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker


@pytest.fixture
def refuse(tracker: Tracker, visit: Visit, listen: Listen) -> Refuse:
    """Sends an order, and asserts that it is refused."""
    return refusing(tracker, visit, listen)


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        pytest.param(changed(products="3"), "et_prod_2_id is missing", id="fewer than counted"),
        pytest.param(changed(products="1"), "et_prod_1_id is beyond", id="more than counted"),
        pytest.param(changed(prod_7_name="x"), "et_prod_7_name is beyond", id="a far one"),
        pytest.param(
            changed(prod_2_id="x"), "et_prod_2_id is beyond et_products", id="one after the last"
        ),
        pytest.param(changed(prod_01_id="x"), "et_prod_i_id", id="index with a leading zero"),
        pytest.param(changed(prod_x_id="x"), "et_prod_i_id", id="index no number"),
        pytest.param(changed(prod__id="x"), "et_prod_i_id", id="index empty"),
        pytest.param({**changed(), "et_prod_-1_id": "x"}, "et_prod_i_id", id="index negative"),
        pytest.param({**changed(), "et_prod_\u0662_id": "x"}, "et_prod_i_id", id="index Arabic"),
        pytest.param(
            {**changed(), f"et_prod_{'9' * 5000}_id": "x"},
            "et_prod_i_id",
            id="index of 5000 digits",
        ),
        pytest.param(
            {name.replace("prod_0", "prod_2"): value for name, value in SOCKS.items()},
            "et_prod_2_id is beyond et_products",
            id="counted from 1",
        ),
    ],
)
def test_products_that_are_not_0_to_n_minus_1_are_refused(
    refuse: Refuse, parameters: dict[str, str], names: str
) -> None:
    """An index that is missing or beyond the count is named: ignoring it would lose a product."""
    refuse(parameters, names)


@pytest.mark.parametrize("claimed", ["100000", "999999999"])
def test_products_that_are_only_claimed_cost_nothing(refuse: Refuse, claimed: str) -> None:
    """The first that are missing are named, and the others not looked for."""
    refuse(changed(products=claimed), "et_prod_2_id is missing")


def test_every_wrong_parameter_is_named(refuse: Refuse) -> None:
    """[doc] "ST-Error with any errors encountered"."""
    refuse(
        changed(currency="usd", order_ref=None, prod_0_id="", prod_1_quantity="0"),
        "et_currency is not an upper-case ISO 4217 code with a minor unit, such as USD; "
        "et_order_ref is missing; et_prod_0_id is missing; "
        "et_prod_1_quantity is not an integer from 1 to 999999999",
    )


@pytest.mark.parametrize(
    "query", ["", "utm_source=mail", "t=x&et_Products=1", "et_Products=1", "&&"]
)
def test_a_hit_without_an_order_is_refused(refuse: Refuse, query: str) -> None:
    """All that is missing is named; a snippet's ``t`` makes no order."""
    refuse(
        query,
        "et_currency is missing; et_customer_ref is missing; et_order_ref is missing; "
        "et_products is missing",
    )


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"prod_0_unit_price": "99999999.99"}, "et_prod_i_unit_price"),
        ({"prod_0_quantity": "999999999", "prod_0_unit_price": "0"}, "et_prod_i_quantity"),
    ],
)
def test_a_total_that_is_too_large_is_refused(
    refuse: Refuse, values: dict[str, str], names: str
) -> None:
    """Each price and quantity is right, but not all of them together."""
    refuse(changed(**values), names)


def test_other_parameters_twice_are_refused_without_their_names(refuse: Refuse) -> None:
    """A digest would not say in which order; and what was sent is no part of an answer."""
    refuse(f"{COLA}&visitor=1&visitor=1", "a parameter is given twice")


@pytest.mark.parametrize(
    "value", ["sent-by-the-visitor", "%3Cscript%3E", "x%0D%0ASet-Cookie:%20a=b", "%E2%82%AC"]
)
@pytest.mark.parametrize("name", ["currency", "products", "added", "prod_0_quantity", "digest"])
def test_the_error_never_repeats_the_input(
    tracker: Tracker, visit: Visit, name: str, value: str
) -> None:
    """It is a header, and the phrase in it is ours."""
    answer = visit(tracker).get(f"/salestrack/et/?et_{name}={value}&et_prod_{value}_id={value}")

    assert answer.error is not None
    for part in ("visitor", "script", "x", "Set-Cookie", "\u20ac"):
        assert part not in answer.error.replace("-", " ").split()
    assert answer.cookies == []


def test_an_order_of_64_kib_is_taken_and_a_longer_one_is_not(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """In process, since the test server's own limit is lower."""
    cookie = customer(tracker, visit).environ["HTTP_COOKIE"]
    receivers = listen(tracker)
    client = Client(SalesTrackMiddleware(page, tracker), use_cookies=False)
    order = urlencode(order_of(500))
    filled = f"{order}&x={'y' * (64 * 1024 - len(order) - 3)}"

    longest = client.get(hit(filled), headers={"Cookie": cookie})
    longer = client.get(hit(f"{filled}y"), headers={"Cookie": cookie})
    many = client.get(hit(f"{COLA}{'&' * 4000}"), headers={"Cookie": cookie})

    assert len(filled) == 64 * 1024
    assert "ST-Error" not in longest.headers
    assert "64 KiB" in longer.headers["ST-Error"]
    assert "4000 parameters" in many.headers["ST-Error"]
    (recorded,) = receivers.recorded
    assert recorded.conversion.quantity == 500


def test_where_https_is_required_a_hit_over_http_is_refused(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """``require_https``: plain http is rejected, before anything is read."""
    tracker = make_tracker(require_https=True)
    receivers = listen(tracker)

    assert_refused(visit(tracker).get(hit(COLA)), receivers, tracker, "https")
