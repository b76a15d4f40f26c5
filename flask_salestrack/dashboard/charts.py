"""Turnover over time as SVG without scripts or styles of its own, drawn by leather.

What it looks like, in the light and in the dark, is said by the stylesheet.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from decimal import Decimal
from importlib.util import find_spec
from itertools import count
from typing import Final, NamedTuple

from markupsafe import Markup

from . import figures

#: Whether charts can be drawn: leather is the extra ``[charts]``.
AVAILABLE: Final = find_spec("leather") is not None

_MARGIN: Final = 0.05  # of the width, which leather leaves on each side
_ABOVE: Final = 10  # half of the topmost label
_BESIDE: Final = 24  # half of the last label
# leather's own colours and fonts, which would win over nothing and hide the dark page's.
_LOOKS: Final = ("fill", "stroke", "stroke-width", "font-family", "font-size")


class Point(NamedTuple):
    """One column.

    :param label: short, for below it.
    :param title: what it is, in full.
    """

    label: str
    title: str
    value: Decimal


class _Size(NamedTuple):
    """How large a chart is drawn, in units that are pixels where there is room.

    :param labels: how many fit below it.
    """

    name: str
    width: int
    height: int
    labels: int


# A wide one that is scaled down to a phone has letters that nobody can read.
_SIZES: Final = (_Size("wide", 1240, 390, 10), _Size("narrow", 420, 270, 4))


def columns(points: Sequence[Point], *, title: str, unit: str, id: str) -> Markup | None:
    """A chart with a column for each point, as two ``<svg>`` of which the stylesheet shows one.

    :param title: what it shows, for who can't see it.
    :param unit: of the values, such as a currency.
    :param id: of the chart; unique within the page.
    :returns: None where there is nothing to see, or nothing to draw it with.
    """
    greatest = max((point.value for point in points), default=Decimal(0))
    if not AVAILABLE or greatest <= 0:
        return None
    drawn = [_draw(points, size, title, unit, f"{id}-{size.name}") for size in _SIZES]
    return Markup().join(drawn)


def _draw(points: Sequence[Point], size: _Size, title: str, unit: str, id: str) -> Markup:
    import leather  # noqa: PLC0415  # an extra

    chart = leather.Chart()
    values = [max(point.value, Decimal(0)) for point in points]
    # By number, for two points may have the same label.
    names = [str(number) for number in range(len(points))]
    chart.add_columns(list(zip(names, values, strict=True)))
    every = -(-len(points) // size.labels)
    chart.add_x_axis(ticks=names[::every], tick_formatter=lambda name, *_: points[int(name)].label)
    chart.add_y_axis(tick_formatter=lambda value, *_: figures.compact(value))
    chart.add_y_scale(0, max(values))
    group = chart.to_svg_group(size.width, size.height)
    _leave_looks_to_the_stylesheet(group)
    numbers = count()
    for column in group.iterfind(".//g[@class='series columns']/rect"):
        point = points[next(numbers)]
        hint = ET.SubElement(column, "title")
        hint.text = f"{point.title}: {figures.number(point.value)} {unit}"
    return _framed(group, size, title, id)


def _leave_looks_to_the_stylesheet(group: ET.Element) -> None:
    """Take out colours, fonts and the background, and digits that nobody sees."""
    background = group.find("rect")
    if background is not None:
        group.remove(background)
    for element in group.iter():
        if element.tag == "line" and element.get("stroke") == _zero_color():
            element.set("class", "zero")
        for name in _LOOKS:
            element.attrib.pop(name, None)
        for name, value in element.attrib.items():
            if name in {"x", "y", "x1", "x2", "y1", "y2", "width", "height"}:
                element.set(name, f"{round(Decimal(value), 1):f}")


def _zero_color() -> str:
    from leather import theme  # noqa: PLC0415  # an extra

    return str(theme.zero_color)


def _framed(group: ET.Element, size: _Size, title: str, id: str) -> Markup:
    """The whole image, without leather's margins."""
    margin = int(size.width * _MARGIN)
    left, top = margin, margin - _ABOVE
    width = size.width - 2 * margin + _BESIDE
    height = size.height - 2 * margin + _ABOVE
    image = ET.Element(
        "svg",
        {
            "class": f"chart {size.name}",
            "viewBox": f"{left} {top} {width} {height}",
            "role": "img",
            "aria-labelledby": id,
        },
    )
    ET.SubElement(image, "title", {"id": id}).text = title
    image.append(group)
    return Markup(ET.tostring(image, encoding="unicode"))  # noqa: S704  ElementTree has escaped it
