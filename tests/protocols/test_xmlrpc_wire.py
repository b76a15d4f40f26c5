"""The reader and the writer of XML-RPC, whatever the methods are."""

from __future__ import annotations

from datetime import datetime
from xmlrpc.client import DateTime, dumps, loads

import pytest

from tests.support.xmlrpc import call
from wsgi_salestrack.errors import BadHit
from wsgi_salestrack.protocols import xmlrpc
from wsgi_salestrack.protocols.xmlrpc import Call, Fault, Value


def _read(value: str) -> Value:
    """The one parameter of a call."""
    (found,) = xmlrpc.read(call("m", value)).params
    return found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" a b ", " a b ", id="untyped"),
        pytest.param("<string> a\n</string>", " a\n", id="string"),
        pytest.param("<string/>", "", id="empty string"),
        pytest.param("\n <string>a</string>\n", "a", id="white space around"),
        pytest.param("<![CDATA[<&>]]>", "<&>", id="untyped CDATA"),
        pytest.param("<string>a<![CDATA[<&>]]>&amp;b</string>", "a<&>&b", id="CDATA"),
        pytest.param("<string>a<!-- x -->b<?x y?>c</string>", "abc", id="comment"),
        pytest.param("<int>5</int>", "5", id="int"),
        pytest.param("<i4>-5</i4>", "-5", id="i4"),
        pytest.param("<int> +5\n</int>", "5", id="sign and white space"),
        pytest.param("<int>9040493329</int>", "9040493329", id="more than four bytes"),
        pytest.param(f"<int>{'9' * 18}</int>", "9" * 18, id="longest int"),
        pytest.param("<double>1.50</double>", "1.50", id="double's very digits"),
        pytest.param(
            "<double>12345678901234567.89</double>", "12345678901234567.89", id="no float"
        ),
        pytest.param("<double>-5</double>", "-5", id="whole double"),
        pytest.param("<boolean>1</boolean>", True, id="true"),
        pytest.param("<boolean> 0 </boolean>", False, id="false"),
        pytest.param("<base64>\nYQ ==\n</base64>", b"a", id="base64"),
        pytest.param(
            "<dateTime.iso8601>20170523T13:38:12</dateTime.iso8601>",
            datetime(2017, 5, 23, 13, 38, 12),  # noqa: DTZ001  XML-RPC's have no zone
            id="dateTime",
        ),
        pytest.param(
            "<dateTime.iso8601>2017-05-23T13:38:12Z</dateTime.iso8601>",
            datetime(2017, 5, 23, 13, 38, 12),  # noqa: DTZ001  XML-RPC's have no zone
            id="dateTime as ISO has it",
        ),
        pytest.param("<array><data/></array>", [], id="empty array"),
        pytest.param(
            "<array><data><value>a</value><value><int>1</int></value></data></array>",
            ["a", "1"],
            id="array",
        ),
        pytest.param("<struct/>", {}, id="empty struct"),
        pytest.param(
            "<struct><member><name>a</name><value>b</value></member>"
            "<member><value><struct/></value><name>c</name></member></struct>",
            {"a": "b", "c": {}},
            id="struct",
        ),
    ],
)
def test_a_value_is_read(value: str, expected: object) -> None:
    """By its type; numbers stay text."""
    found = _read(value)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    "value",
    [
        *(
            f"<int>{number}</int>"
            for number in (
                *("", "x", "1_000", "1.0", "1e5", "0x1", "1 0", "--1", "1,0", "\u0661", "\uff11"),
                *("9" * 19, "9" * 5000, "<int>1</int>", "1<b/>", "\xa01"),
            )
        ),
        *(
            f"<double>{number}</double>"
            for number in (
                *("", "nan", "NaN", "inf", "-Infinity", "1e5", "1E+2", "1_0.0", "1,5", ".5", "5."),
                *("\u0661.5", "1.5.5", "9" * 21, f"1.{'1' * 21}", "<string>1</string>"),
            )
        ),
        *(f"<boolean>{value}</boolean>" for value in ("", "7", "true", "-1", "01", "\u0661")),
        *(f"<base64>{value}</base64>" for value in ("=", "YQ", "a\u00f8==", "Y!==")),
        *(
            f"<dateTime.iso8601>{value}</dateTime.iso8601>"
            for value in (
                *("", "x", "20170523", "20171323T00:00:00", "20170523T25:00:00", "00000101T0:0:0"),
                *("2017\u0660523T13:38:12", "20170523T13:38:12+02:00"),
            )
        ),
        "<nil/>",
        "<i8>1</i8>",
        "<i1>1</i1>",
        "<float>1</float>",
        "<String>a</String>",
        "<ex:nil xmlns:ex='urn:x'/>",
        "<x:int xmlns:x='urn:x'>1</x:int>",
        "a<int>1</int>",
        "<int>1</int>a",
        "<int>1</int><int>1</int>",
        "<value>a</value>",
        "<array/>",
        "<array><value>a</value></array>",
        "<array><data/><data/></array>",
        "<array>a<data/></array>",
        "<array><data>a</data></array>",
        "<array><data><string>a</string></data></array>",
        "<struct>a</struct>",
        "<struct><member/></struct>",
        "<struct><name>a</name><value/></struct>",
        "<struct><member><name>a</name></member></struct>",
        "<struct><member><value/></member></struct>",
        "<struct><member><name>a</name><name>b</name><value/></member></struct>",
        "<struct><member><name>a</name><value/><value/></member></struct>",
        "<struct><member><name><b/></name><value/></member></struct>",
        "<struct><member>a<name>a</name><value/></member></struct>",
    ],
)
def test_a_value_that_is_malformed_is_refused(value: str) -> None:
    """A type that is none, or what that type does not take; nothing of it is repeated."""
    with pytest.raises(BadHit, match=r"^invalid XML-RPC: [A-Za-z0-9. ]+$"):
        _read(value)


def test_a_member_is_given_once() -> None:
    """Nobody can tell which of two is meant."""
    member = "<member><name>a</name><value>1</value></member>"

    with pytest.raises(BadHit, match=r"^a member of a struct is given twice$"):
        _read(f"<struct>{member}{member}</struct>")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "<methodCall><methodName>m</methodName></methodCall>", Call("m", []), id="no params"
        ),
        pytest.param(
            "\r\n<?xml version='1.0'?>\n<methodCall>\n<methodName> m\n</methodName>\n<params/>"
            "\n</methodCall>\n",
            Call("m", []),
            id="white space",
        ),
        pytest.param(dumps((), "a.b"), Call("a.b", []), id="Python"),
        pytest.param(
            dumps(("x", 1, 1.5, True, [DateTime("20170523T13:38:12")]), "m"),
            Call("m", ["x", "1", "1.5", True, [datetime(2017, 5, 23, 13, 38, 12)]]),  # noqa: DTZ001
            id="Python with parameters",
        ),
    ],
)
def test_a_call_is_read(body: str, expected: Call) -> None:
    """Its method's name, and its parameters in their order."""
    assert xmlrpc.read(body.encode()) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_body_says_its_encoding(encoding: str) -> None:
    """[client] PHP's own extension says iso-8859-1."""
    document = (
        f"<?xml version='1.0' encoding='{encoding}'?><methodCall><methodName>m</methodName>"
        "<params><param><value>S\u00f8k</value></param></params></methodCall>"
    )

    assert xmlrpc.read(document.encode(encoding)).params == ["S\u00f8k"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<methodCall/>",
        "<methodCall><params/></methodCall>",
        "<methodCall><methodName>m</methodName><methodName>m</methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params/><params/></methodCall>",
        "<methodCall><methodName>m</methodName><x/></methodCall>",
        "<methodCall>x<methodName>m</methodName></methodCall>",
        "<methodCall><methodName><m/></methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params><value/></params></methodCall>",
        "<methodCall><methodName>m</methodName><params><param/></params></methodCall>",
        "<methodCall><methodName>m</methodName><params><param>x</param></params></methodCall>",
        "<methodResponse><params/></methodResponse>",
        "<methodCall xmlns='urn:x'><methodName>m</methodName></methodCall>",
    ],
)
def test_what_is_no_call_is_refused(body: str) -> None:
    """Whether it is XML or not."""
    with pytest.raises(BadHit, match=r"^invalid XML"):
        xmlrpc.read(body.encode())


def test_an_answer_is_a_document_whatever_it_says() -> None:
    """A target's title may hold what XML may not."""
    _, headers, body = xmlrpc.returned(["a\x01\ufffe\r\n<&>]]>\u00f8", True, 1, {"b": []}])

    assert loads(body)[0] == (["a\ufffd\ufffd\r\n<&>]]>\u00f8", True, 1, {"b": []}],)
    assert dict(headers) == {
        "Content-Type": "text/xml; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


def test_an_answer_uses_the_types_that_clients_know() -> None:
    """[client] Neither ``nil`` nor ``i8``."""
    _, _, body = xmlrpc.failed(Fault(1004, "et_currency is missing"))

    assert b"<name>faultCode</name>\n<value><int>1004</int></value>" in body
    assert b"<value><string>et_currency is missing</string></value>" in body
