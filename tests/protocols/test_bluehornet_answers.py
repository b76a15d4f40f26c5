"""Several calls in a request, answers as PHP and JSON, and what is said when the store fails."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.support.bluehornet import (
    PATH,
    api_tracker,
    call,
    document,
    insert,
    item_of,
    items_of,
    roi_token,
    unserialized,
)
from tests.support.browser import Answer
from tests.support.receivers import Listen
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Tracker, signals

PHP = "<response_type>php</response_type>"
JSON = "<response_type>json</response_type>"
NO_HALT = "<no_halt>1</no_halt>"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


def _sales(tracker: Tracker, *order_ids: str) -> list[str]:
    """Calls for these orders; an empty one lacks its number."""
    token = roi_token(tracker)
    return [call(roi_data=token, order_id=order_id) for order_id in order_ids]


@pytest.mark.parametrize("halt", ["", "<no_halt>0</no_halt>", "<no_halt/>"])
def test_processing_stops_at_the_first_error(tracker: Tracker, visit: Visit, halt: str) -> None:
    """What came before it is recorded, what comes after it is not even answered [doc]."""
    items = items_of(insert(visit(tracker), *_sales(tracker, "1", "", "3"), authentication=halt))

    assert [item.get("error") for item in items] == [None, "1"]
    assert [item["responseNum"] for item in items] == ["1", "2"]
    assert [row["reference"] for row in rows_of(tracker, "conversions")] == ["1"]


@pytest.mark.parametrize("flag", ["1", "true"])
def test_with_no_halt_it_goes_on(tracker: Tracker, visit: Visit, flag: str) -> None:
    """[doc] "No_halt": an item for each of the calls."""
    calls = [*_sales(tracker, "1", ""), call(methodName="x"), *_sales(tracker, "4")]

    items = items_of(insert(visit(tracker), *calls, authentication=f"<no_halt>{flag}</no_halt>"))

    assert [item.get("error") for item in items] == [None, "1", "1", None]
    assert [item["responseNum"] for item in items] == ["1", "2", "3", "4"]
    assert [row["reference"] for row in rows_of(tracker, "conversions")] == ["1", "4"]


@pytest.mark.parametrize(("count", "taken"), [(0, False), (25, True), (26, False)])
def test_a_request_has_from_1_to_50_calls(
    tracker: Tracker, visit: Visit, *, count: int, taken: bool
) -> None:
    """More of them are refused before the first is made."""
    items = items_of(insert(visit(tracker), *_sales(tracker, *map(str, range(count)))))

    assert len(rows_of(tracker, "conversions")) == (count if taken else 0)
    if not taken:
        assert items[0]["responseText"] == "Insert failed: invalid methodCall"


def _item(answer: Answer, notation: str) -> Any:
    """What an answer says to its call, or to each of them."""
    tree: Any = unserialized(answer.body) if notation == PHP else json.loads(answer.body)
    (response,) = tree.values()
    assert list(tree) == ["methodResponse"]
    assert list(response) == ["item"]
    return response["item"]


@pytest.mark.parametrize(
    ("notation", "content_type"), [(PHP, "text/plain; charset=utf-8"), (JSON, "application/json")]
)
def test_php_and_json_are_the_same_tree(
    tracker: Tracker, visit: Visit, notation: str, content_type: str
) -> None:
    """As the XML; alone, an item is no list."""
    sale = call(roi_data=roi_token(tracker), order_id="\u00d8-\U0001f9e6&lt;&quot;")
    expected = item_of(insert(visit(tracker), sale))

    answer = insert(visit(tracker), sale, authentication=notation)

    assert answer.headers["Content-Type"] == content_type
    item = _item(answer, notation)
    data = item.pop("responseData")
    assert {**item, **data} == expected
    assert data["order_id"] == '\u00d8-\U0001f9e6<"'


@pytest.mark.parametrize("notation", [PHP, JSON])
def test_several_items_are_a_list(tracker: Tracker, visit: Visit, notation: str) -> None:
    """In the order of the calls."""
    sales = _sales(tracker, "1", "", "3")

    answer = insert(visit(tracker), *sales, authentication=notation + NO_HALT)

    items = _item(answer, notation)
    if notation == PHP:
        assert list(items) == [0, 1, 2]
        items = items.values()
    assert [item["responseNum"] for item in items] == ["1", "2", "3"]
    assert [item.get("error") for item in items] == [None, "1", None]


@pytest.mark.parametrize("notation", [PHP, JSON])
def test_every_error_is_in_the_notation_asked_for(
    tracker: Tracker, visit: Visit, notation: str
) -> None:
    """Also where the secret is wrong, or something else beside the calls."""
    good = document(call(), authentication=notation)
    bodies = [
        good.replace("<api_key>", "<api_key>x"),
        good.replace("</auth", "<no_halt>x</no_halt></auth"),
        good.replace("methodCall", "x"),
    ]

    for body in bodies:
        answer = visit(tracker).post(PATH, body.encode())
        assert _item(answer, notation)["error"] == "1"


def test_a_sites_name_may_be_no_xml(make_tracker: MakeTracker, visit: Visit) -> None:
    """It is the host's text; the answer stays a document."""
    tracker = api_tracker(make_tracker, site="a\x01<&\r\ufffe")

    item = item_of(insert(visit(tracker), call(roi_data=roi_token(tracker))))

    assert item["db_spec"] == "a\ufffd<&\r\ufffd"


def test_when_the_store_fails_it_says_503(
    make_tracker: MakeTracker, visit: Visit, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is acknowledged that is not on disk; the calls after it are not made."""
    tracker = api_tracker(make_tracker, database="/nonexistent/folder/sales.db")
    receivers = listen(tracker)

    with caplog.at_level(logging.ERROR, "salestrack"):
        answer = insert(visit(tracker), *_sales(tracker, "1", "2"), authentication=NO_HALT)

    assert answer.status == 503
    item = item_of(answer)
    assert (item["error"], item["responseCode"]) == ("1", "503")
    assert receivers.rejected == [("bluehornet", item["responseText"])]
    assert "not recorded" in caplog.text


def test_a_failure_says_which_calls_are_recorded(
    make_tracker: MakeTracker, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """In signals-only mode, where the second of three fails."""
    tracker = api_tracker(make_tracker, database=None)
    seen: list[str] = []

    def keep(sender: object, **keywords: object) -> None:
        seen.append(str(keywords["recorded"]))
        if len(seen) == 2:
            raise RuntimeError("the disk is full")

    with signals.conversion_recorded.connected_to(keep, sender=tracker):
        answer = insert(visit(tracker), *_sales(tracker, "1", "2", "3"), authentication=NO_HALT)

    assert answer.status == 503
    assert [item["responseCode"] for item in items_of(answer)] == ["201", "503"]
    assert [item["responseNum"] for item in items_of(answer)] == ["1", "2"]
    assert len(seen) == 2
    assert "the disk is full" in caplog.text
