"""Reads a page as a visitor would: its forms, links, images and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form as it would be sent.

    :param fields: what its inputs hold.
    """

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)

    def filled(self, **changes: str) -> dict[str, str]:
        """What is sent once a visitor has changed these fields."""
        return {**self.fields, **changes}


@dataclass
class Link:
    """A link and the words it stands on."""

    address: str
    words: str = ""


class HtmlPage(HTMLParser):
    """A parsed page.

    :param html: its text.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[Link] = []
        self.images: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.words = ""
        self._inside: list[str] = []
        self._rows: list[list[str]] = []
        self.feed(html)

    def form(self, action: str) -> Form:
        """The one form that is sent to an address ending so."""
        (found,) = [form for form in self.forms if form.action.endswith(action)]
        return found

    def link(self, words: str) -> str:
        """Where the one link with these words leads."""
        (found,) = {link.address for link in self.links if words in link.words}
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(attributes["action"], attributes["method"]))
        elif tag == "input" and "name" in attributes:
            self.forms[-1].fields[attributes["name"]] = attributes.get("value", "")
        elif tag == "a":
            self.links.append(Link(attributes["href"]))
            self._inside.append(tag)
        elif tag == "img":
            self.images.append(attributes["src"])
        elif tag == "table":
            self._rows = self.tables[attributes.get("id", "")] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"td", "th"}:
            self._rows[-1].append("")
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"a", "td", "th"}:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        self.words += data
        if "a" in self._inside:
            self.links[-1].words += data
        if {"td", "th"} & {*self._inside}:
            self._rows[-1][-1] += " ".join(data.split())
