"""The reader of XML that dialects share."""

from __future__ import annotations

import pytest

from wsgi_salestrack.errors import BadHit
from wsgi_salestrack.protocols.xml import BYTES_PER_ELEMENT, DEEPEST, FREE_ELEMENTS, read


def test_a_document_becomes_a_tree() -> None:
    """Elements by their names, in their order, with the text directly within."""
    root = read(b"<a x='1'> one <b>two</b><![CDATA[<&>]]><?p i?><!-- c --><c/><b>&lt;&#66;</b></a>")

    assert (root.name, root.text) == ("a", " one <&>")
    assert [child.name for child in root.children] == ["b", "c", "b"]
    assert [child.text for child in root.named("b")] == ["two", "<B"]
    assert root.named("d") == []


def test_a_namespace_is_part_of_a_name() -> None:
    """Of an element; one that is only declared changes nothing."""
    root = read(b"<a xmlns:x='urn:x'><x:b/><b/></a>")

    assert [child.name for child in root.children] == ["{urn:x}b", "b"]
    assert root.name == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "koi8-r", "us-ascii"])
def test_a_document_says_its_encoding(encoding: str) -> None:
    """UTF-8 where it does not."""
    letter = {"utf-8": "\u00d8", "utf-16": "\U0001f9e6", "iso-8859-1": "\u00d8"}.get(encoding, "a")
    document = f'<?xml version="1.0" encoding="{encoding}"?><a>{letter}</a>'

    assert read(document.encode(encoding)).text == letter


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<a>", id="cut"),
        pytest.param(b"<a></b>", id="crossed"),
        pytest.param(b"<a/><a/>", id="two roots"),
        pytest.param(b"\xff<a/>", id="no text"),
        pytest.param(b"<a>\xff</a>", id="not UTF-8"),
        pytest.param(b"<a>\xc0\x80</a>", id="overlong UTF-8"),
        pytest.param(b"<a>\xed\xa0\x80</a>", id="a surrogate"),
        pytest.param(b"<a>\0</a>", id="NUL"),
        pytest.param(b"<a>&#xD800;</a>", id="a surrogate's reference"),
        pytest.param(b"<!DOCTYPE a><a/>", id="DTD"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', id="entity"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]><a>&b;</a>', id="external"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY % b "c">%b;]><a/>', id="parameter entity"),
        pytest.param(b'<!DOCTYPE a SYSTEM "http://shop.example/a.dtd"><a/>', id="external DTD"),
        pytest.param(b"<a>&b;</a>", id="unknown entity"),
        pytest.param(b"<?xml version='1.0' encoding='nothing'?><a/>", id="unknown encoding"),
        pytest.param(b"<?xml version='1.0' encoding='utf-7'?><a/>", id="UTF-7"),
        pytest.param(b"<?xml version='1.0' encoding='hex'?><a/>", id="no text encoding"),
        pytest.param(b"<?xml version='1.0' encoding='punycode'?><a/>", id="punycode"),
        pytest.param(b"<?xml version='1.0' encoding='big5'?><a>\xa4\xa4</a>", id="multi-byte"),
    ],
)
def test_what_is_no_plain_xml_is_refused(document: bytes) -> None:
    """The reason is one phrase, which repeats nothing of it."""
    with pytest.raises(BadHit) as refused:
        read(document)

    assert refused.value.reason == "invalid XML"


def _crowded(elements: int, size: int) -> bytes:
    """A document with so many elements and bytes."""
    return b"<a>%s</a>" % (b"<b/>" * (elements - 1)).ljust(size - len("<a></a>"))


@pytest.mark.parametrize(
    ("longest", "longer"),
    [
        pytest.param(
            b"<a>" * DEEPEST + b"</a>" * DEEPEST,
            b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1),
            id="depth",
        ),
        pytest.param(
            _crowded(FREE_ELEMENTS + 300, 300 * BYTES_PER_ELEMENT),
            _crowded(FREE_ELEMENTS + 301, 300 * BYTES_PER_ELEMENT),
            id="elements",
        ),
        pytest.param(
            b"<a xmlns='%s'/>" % (b"u" * 100), b"<a xmlns='%s'/>" % (b"u" * 101), id="namespace"
        ),
    ],
)
def test_a_document_is_bounded(longest: bytes, longer: bytes) -> None:
    """A small one must not become a large tree, or a deep one."""
    read(longest)
    with pytest.raises(BadHit, match=r"^invalid XML: "):
        read(longer)


def test_elements_beside_each_other_are_not_deep() -> None:
    """Depth is counted down again."""
    assert len(read(b"<a>%s</a>" % (b"<b><c/></b>" * 100)).children) == 100
