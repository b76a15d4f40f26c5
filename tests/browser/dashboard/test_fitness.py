"""Each page on a desk and on a phone, in the light and in the dark, as axe-core judges it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.browser.dashboard.pages import DESK, PAGES, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WIDTH: Final = "document.documentElement.scrollWidth"
_AXE: Final = """
async (rules) => (await axe.run(document, {
  resultTypes: ["violations"], ...(rules && {runOnly: {type: "rule", values: rules}})
})).violations.map(
  each => `${each.id} (${each.impact}): ${each.nodes.map(node => node.target).join(" ")}`
)
"""
# What differs on a phone; all else was judged once, and colours in the dark as well.
_OF_PHONES: Final = [
    "scrollable-region-focusable",
    "target-size",
    "color-contrast",
    "meta-viewport",
]
# What a finger can't hit; links within text are as large as the text.
_SMALL: Final = """
[...document.querySelectorAll("button, select, input:not([type=hidden]), textarea, summary, \
.button, .chips a, .tabs a, thead a")]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map(each => each.outerHTML.slice(0, 80))
"""


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_fit_for_everybody(page: Page, honest: str, name: str) -> None:
    """As axe-core judges it, in both sizes, light and dark; it fits, and fingers hit its buttons.

    That the console shows no error is asserted for each of them.
    """
    page.goto(honest + PAGES[name])
    page.evaluate(_axe_script())
    found: dict[str, Any] = {"desk": page.evaluate(_AXE)}
    found["too wide for a desk"] = page.evaluate(_WIDTH) - DESK["width"]
    page.emulate_media(color_scheme="dark")
    found["dark"] = page.evaluate(_AXE, ["color-contrast"])
    page.set_viewport_size(PHONE)
    found["phone"] = page.evaluate(_AXE, _OF_PHONES)
    found["too wide for a phone"] = page.evaluate(_WIDTH) - PHONE["width"]
    found["small"] = page.evaluate(_SMALL)
    found["headings"] = page.locator("h1").count() - 1
    found["policy"] = page.evaluate("violations")
    found["scripts"] = page.locator("script, [style], [onclick], [onerror]").count()

    assert {what: problems for what, problems in found.items() if problems} == {}


def _axe_script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def test_colours_are_dark_in_the_dark(page: Page, honest: str) -> None:
    """By the visitor's own setting; the chart's as well."""
    page.goto(honest + PAGES["overview"])
    colours = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours[scheme] = (
            page.evaluate("getComputedStyle(document.body).backgroundColor"),
            page.evaluate("getComputedStyle(document.querySelector('.columns rect')).fill"),
        )

    assert len({*colours["light"], *colours["dark"]}) == 4
    assert sum(_channels(colours["dark"][0])) < 150
    assert sum(_channels(colours["light"][0])) > 600


def _channels(colour: str) -> list[int]:
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
