"""XML from anybody, read into a small tree: no DTD, no entities, bounded in every direction."""

from __future__ import annotations

import re
from typing import Final

from defusedxml.ElementTree import DefusedXMLParser, ParseError

from ..errors import BadHit

#: Elements within each other.
DEEPEST: Final = 32
#: Elements that any document may have, however short it is.
FREE_ELEMENTS: Final = 100
#: Bytes for each further one; they cost more than their bytes say, and those of a call have 11.
BYTES_PER_ELEMENT: Final = 10
# What no document may hold, however it is written.
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# An element's name holds its namespace's, so a long one makes a small document a large tree.
_LONGEST_NAMESPACE: Final = 100


class Element:
    """An element of a document.

    :param name: with its namespace, if it has one, as ``{namespace}name``.
    :ivar content: elements and pieces of text, in their order.
    """

    __slots__ = ("content", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.content: list[Element | str] = []

    @property
    def text(self) -> str:
        """All text directly within, CDATA sections and white space included."""
        return "".join([part for part in self.content if isinstance(part, str)])

    @property
    def children(self) -> list[Element]:
        """The elements directly within."""
        return [part for part in self.content if isinstance(part, Element)]

    def named(self, name: str) -> list[Element]:
        """Those of that name."""
        return [child for child in self.children if child.name == name]


def writable(text: str) -> str:
    """Text with replacement characters for what XML has no room for."""
    return _NO_XML.sub("\ufffd", text)


def read(document: bytes, *, most_elements: int | None = None) -> Element:
    """The outermost element of a document, in whatever encoding it declares.

    Attributes, comments and processing instructions are dropped.

    :param most_elements: that it may have; by default so many as are fair for its length.
    :raises BadHit: if it is not well-formed, has a DTD, or is beyond the bounds.
    """
    tree = _Tree(most_elements or FREE_ELEMENTS + len(document) // BYTES_PER_ELEMENT)
    parser = DefusedXMLParser(target=tree, forbid_dtd=True)
    try:
        parser.feed(document)
        parser.close()
    # ValueError is defusedxml's for what it forbids, and Python's for most unusable encodings;
    # LookupError is for encodings that do not exist.
    except (ParseError, ValueError, LookupError):
        raise BadHit("invalid XML") from None
    return tree.root.children[0]


class _Tree:
    """What the parser tells of a document, as it goes."""

    def __init__(self, most_elements: int) -> None:
        self._most_elements = most_elements
        self.root = Element("")
        self._content = self.root.content
        self._within: list[list[Element | str]] = []
        self._count = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        element = Element(name)
        self._within.append(self._content)
        self._content.append(element)
        self._content = element.content
        self._count += 1
        if len(self._within) > DEEPEST:
            raise BadHit(f"invalid XML: nested deeper than {DEEPEST}")
        if self._count > self._most_elements:
            raise BadHit(f"invalid XML: more than {self._most_elements} elements in it")

    def end(self, _name: str) -> None:
        self._content = self._within.pop()

    def data(self, text: str) -> None:
        self._content.append(text)

    def start_ns(self, _prefix: str, uri: str) -> None:
        if len(uri) > _LONGEST_NAMESPACE:
            raise BadHit(f"invalid XML: a namespace of more than {_LONGEST_NAMESPACE} characters")

    def close(self) -> None:
        """All was told."""
