"""What the methods of an order take: one struct, or their parameters in order."""

from __future__ import annotations

import pytest

from tests.support.orders import SOCKS
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from tests.support.xmlrpc import (
    CANCEL,
    HTML,
    NEW_ORDER,
    api_tracker,
    assert_refused,
    call,
    post,
    struct,
    texts,
)
from wsgi_salestrack import Tracker

LONG = "<string>" + "x" * 256 + "</string>"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("x",),
        ("<array><data/></array>",),
        (struct(texts(SOCKS)), struct(texts(SOCKS))),
        (struct(texts(SOCKS)), "x"),
    ],
)
def test_an_order_is_one_struct(
    tracker: Tracker, visit: Visit, listen: Listen, values: tuple[str, ...]
) -> None:
    """[doc] "The params parameter of the XML-RPC method, is an XML-RPC struct"."""
    receivers = listen(tracker)

    answer = post(visit(tracker), call(NEW_ORDER, *values))

    assert_refused(answer, receivers, tracker, 1004, "struct")


@pytest.mark.parametrize(
    ("method", "values", "code", "names"),
    [
        (HTML, (), 1004, "et_customer_ref and et_order_ref"),
        (HTML, ("C1",), 1004, "et_customer_ref and et_order_ref"),
        (HTML, ("C1", "1001", "x"), 1004, "et_customer_ref and et_order_ref"),
        (HTML, ("", "1001"), 1004, "et_customer_ref is missing"),
        (HTML, ("C1", ""), 1004, "et_order_ref is missing"),
        (HTML, ("", ""), 1004, "et_customer_ref is missing; et_order_ref is missing"),
        (HTML, (LONG, "1001"), 5004, "et_customer_ref is longer"),
        (HTML, ("C1", LONG), 5004, "et_order_ref is longer"),
        (HTML, ("C1", "<boolean>1</boolean>"), 5004, "et_order_ref is neither"),
        (HTML, ("<struct/>", "1001"), 5004, "et_customer_ref is neither"),
        (HTML, ("<struct/>",), 1004, "et_customer_ref is missing; et_order_ref is missing"),
        (HTML, (struct({"et_order_ref": "1001"}),), 1004, "et_customer_ref is missing"),
        (CANCEL, (), 1004, "et_order_ref"),
        (CANCEL, ("1001", "1002"), 1004, "et_order_ref"),
        (CANCEL, ("",), 1004, "et_order_ref is missing"),
        (CANCEL, (LONG,), 5004, "et_order_ref is longer"),
        (CANCEL, ("<array><data/></array>",), 5004, "et_order_ref is neither"),
        (CANCEL, ("<struct/>",), 1004, "et_order_ref is missing"),
        (CANCEL, ("1001",), 1004, "et_order_ref is of no order"),
        (CANCEL, (struct({"et_order_ref": "1001"}),), 1004, "et_order_ref is of no order"),
    ],
)
def test_a_snippet_and_a_cancellation_are_of_an_order(
    tracker: Tracker,
    visit: Visit,
    listen: Listen,
    *,
    method: str,
    values: tuple[str, ...],
    code: int,
    names: str,
) -> None:
    """By their parameters in order, or in one struct [ours]."""
    receivers = listen(tracker)

    answer = post(visit(tracker), call(method, *values))

    assert_refused(answer, receivers, tracker, code, names)
