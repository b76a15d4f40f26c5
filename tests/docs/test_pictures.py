"""The pictures of the documentation: drawn by what is documented, and readable."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from docs.drawing import COLOURS
from docs.pictures import FOLDER, model_amounts, pictures

_PICTURES = pictures()
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", _PICTURES)
def test_a_picture_is_what_is_drawn(name: str) -> None:
    """Otherwise: python -m docs.pictures."""
    assert (FOLDER / name).read_text("utf-8") == _PICTURES[name]


@pytest.mark.parametrize("name", _PICTURES)
def test_a_picture_is_told_to_those_who_do_not_see_it(name: str) -> None:
    root = ET.fromstring(_PICTURES[name])  # noqa: S314  our own

    title, description = root.findtext(f"{_SVG}title"), root.findtext(f"{_SVG}desc")

    assert root.attrib["role"] == "img"
    assert title
    assert description
    assert len(description) > len(title)


@pytest.mark.parametrize("name", _PICTURES)
def test_no_word_leaves_the_picture(name: str) -> None:
    """By a width of a letter that no common font has more of."""
    root = ET.fromstring(_PICTURES[name])  # noqa: S314  our own
    width = float(root.attrib["viewBox"].split()[2])
    for text in root.iter(f"{_SVG}text"):
        x, size = float(text.attrib["x"]), 8.0 * len(text.text or "")
        left = {"start": x, "middle": x - size / 2, "end": x - size}[text.attrib["text-anchor"]]
        assert left >= 0, text.text
        assert left + size <= width, text.text


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", set(COLOURS) - {"card", "panel"})
@pytest.mark.parametrize("behind", ["card", "panel"])
def test_colours_stand_out(name: str, behind: str, scheme: int) -> None:
    """By WCAG 2, level AA, for text of any size."""
    light, dark = sorted(
        (_luminance(COLOURS[each][scheme]) for each in (name, behind)), reverse=True
    )

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_model_s_amounts_are_the_whole_sale() -> None:
    assert {sum(amounts) for amounts in model_amounts().values()} == {10000}
