"""Calls that record nothing: each error by the vendor's code and text, and by the field's name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.bluehornet import (
    KEY,
    PATH,
    SHARED_SECRET,
    api_tracker,
    call,
    document,
    insert,
    item_of,
    roi_token,
)
from tests.support.receivers import Listen
from tests.support.rows import row_counts
from tests.support.shop import OTHER_SECRET, MakeTracker, Visit
from wsgi_salestrack import Tracker


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"roi_data": None}, "roi_data"),
        ({"amount": None}, "amount"),
        ({"order_id": None}, "order_id"),
        ({"roi_data": ""}, "roi_data"),
        ({"amount": "<![CDATA[]]>"}, "amount"),
        ({"order_id": ""}, "order_id"),
        ({"roi_data": None, "order_id": None}, "roi_data,order_id"),
        ({"roi_data": None, "amount": None, "order_id": None}, "roi_data,amount,order_id"),
    ],
)
def test_missing_variables_are_named(
    tracker: Tracker, visit: Visit, listen: Listen, fields: dict[str, str | None], missing: str
) -> None:
    """All that are required and were not sent, or are empty."""
    receivers = listen(tracker)

    answer = insert(visit(tracker), call(**{"roi_data": roi_token(tracker), **fields}))

    assert answer.status == 200
    assert (
        "<error>1</error><responseText>Missing variables</responseText>"
        f"<responseData><missing_vars>{missing}</missing_vars></responseData>"
    ) in answer.text
    assert receivers.rejected == [("bluehornet", f"{missing} missing")]
    assert row_counts(tracker)["conversions"] == 0


AMOUNTS = [
    "152", "152.9", "152.999", ".99", "152.", "-152.99", "+152.99", "$152.99", "152.99 USD",
    "152,99", "1,152.99", "1'152.99", "1_152.99", "1e3", "1.5e3", "1e-2.00", "NaN", "Infinity",
    "0x10.00", " 152.99", "152.99 ", "152.99&#10;", "\u0661\u0665\u0662.\u0669\u0669",
    "\uff11\uff15\uff12.99", "\u00b2.00", "100000000.00", "9" * 5000 + ".99", "0." + "0" * 5000,
    "one", "<b>152.99</b>", "152.99<b/>", "152.99</amount><amount>152.99",
]  # fmt: skip
ORDER_IDS = ["x" * 256, "1123</order_id><order_id>1123", "<b>1123</b>", "1123<b/>"]
FLAGS = ["2", "-1", "yes", "no", "01", "1.0", "NaN", " 1", "\u0661", "x" * 5000, "<b/>"]
REFUSED = [
    *(("amount", value) for value in AMOUNTS),
    *(("order_id", value) for value in ORDER_IDS),
    *(("ignore_duplicate_orders", value) for value in FLAGS),
    ("ignore_duplicate_orders", "1</ignore_duplicate_orders><ignore_duplicate_orders>1"),
    ("roi_data", "x</roi_data><roi_data>x"),
    ("roi_data", "<b/>"),
    ("purchase_date", "2026-11-20</purchase_date><purchase_date>2026-11-20"),
    ("purchase_date", "<b/>"),
    ("methodName", "roi.insert</methodName><methodName>roi.insert"),
    ("methodName", "roi.insert<b/>"),
]


@pytest.mark.parametrize(
    ("field", "value"), REFUSED, ids=[f"{name} {ascii(value)[:40]}" for name, value in REFUSED]
)
def test_a_wrong_value_is_refused_by_name(
    tracker: Tracker, visit: Visit, listen: Listen, field: str, value: str
) -> None:
    """Code 400; the text is ours, and repeats nothing of what was sent."""
    receivers = listen(tracker)

    item = item_of(insert(visit(tracker), call(**{"roi_data": roi_token(tracker), field: value})))

    assert (item["responseCode"], item["error"]) == ("400", "1")
    assert item["responseText"] == f"Insert failed: invalid {field}"
    assert receivers.rejected == [("bluehornet", f"invalid {field}")]
    assert row_counts(tracker)["conversions"] == 0


@pytest.mark.parametrize(
    "name",
    [
        "conversion.track", "ROI.insert", "roi.insert ", " roi.insert", "roi.delete", "",
        "system.listMethods", "&lt;b&gt;",
    ],
)  # fmt: skip
def test_another_method_is_an_incorrect_action(
    tracker: Tracker, visit: Visit, listen: Listen, name: str
) -> None:
    """[doc] "Incorrect Action Specified"."""
    receivers = listen(tracker)

    item = item_of(insert(visit(tracker), call(methodName=name, roi_data=roi_token(tracker))))

    assert (item["error"], item["responseText"]) == ("1", "Incorrect Action Specified")
    assert receivers.rejected == [("bluehornet", "unknown methodName")]
    assert row_counts(tracker)["conversions"] == 0


def test_without_a_method_it_is_one_too(tracker: Tracker, visit: Visit) -> None:
    """An empty call calls nothing."""
    item = item_of(insert(visit(tracker), "<methodCall/>"))

    assert (item["error"], item["responseText"]) == ("1", "Incorrect Action Specified")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda token: token[:-4], id="cut"),
        pytest.param(lambda token: token[:-1] + ("A" if token[-1] != "A" else "Q"), id="changed"),
        pytest.param(lambda token: f"{token}A", id="longer"),
        pytest.param(lambda token: f"{token}=", id="padded"),
        pytest.param(lambda token: f"https://shop.example/x/{token}", id="another URL"),
        pytest.param(lambda _: "x" * 60_000, id="too long"),
        pytest.param(lambda _: " ", id="white space"),
        pytest.param(lambda _: "/r/", id="no token"),
        pytest.param(lambda _: "\u0661" * 80, id="not ASCII"),
        pytest.param(lambda _: "NaN", id="a word"),
    ],
)
def test_roi_data_that_does_not_open_does_not_match(
    tracker: Tracker, visit: Visit, listen: Listen, change: Callable[[str], str]
) -> None:
    """The sale is not recorded: "preventing artificial values submitted for roi_data" [doc]."""
    receivers = listen(tracker)

    item = item_of(insert(visit(tracker), call(roi_data=change(roi_token(tracker)))))

    assert (item["responseCode"], item["error"]) == ("403", "1")
    assert item["responseText"] == "Insert failed: ROI Hash does not match"
    assert receivers.rejected == [("bluehornet", "ROI Hash does not match")]
    assert row_counts(tracker)["conversions"] == 0


def test_only_a_click_of_this_site_matches(
    make_tracker: MakeTracker, tracker: Tracker, visit: Visit
) -> None:
    """Neither another shop's, nor one under another key, nor another kind of token."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", contact="c81"))
    tokens = [
        roi_token(api_tracker(make_tracker, site="other")),
        roi_token(api_tracker(make_tracker, secret_keys=[OTHER_SECRET])),
        tracker.attribution_token(visitor.environ),
    ]

    items = [item_of(insert(visit(tracker), call(roi_data=token))) for token in tokens]

    assert [item["responseCode"] for item in items] == ["403"] * 3


WRONG = {
    "another secret": f"<api_key>{KEY}</api_key><shared_secret>wrong</shared_secret>",
    "half a secret": f"<api_key>{KEY}</api_key><shared_secret>{SHARED_SECRET[:8]}</shared_secret>",
    "spaces": f"<api_key>{KEY}</api_key><shared_secret> {SHARED_SECRET}</shared_secret>",
    "another key": f"<api_key>x</api_key><shared_secret>{SHARED_SECRET}</shared_secret>",
    "unknown and empty": "<api_key>x</api_key><shared_secret></shared_secret>",
    "no secret": f"<api_key>{KEY}</api_key>",
    "no key": f"<shared_secret>{SHARED_SECRET}</shared_secret>",
    "nothing": "",
    "not ASCII": f"<api_key>{KEY}</api_key><shared_secret>\u00e9\U0001f9e6</shared_secret>",
}


@pytest.mark.parametrize("inner", WRONG.values(), ids=WRONG)
def test_without_the_secret_nothing_is_done(
    tracker: Tracker, visit: Visit, listen: Listen, inner: str
) -> None:
    """HTTP 200 and code 445, not even saying what is wrong with the calls."""
    receivers = listen(tracker)
    calls = call(roi_data=roi_token(tracker)) + call()
    xml = f"<api><authentication>{inner}</authentication><data>{calls}</data></api>"

    answer = visit(tracker).post(PATH, xml.encode())

    assert answer.status == 200
    item = item_of(answer)
    assert (item["error"], item["responseCode"]) == ("1", "445")
    assert item["responseText"] == "Could not authenticate"
    assert receivers.rejected == [("bluehornet", "could not authenticate")]
    assert row_counts(tracker)["conversions"] == 0


def test_without_any_authentication_it_is_the_same(tracker: Tracker, visit: Visit) -> None:
    """The element itself may be missing."""
    xml = document(call(roi_data=roi_token(tracker)))
    xml = xml.replace(xml[xml.index("<auth") : xml.index("<data>")], "")

    assert item_of(visit(tracker).post(PATH, xml.encode()))["responseCode"] == "445"


def test_each_key_has_its_own_secret(make_tracker: MakeTracker, visit: Visit) -> None:
    """Of several, none opens with another's."""
    tracker = make_tracker(bluehornet_keys={KEY: SHARED_SECRET, "other": "secret"})
    sale = call(roi_data=roi_token(tracker))

    own = visit(tracker).post(PATH, document(sale).encode())
    others = visit(tracker).post(PATH, document(sale, key="other").encode())

    assert item_of(own)["responseCode"] == "201"
    assert item_of(others)["responseCode"] == "445"


@pytest.mark.parametrize(
    ("field", "inner"),
    [
        ("api_key", f"<api_key>{KEY}</api_key>"),
        ("shared_secret", "<shared_secret>x</shared_secret>"),
        ("response_type", "<response_type>html</response_type>"),
        ("response_type", "<response_type>XML</response_type>"),
        ("response_type", "<response_type>xml</response_type><response_type>php</response_type>"),
        ("no_halt", "<no_halt>2</no_halt>"),
        ("no_halt", "<no_halt>1</no_halt><no_halt>1</no_halt>"),
        ("authentication", "</authentication><authentication>"),
    ],
)
def test_an_authentication_that_means_two_things_is_refused(
    tracker: Tracker, visit: Visit, field: str, inner: str
) -> None:
    """A value that is unknown, or given twice, by name."""
    sale = call(roi_data=roi_token(tracker))

    item = item_of(insert(visit(tracker), sale, authentication=inner))

    assert (item["responseCode"], item["error"]) == ("400", "1")
    assert item["responseText"] == f"Insert failed: invalid {field}"
    assert row_counts(tracker)["conversions"] == 0
