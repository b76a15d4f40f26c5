"""Charts: what is in the SVG, and what must not be."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_salestrack.dashboard import charts
from flask_salestrack.dashboard.charts import Point, columns

DAYS = [Point(f"{day} Nov", f"{day} Nov 2026", Decimal(day * 1250) / 100) for day in range(1, 31)]
HOSTILE = '</title><script>alert("1")</script>'


def _images(points: list[Point], title: str = "Turnover") -> list[ET.Element]:
    drawn = columns(points, title=title, unit="USD", id="c")
    assert drawn is not None
    return list(ET.fromstring(f"<div>{drawn}</div>"))  # noqa: S314  we made it


@pytest.mark.parametrize("number", [0, 1])
def test_each_point_is_a_column_as_high_as_its_value(number: int) -> None:
    """In the wide image and in the narrow one."""
    image = _images(DAYS)[number]
    rects = image.findall(".//g[@class='series columns']/rect")

    heights = [Decimal(rect.get("height", "")) for rect in rects]
    assert len(rects) == len(DAYS)
    assert heights == sorted(heights)
    assert abs(heights[14] * 2 - heights[29]) <= Decimal("0.2")


def test_each_column_says_what_it_is() -> None:
    """On a mouse over it."""
    hints = [hint.text for hint in _images(DAYS)[0].findall(".//rect/title")]

    assert hints[0] == "1 Nov 2026: 12.5 USD"
    assert len(hints) == len(DAYS)


def test_the_image_has_a_name() -> None:
    """For who can't see it; the two images' ids differ."""
    images = _images(DAYS, "Turnover by day, USD")
    names = [(image.get("role"), image.findtext("title")) for image in images]

    assert names == [("img", "Turnover by day, USD")] * 2
    ids = [image.get("aria-labelledby") for image in images]
    assert ids == ["c-wide", "c-narrow"]
    assert [image.find("title").get("id") for image in images] == ids  # type: ignore[union-attr]


def test_its_looks_are_the_stylesheets() -> None:
    """No style that the content policy blocks, no colour that a dark page has not, no script."""
    drawn = str(columns(DAYS, title="T", unit="USD", id="c"))

    assert not re.search(r"style|fill|stroke|font|script|href|#[0-9a-f]{3}", drawn)


def test_what_is_written_in_it_is_escaped() -> None:
    """Whatever it is, it stays text."""
    points = [Point(HOSTILE, HOSTILE, Decimal(1))]
    drawn = str(columns(points, title=HOSTILE, unit=HOSTILE, id="c"))

    assert "<script" not in drawn
    assert _images(points, HOSTILE)[0].findtext("title") == HOSTILE


def test_there_are_no_more_labels_than_fit() -> None:
    """Whatever there is to be labelled, from the first one on."""
    for image, most in zip(_images(DAYS), (10, 4), strict=True):
        labels = [label.text for label in image.findall(".//g[@class='axis bottom']/g/text")]
        assert labels[0] == "1 Nov"
        assert 2 <= len(labels) <= most


@pytest.mark.parametrize("points", [[], [Point("a", "a", Decimal(0))] * 3])
def test_nothing_sold_is_no_chart(points: list[Point]) -> None:
    """The page then says so in words."""
    assert columns(points, title="T", unit="USD", id="c") is None


def test_without_the_extra_there_is_no_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    """But the table behind it."""
    monkeypatch.setattr(charts, "AVAILABLE", False)

    assert columns(DAYS, title="T", unit="USD", id="c") is None


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=40).filter(any))
def test_any_turnover_can_be_drawn(minor: list[int]) -> None:
    """From a cent to what no shop ever sold."""
    points = [Point("a", "b", Decimal(value) / 100) for value in minor]

    rects = _images(points)[0].findall(".//g[@class='series columns']/rect")

    assert all(Decimal(0) <= Decimal(rect.get("height", "")) <= 300 for rect in rects)
