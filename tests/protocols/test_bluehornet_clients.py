"""The bytes that the published clients send, and what each of them looks at in the answer."""

from __future__ import annotations

from urllib.parse import quote_plus
from xml.etree import ElementTree as ET

import pytest

from tests.support.bluehornet import (
    KEY,
    PATH,
    SHARED_SECRET,
    api_tracker,
    call,
    document,
    item_of,
    items_of,
    roi_token,
    unserialized,
)
from tests.support.browser import Answer, Browser
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Tracker

_FORM = "application/x-www-form-urlencoded"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


def _references(tracker: Tracker) -> list[str]:
    return [row["reference"] for row in rows_of(tracker, "conversions")]


def _send(browser: Browser, content_type: str | None, body: str) -> Answer:
    """A raw body under a content type, or none."""
    return browser.send("POST", PATH, {"Content-Type": content_type}, body.encode())


def test_the_python_client(tracker: Tracker, visit: Visit) -> None:
    """MegaMark16/python-bluehornet: a form; elements sorted by name, each call in its own data.

    It reads a list of items where there are several, and names no response type.
    """
    token = roi_token(tracker)
    calls = "".join(
        f"<data><methodCall><amount>{amount}</amount><methodName>roi.insert</methodName>"
        f"<order_id>{order_id}</order_id><roi_data>{token}</roi_data></methodCall></data>"
        for order_id, amount in (("1123", "152.99"), ("1124", "9.00"))
    )
    xml = (
        f"<api><authentication><api_key>{KEY}</api_key><shared_secret>{SHARED_SECRET}"
        f"</shared_secret></authentication>{calls}</api>"
    )

    answer = visit(tracker).post(
        PATH, f"data={quote_plus(xml)}".encode(), {"Content-type": _FORM, "Accept": "text/plain"}
    )

    assert [item["responseNum"] for item in items_of(answer)] == ["1", "2"]
    assert {item["responseCode"] for item in items_of(answer)} == {"201"}
    assert _references(tracker) == ["1123", "1124"]


def test_the_ruby_client(tracker: Tracker, visit: Visit) -> None:
    """Stinger: HTTParty's form of what Builder makes; fails where ``error`` is 1."""
    xml = (
        f"<api><authentication><api_key>{KEY}</api_key><shared_secret>{SHARED_SECRET}"
        "</shared_secret><response_type>xml</response_type></authentication><data><methodCall>"
        f"<methodName>roi.insert</methodName><roi_data>{roi_token(tracker)}</roi_data>"
        "<amount>152.99</amount><order_id>1123</order_id></methodCall></data></api>"
    )

    answer = visit(tracker).post(PATH, f"data={quote_plus(xml)}".encode())

    assert item_of(answer).get("error") is None
    assert _references(tracker) == ["1123"]


def _array2xml(tracker: Tracker, *, no_halt: str = "") -> str:
    """What PHP's DOMDocument writes with formatOutput."""
    return (
        f"{_DECLARATION}\n<api>\n  <authentication>\n    <api_key>{KEY}</api_key>\n"
        f"    <shared_secret>{SHARED_SECRET}</shared_secret>\n"
        f"    <response_type>xml</response_type>{no_halt}\n  </authentication>\n  <data>\n"
        "    <methodCall>\n      <methodName>roi.insert</methodName>\n"
        f"      <roi_data>{roi_token(tracker)}</roi_data>\n      <amount>152.99</amount>\n"
        "      <order_id>1123</order_id>\n"
        "      <ignore_duplicate_orders>true</ignore_duplicate_orders>\n"
        "    </methodCall>\n  </data>\n</api>\n"
    )


def test_the_php_client_that_sends_a_form(tracker: Tracker, visit: Visit) -> None:
    """swt83/php-bluehornet: ``http_build_query`` of an indented document; booleans are words."""
    body = f"data={quote_plus(_array2xml(tracker))}"

    answer = _send(visit(tracker), _FORM, body)

    assert item_of(answer)["ignore_duplicate_orders"] == "1"
    assert _references(tracker) == ["1123"]


def test_the_php_client_that_sends_xml(tracker: Tracker, visit: Visit) -> None:
    """chadedge/php-bluehornet: the document is the body, and Guzzle names no content type."""
    xml = _array2xml(tracker, no_halt="\n    <no_halt>0</no_halt>")

    answer = _send(visit(tracker), None, xml)

    assert item_of(answer)["methodName"] == "roi.insert"
    assert _references(tracker) == ["1123"]


def test_the_php_client_knows_an_error_in_cdata_only(tracker: Tracker, visit: Visit) -> None:
    """chadedge/php-bluehornet takes ``error``, text and code where they are CDATA sections."""
    xml = _array2xml(tracker).replace(SHARED_SECRET, "wrong")

    answer = _send(visit(tracker), None, xml)

    assert answer.status == 200
    assert (
        "<item><error><![CDATA[1]]></error>"
        "<responseText><![CDATA[Could not authenticate]]></responseText>"
        "<responseData><responseCode><![CDATA[445]]></responseCode></responseData></item>"
    ) in answer.text


@pytest.mark.parametrize("no_halt", ["1", "0"])
def test_the_net_client(tracker: Tracker, visit: Visit, no_halt: str) -> None:
    """parksjr/BlueHornetAPI.NET: raw XML, every value in CDATA; any ``error`` is one."""
    xml = (
        f"<api><authentication><api_key><![CDATA[{KEY}]]></api_key>"
        f"<shared_secret><![CDATA[{SHARED_SECRET}]]></shared_secret>"
        f"<response_type><![CDATA[xml]]></response_type><no_halt><![CDATA[{no_halt}]]></no_halt>"
        "</authentication><data><methodCall><methodName><![CDATA[roi.insert]]></methodName>"
        f"<roi_data><![CDATA[{roi_token(tracker)}]]></roi_data><amount><![CDATA[152.99]]></amount>"
        "<order_id><![CDATA[1123]]></order_id></methodCall></data></api>"
    )

    answer = _send(visit(tracker), "application/xml", xml)

    assert ET.fromstring(answer.body).find("item/error") is None  # noqa: S314  it is our own
    assert _references(tracker) == ["1123"]


def test_the_clojure_client(tracker: Tracker, visit: Visit) -> None:
    """wakermahmud/bluehornet-client: ``no_halt`` stands in the response type, which is PHP's."""
    xml = (
        f"{_DECLARATION}<api><authentication>"
        "<response_type>php<no_halt>1</no_halt></response_type>"
        f"<api_key>{KEY}</api_key><shared_secret>{SHARED_SECRET}</shared_secret></authentication>"
        f"<data>{call()}{call(roi_data=roi_token(tracker))}</data></api>"
    )

    answer = _send(visit(tracker), "text/plain; charset=UTF-8", xml)

    tree = unserialized(answer.body)
    assert isinstance(tree, dict)
    assert str(tree["methodResponse"]).count("'responseCode': '201'") == 1
    assert _references(tracker) == ["1123"]


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/xml", "application/xml; charset=utf-8", _FORM, "multipart/form-data", "x"],
)
def test_the_content_type_does_not_matter(
    tracker: Tracker, visit: Visit, content_type: str | None
) -> None:
    """A document and a form begin differently."""
    xml = document(call(roi_data=roi_token(tracker)))
    browser = visit(tracker)

    raw = _send(browser, content_type, xml)
    form = _send(browser, content_type, f"a=1&data={quote_plus(xml)}&data2=x")

    assert item_of(raw)["responseCode"] == item_of(form)["responseCode"] == "201"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
@pytest.mark.parametrize("before", ["", "\r\n "])
def test_a_document_is_in_the_encoding_it_declares(
    tracker: Tracker, visit: Visit, encoding: str, before: str
) -> None:
    """And white space in front of it, which is no XML, does no harm."""
    declared = encoding.removesuffix("-sig")
    xml = document(call(roi_data=roi_token(tracker), order_id="\u00d8-1"))
    body = f'<?xml version="1.0" encoding="{declared}"?>{xml}'.encode(encoding)

    answer = visit(tracker).post(PATH, before.encode() + body)

    assert item_of(answer)["order_id"] == "\u00d8-1"
    assert _references(tracker) == ["\u00d8-1"]
