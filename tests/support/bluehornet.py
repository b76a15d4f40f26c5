"""BlueHornet's API as its clients see it: requests, and answers in each of its notations."""

from __future__ import annotations

from typing import Any, TypeAlias
from urllib.parse import quote_plus
from xml.etree import ElementTree as ET

from tests.support.browser import Answer, Browser
from tests.support.shop import MakeTracker
from wsgi_salestrack import Tracker

KEYS = {"8ff953dd97c4405234a04291dee39e": "2b7e151628aed2a6"}
((KEY, SHARED_SECRET),) = KEYS.items()
PATH = "/salestrack/api/xmlrpc/index.php"

Tree: TypeAlias = "str | int | dict[str | int, Tree]"


def api_tracker(make_tracker: MakeTracker, **keys: object) -> Tracker:
    """A tracker with BlueHornet's API switched on."""
    return make_tracker(**{"bluehornet_keys": KEYS, **keys})


def roi_token(tracker: Tracker, **names: str) -> str:
    """What the landing link hands to the shop."""
    credit: dict[str, Any] = {**(names or {"contact": "c81", "newsletter": "2026-11"})}
    return tracker.click_url("/p/socks", **credit).rpartition("/")[2]


def call(**fields: str | None) -> str:
    """A method call, its values as XML; None leaves one out."""
    given = {"methodName": "roi.insert", "amount": "152.99", "order_id": "1123", **fields}
    values = (f"<{name}>{value}</{name}>" for name, value in given.items() if value is not None)
    return f"<methodCall>{''.join(values)}</methodCall>"


def document(*calls: str, authentication: str = "", key: str = KEY) -> str:
    """A request with the secret, and whatever else its authentication is to hold."""
    known = f"<api_key>{key}</api_key><shared_secret>{SHARED_SECRET}</shared_secret>"
    return (
        f"<api><authentication>{known}{authentication}</authentication>"
        f"<data>{''.join(calls)}</data></api>"
    )


def insert(browser: Browser, *calls: str, authentication: str = "") -> Answer:
    """Make calls, as the field of a form."""
    body = document(*calls, authentication=authentication)
    return browser.post(PATH, f"data={quote_plus(body)}".encode())


def items_of(answer: Answer) -> list[dict[str, str]]:
    """What an answer says to each call, by the names of the elements; those within others too."""
    root = ET.fromstring(answer.body)  # noqa: S314  it is our own
    assert root.tag == "methodResponse"
    assert {child.tag for child in root} == {"item"}
    return [
        {element.tag: element.text or "" for element in item.iter() if not len(element)}
        for item in root
    ]


def item_of(answer: Answer) -> dict[str, str]:
    """The same of an answer to one call."""
    (item,) = items_of(answer)
    return item


def unserialized(text: bytes) -> Tree:
    """What PHP's ``unserialize()`` makes of it, strictly."""
    value, rest = _unserialize(text)
    assert rest == b""
    return value


def _unserialize(text: bytes) -> tuple[Tree, bytes]:
    kind, text = text[:2], text[2:]
    number, _, text = text.partition(b";" if kind == b"i:" else b":")
    if kind == b"i:":
        return int(number), text
    size = int(number)
    if kind == b"s:":
        assert text[:1] + text[size + 1 : size + 3] == b'"";'
        return text[1 : size + 1].decode(), text[size + 3 :]
    assert (kind, text[:1]) == (b"a:", b"{")
    text = text[1:]
    pairs: dict[str | int, Tree] = {}
    for _ in range(size):
        key, text = _unserialize(text)
        assert isinstance(key, str | int)
        pairs[key], text = _unserialize(text)
    assert text[:1] == b"}"
    return pairs, text[1:]
