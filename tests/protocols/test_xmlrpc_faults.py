"""Calls of an order that are refused: a fault at HTTP 200, and nothing recorded."""

from __future__ import annotations

from itertools import product

import pytest

from tests.support.orders import SOCKS, changed
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from tests.support.xmlrpc import (
    api_tracker,
    assert_refused,
    new_order,
    post,
)
from wsgi_salestrack import Tracker

LONG = "<string>" + "x" * 256 + "</string>"
NO_TEXT = {
    "boolean": "<boolean>1</boolean>",
    "base64": "<base64>VVNE</base64>",
    "array": "<array><data><value>USD</value></data></array>",
    "struct": "<struct/>",
    "dateTime": "<dateTime.iso8601>20170523T13:38:12</dateTime.iso8601>",
}


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


@pytest.mark.parametrize(
    ("name", "type_"),
    sorted({*product([*SOCKS, "et_added"], NO_TEXT)} - {("et_added", "dateTime")}),
)
def test_what_is_neither_text_nor_a_number_is_refused(
    tracker: Tracker, visit: Visit, listen: Listen, name: str, type_: str
) -> None:
    """In each parameter; only a time may be a ``dateTime.iso8601``."""
    receivers = listen(tracker)
    codes = {"et_added": 5001, "et_order_ref": 5004, "et_customer_ref": 5004}

    answer = post(visit(tracker), new_order(SOCKS, **{name: NO_TEXT[type_]}))

    expected = f"{name} is neither text nor a number"
    said = assert_refused(answer, receivers, tracker, codes.get(name, 1004), expected)
    if name not in ("et_products", "et_currency"):  # without these others cannot be judged
        assert said == expected


@pytest.mark.parametrize("name", [name for name in SOCKS if name != "et_point_of_sale"])
@pytest.mark.parametrize("value", [None, "", "<string/>", "<![CDATA[]]>"])
def test_what_is_missing_or_empty_is_refused(
    tracker: Tracker, visit: Visit, listen: Listen, name: str, value: str | None
) -> None:
    """[doc] "required": all but the point of sale and the time."""
    receivers = listen(tracker)

    answer = post(visit(tracker), new_order(SOCKS, **{name: value}))

    assert_refused(answer, receivers, tracker, 1004, f"{name} is missing")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("et_order_ref", LONG, 5004),
        ("et_customer_ref", LONG, 5004),
        ("et_point_of_sale", LONG, 1004),
        ("et_currency", "usd", 1004),
        ("et_currency", "XXX", 1004),
        ("et_currency", "<int>840</int>", 1004),
        ("et_products", "<int>3</int>", 1004),
        ("et_products", "<int>1</int>", 1004),
        ("et_products", "<int>0</int>", 1004),
        ("et_products", "<int>-1</int>", 1004),
        ("et_products", "<double>2.0</double>", 1004),
        ("et_products", "<int>100000</int>", 1004),
        ("et_products", "999999999", 1004),
        ("et_prod_0_id", LONG, 1004),
        ("et_prod_0_name", f"<string>{'x' * 1001}</string>", 1004),
        ("et_prod_0_category", ",", 1004),
        ("et_prod_0_quantity", "<int>0</int>", 1004),
        ("et_prod_0_quantity", "<int>-5</int>", 1004),
        ("et_prod_0_quantity", "<double>1.5</double>", 1004),
        ("et_prod_0_quantity", "\u0665", 1004),
        ("et_prod_0_unit_price", "<double>0.891</double>", 1004),
        ("et_prod_0_unit_price", "<double>-0.89</double>", 1004),
        ("et_prod_0_unit_price", "<int>100000000</int>", 1004),
        ("et_prod_0_unit_price", "NaN", 1004),
        ("et_prod_0_unit_price", "1e2", 1004),
        ("et_prod_0_unit_price", "1,000.00", 1004),
        ("et_prod_0_unit_price", "1_000", 1004),
        ("et_prod_0_unit_price", "\u0661.00", 1004),
        ("et_prod_0_unit_price", "99999999.99", 1004),
        ("et_added", "yesterday", 5001),
        ("et_added", "", 5001),
        ("et_added", "2017-02-30", 5001),
        ("et_added", "<int>20170523</int>", 5001),
        ("et_prod_2_id", "x", 1004),
        ("et_prod_2_id", NO_TEXT["array"], 1004),
        ("et_prod_x_id", NO_TEXT["array"], 1004),
    ],
)
def test_a_wrong_value_is_a_fault_that_names_it(
    tracker: Tracker, visit: Visit, listen: Listen, *, name: str, value: str, code: int
) -> None:
    """[doc] 1004, 5001 "invalid date/time format", 5004 "invalid reference"."""
    receivers = listen(tracker)

    answer = post(visit(tracker), new_order(SOCKS, **{name: value}))

    said = assert_refused(answer, receivers, tracker, code, "et_prod" if "prod" in name else name)
    assert "x" * 20 not in said


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"et_added": "x", "et_order_ref": LONG}, ("et_added", "et_order_ref")),
        (
            {"et_customer_ref": NO_TEXT["array"], "et_currency": "usd", "et_order_ref": None},
            ("et_customer_ref", "et_currency", "et_order_ref is missing"),
        ),
        ({"et_order_ref": LONG, "et_customer_ref": None}, ("et_order_ref", "et_customer_ref")),
    ],
)
def test_several_wrong_values_are_named_together(
    tracker: Tracker, visit: Visit, listen: Listen, values: dict[str, str], names: tuple[str, ...]
) -> None:
    """Each of them, once."""
    receivers = listen(tracker)

    answer = post(visit(tracker), new_order(SOCKS, **values))

    said = assert_refused(answer, receivers, tracker, 1004, names[0])
    assert [said.count(name) for name in names] == [1] * len(names)


def test_no_more_than_ten_are_named(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Of a thousand that are wrong."""
    receivers = listen(tracker)
    wrong = {f"et_prod_{index}_id": NO_TEXT["boolean"] for index in range(1000)}

    answer = post(visit(tracker), new_order(SOCKS, **wrong))

    said = assert_refused(answer, receivers, tracker, 1004, "et_prod_0_id")
    assert said.count(" is ") == 10
    assert said.endswith("; and more")


def test_a_parameter_is_given_once(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Nobody can tell which of two is meant."""
    receivers = listen(tracker)
    body = new_order(SOCKS).replace(b"et_point_of_sale", b"et_currency")

    assert_refused(post(visit(tracker), body), receivers, tracker, 1004, "given twice")


def test_a_time_of_xml_rpcs_own_that_is_none(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """[doc] 5001, as of one that is text."""
    receivers = listen(tracker)
    wrong = "<dateTime.iso8601>20171323T00:00:00</dateTime.iso8601>"

    answer = post(visit(tracker), new_order(SOCKS, et_added=wrong))

    assert_refused(answer, receivers, tracker, 5001, "dateTime")


def test_credited_sales_only_may_be_kept(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """``record_unattributed`` without ``xmlrpc``."""
    tracker = api_tracker(make_tracker, record_unattributed=["api"])
    receivers = listen(tracker)

    answer = post(visit(tracker), new_order(changed(order_ref="1")))

    assert_refused(answer, receivers, tracker, 1004, "no click")
