"""The methods beside those of an order, and ``system.multicall``'s own faults."""

from __future__ import annotations

import pytest

from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from tests.support.xmlrpc import api_tracker, call, fault_of, post, value_of
from wsgi_salestrack import Tracker
from wsgi_salestrack.protocols.ubivox_methods import MOST_CALLS

OWN = (
    "ecommerce_tracking_new_order",
    "ecommerce_tracking_html",
    "ecommerce_tracking_cancel_order",
    "ping",
    "list_targets",
    "get_maillists",
    "list_maillists",
)
SYSTEM = ("listMethods", "methodHelp", "methodSignature", "multicall")
ALL = [
    *(f"system.{name}" for name in SYSTEM),
    *(f"{namespace}.{name}" for namespace in ("mailer", "ubivox") for name in OWN),
]
TYPES = {"int", "double", "string", "boolean", "dateTime.iso8601", "base64", "array", "struct"}


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on, with targets."""
    return api_tracker(
        make_tracker, targets={71: "Sale", "72": "S\u00f8k <&>", 10**17: "\x01", 2**31 - 1: "x"}
    )


def test_the_methods_are_listed(tracker: Tracker, visit: Visit) -> None:
    """[doc] ``system.listMethods``; both names of each, [client] one of them the plugin's."""
    methods = value_of(post(visit(tracker), call("system.listMethods")))

    assert sorted(methods) == sorted(ALL)


@pytest.mark.parametrize("name", ALL)
def test_each_method_has_help_and_signatures(tracker: Tracker, visit: Visit, name: str) -> None:
    """[doc] ``system.methodHelp``; signatures as introspecting clients want them."""
    visitor = visit(tracker)

    text = value_of(post(visitor, call("system.methodHelp", f"<string>{name}</string>")))
    signatures = value_of(post(visitor, call("system.methodSignature", name)))

    assert len(text) > 10
    assert signatures
    for signature in signatures:
        assert signature
        assert set(signature) <= TYPES


@pytest.mark.parametrize("namespace", ["mailer", "ubivox"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ping", True),
        ("get_maillists", []),
        ("list_maillists", []),
        (
            "list_targets",
            [
                {"id": 71, "title": "Sale"},
                {"id": 72, "title": "S\u00f8k <&>"},
                {"id": "100000000000000000", "title": "\ufffd"},
                {"id": 2147483647, "title": "x"},
            ],
        ),
    ],
)
@pytest.mark.parametrize("params", [(), ("<string/>",), ("a", "<array><data/></array>")])
def test_what_the_plugin_asks_for(
    tracker: Tracker,
    visit: Visit,
    *,
    namespace: str,
    name: str,
    expected: object,
    params: tuple[str, ...],
) -> None:
    """[client] Connection test and settings page; PHP's null is an empty string."""
    assert value_of(post(visit(tracker), call(f"{namespace}.{name}", *params))) == expected


@pytest.mark.parametrize(
    "body",
    [
        call("ubivox.nothing"),
        call(""),
        call("ping"),
        call("mailer.PING"),
        call("system.ping"),
        call("__class__"),
        call("mailer.ping\u00f8"),
        call("system.methodHelp", "ubivox.nothing"),
        call("system.methodHelp", "<int>1</int>"),
        call("system.methodHelp", "<array><data/></array>"),
        call("system.methodHelp"),
        call("system.methodHelp", "ubivox.ping", "ubivox.ping"),
        call("system.methodSignature", "ubivox.nothing"),
    ],
)
def test_an_unknown_method_is_fault_6002(
    tracker: Tracker, visit: Visit, listen: Listen, body: bytes
) -> None:
    """[doc] "6002 no such method"."""
    receivers = listen(tracker)

    fault = fault_of(post(visit(tracker), body))

    assert (fault.faultCode, fault.faultString) == (6002, "no such method")
    assert receivers.rejected == [("xmlrpc", "no such method")]


def _item(name: str = "ubivox.ping", params: str = "<array><data/></array>") -> str:
    return (
        f"<struct><member><name>methodName</name><value>{name}</value></member>"
        f"<member><name>params</name><value>{params}</value></member></struct>"
    )


def _multicall(*items: str) -> bytes:
    values = "".join(f"<value>{item}</value>" for item in items)
    return call("system.multicall", f"<array><data>{values}</data></array>")


@pytest.mark.parametrize(
    ("item", "code"),
    [
        pytest.param(_item("system.multicall"), 9993, id="recursive"),
        pytest.param(_item("system.multicall", "x"), 9993, id="recursive and wrong"),
        pytest.param("x", 9992, id="text"),
        pytest.param("<struct/>", 9992, id="empty"),
        pytest.param(_item(params="x"), 9992, id="params are text"),
        pytest.param(_item(params="<struct/>"), 9992, id="params are a struct"),
        pytest.param(_item("<boolean>1</boolean>"), 9992, id="name is no text"),
        pytest.param("<array><data/></array>", 9992, id="array"),
        pytest.param(
            "<struct><member><name>methodName</name><value>ubivox.ping</value></member></struct>",
            9992,
            id="no params",
        ),
        pytest.param(_item("nothing"), 6002, id="no such method"),
        pytest.param(_item("mailer.ecommerce_tracking_new_order"), 1004, id="no order"),
    ],
)
def test_a_call_that_is_wrong_fails_alone(
    tracker: Tracker, visit: Visit, listen: Listen, item: str, code: int
) -> None:
    """[doc] "A fault per call"; those around it are done."""
    receivers = listen(tracker)

    first, fault, last = value_of(post(visit(tracker), _multicall(_item(), item, _item())))

    assert first == last == [True]
    assert set(fault) == {"faultCode", "faultString"}
    assert fault["faultCode"] == code
    assert receivers.rejected == [("xmlrpc", fault["faultString"])]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(call("system.multicall"), id="nothing"),
        pytest.param(call("system.multicall", "x"), id="text"),
        pytest.param(call("system.multicall", "<struct/>"), id="struct"),
        pytest.param(call("system.multicall", *["<array><data/></array>"] * 2), id="two arrays"),
        pytest.param(_multicall(*[_item()] * (MOST_CALLS + 1)), id="51 calls"),
    ],
)
def test_a_multicall_that_is_none_is_fault_9992(
    tracker: Tracker, visit: Visit, listen: Listen, body: bytes
) -> None:
    """[doc] Nothing of it is done."""
    receivers = listen(tracker)

    fault = fault_of(post(visit(tracker), body))

    assert fault.faultCode == 9992
    assert receivers.rejected == [("xmlrpc", fault.faultString)]


@pytest.mark.parametrize("count", [0, 1, MOST_CALLS])
def test_up_to_50_calls_are_made(tracker: Tracker, visit: Visit, count: int) -> None:
    """And each has its result."""
    answer = post(visit(tracker), _multicall(*[_item()] * count))

    assert value_of(answer) == [[True]] * count
