"""The dashboard on paper, where nothing can be scrolled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.dashboard.pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

# Between margins of 12 mm: 186 by 273 mm, at 96 dots per inch.
_UPRIGHT: Final[ViewportSize] = {"width": 703, "height": 1032}
# Cells that end outside the paper, or that a box around them cuts off.
_CUT_OFF: Final = """
[...document.querySelectorAll("th, td")].filter(cell => cell.checkVisibility()).filter(cell => {
  const right = cell.getBoundingClientRect().right - 0.5;
  for (let box = cell.parentElement; box !== document.body; box = box.parentElement)
    if (getComputedStyle(box).overflowX !== "visible" && right > box.getBoundingClientRect().right)
      return true;
  return right > document.documentElement.clientWidth;
}).map(cell => cell.textContent)
"""
_USELESS: Final = "header.top, nav, form, button, .button, input, .crumbs, a.skip"


@pytest.mark.parametrize("name", PAGES)
def test_paper_has_every_column(page: Page, honest: str, name: str) -> None:
    """Upright, which is narrower; and nothing that only a screen can use."""
    page.set_viewport_size(_UPRIGHT)
    page.emulate_media(media="print")
    page.goto(honest + PAGES[name])

    assert page.evaluate(_CUT_OFF) == []
    assert page.locator(_USELESS).locator("visible=true").count() == 0
    assert page.locator("h1").is_visible()


def test_a_long_table_begins_below_its_headline(page: Page, honest: str) -> None:
    """It goes on on as many sheets as it needs, and leaves none empty before it."""
    page.goto(f"{honest}/reports/day?period=90d")
    page.evaluate(
        "() => { const row = document.querySelector('tbody tr');"
        " for (let time = 0; time < 60; time += 1) row.after(row.cloneNode(true)); }"
    )
    page.emulate_media(media="print")
    page.set_viewport_size(_UPRIGHT)
    height = page.evaluate("document.documentElement.scrollHeight")
    sheets = _sheets(page)

    assert height > _UPRIGHT["height"]
    assert sheets == -(-height // _UPRIGHT["height"])
    assert page.locator("thead").first.evaluate("e => getComputedStyle(e).display") == (
        "table-header-group"
    )


def test_what_was_chosen_is_on_paper(page: Page, honest: str) -> None:
    """It says what the figures are of; the periods to choose from do not."""
    page.emulate_media(media="print")
    page.goto(f"{honest}/reports/link?newsletter=2026-11-07&period=all")

    assert page.get_by_text("newsletter: 2026-11-07").is_visible()
    assert page.get_by_role("link", name="90 days").is_hidden()


def _sheets(page: Page) -> int:
    """How many sheets of A4 a page is printed on."""
    return len(
        re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", prefer_css_page_size=True))
    )
